"""`python -m distill export CHECKPOINT --out FOLDER --corpus CORPUS`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from distill.corpus import read_corpora
from distill.donor import VOCABULARY_FILE
from distill.export.embedded import LIMIT, export_int4, size_in_wheel
from distill.export.reference import export_reference
from distill.export.rounding import Method
from distill.packs import Pack, Packer, training_sources
from distill.vllm.folder import write_vllm_folder
from sqlcomplete.model.session import MODEL_FILE
from sqlcomplete.model.tokenizer import Tokenizer

LENGTH = 1024  # tokens of a pack


def draw_packs(
    corpora: Sequence[Path],
    tokenizer: Tokenizer,
    count: int,
    *,
    split: str = "train",
    seed: int = 3,
) -> list[Pack]:
    """Packs of the corpora's statements, each corpus giving as many: the smaller ones are people
    at work, and would be drowned by benchmarks."""
    packs: list[Pack] = []
    read = read_corpora(corpora)
    for place, corpus in enumerate(read):
        sources = training_sources([corpus], split)
        if sources:
            packer = Packer(sources, tokenizer, length=LENGTH, seed=seed)
            packs += packer.take(count // len(read) + (place < count % len(read)))
    return packs


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the graph that ships.")
@click.option("--name", default="embedded", show_default=True, help="The model's name.")
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A corpus it was trained on: weights are rounded for its statements. May repeat.",
)
@click.option("--packs", default=8, show_default=True, help="Packs of it to measure layers on.")
@click.option(
    "--method",
    type=click.Choice([str(method) for method in Method]),
    default=str(Method.MIXED),
    show_default=True,
    callback=lambda _context, _option, value: Method(value),
)
@click.option("--megabytes", default=LIMIT / 1e6, show_default=True, help="The graph's in a wheel.")
@click.option(
    "--grids-of",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Keep the grids of this exported model, from which the checkpoint's training began.",
)
@click.option("--reference", type=click.Path(path_type=Path), help="Write optimum's graph here.")
@click.option("--vllm", type=click.Path(path_type=Path), help="Write a folder for vLLM here.")
def export(
    checkpoint: Path,
    out: Path | None,
    name: str,
    corpora: tuple[Path, ...],
    packs: int,
    method: Method,
    megabytes: float,
    grids_of: Path | None,
    reference: Path | None,
    vllm: Path | None,
) -> None:
    """Export a checkpoint: the graph that ships, the reference, and a folder for vLLM."""
    if out is None and reference is None and vllm is None:
        raise click.UsageError("say what to write: --out, --reference or --vllm")
    if out is not None:
        tokenizer = Tokenizer.load(checkpoint / VOCABULARY_FILE)
        drawn = draw_packs(corpora, tokenizer, packs) if corpora else []
        if not drawn and method in (Method.MIXED, Method.STEPS, Method.GPTQ):
            click.echo("no --corpus with a train split: rounding without one loses more", err=True)
        export_int4(
            checkpoint,
            out,
            name=name,
            packs=drawn,
            method=method,
            limit=int(megabytes * 1e6),
            grids_of=grids_of,
            report=lambda text: click.echo(text, err=True),
        )
        size = (out / MODEL_FILE).stat().st_size / 1e6
        packed = size_in_wheel(out / MODEL_FILE) / 1e6
        about = {"out": str(out), "megabytes": round(size, 1), "in_wheel": round(packed, 1)}
        click.echo(json.dumps(about))
    if reference is not None:
        export_reference(checkpoint, reference)
        click.echo(json.dumps({"reference": str(reference)}))
    if vllm is not None:
        write_vllm_folder(checkpoint, vllm)
        click.echo(json.dumps({"vllm": str(vllm)}))
