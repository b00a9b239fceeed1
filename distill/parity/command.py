"""`python -m distill parity CHECKPOINT EXPORTED --prompts CORPUS`."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import click

from distill.donor import load_model
from distill.parity.compare import Continue, as_json, as_markdown, compare
from distill.parity.prompts import corpus_prompts
from distill.parity.scorers import ReferenceScorer, Scorer, TorchScorer
from distill.vllm.client import VllmClient
from distill.vllm.serve import served
from sqlcomplete.model.session import Session

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("checkpoint", type=_FOLDER)
@click.argument("exported", type=_FOLDER)
@click.option(
    "--prompts", "corpora", required=True, multiple=True, type=_FOLDER, help="A corpus; repeats."
)
@click.option("--limit", default=200, show_default=True, help="Prompts, each corpus as many.")
@click.option("--split", default="dev", show_default=True)
@click.option("--length", default=16, show_default=True, help="Tokens of a continuation.")
@click.option("--reference", type=_FOLDER, help="The folder of optimum's graph.")
@click.option("--vllm", type=_FOLDER, help="The folder for vLLM, served while this runs.")
@click.option("--environment", type=_FOLDER, help="vLLM's environment, with --vllm.")
@click.option("--json", "json_file", type=_FILE, help="Write the figures here.")
@click.option("--markdown", type=_FILE, help="Write the table here.")
def parity(
    checkpoint: Path,
    exported: Path,
    corpora: tuple[Path, ...],
    limit: int,
    split: str,
    length: int,
    reference: Path | None,
    vllm: Path | None,
    environment: Path | None,
    json_file: Path | None,
    markdown: Path | None,
) -> None:
    """Compare greedy outputs of torch, the exported graphs and vLLM on a corpus's prompts."""
    if vllm is not None and environment is None:
        raise click.UsageError("--vllm needs --environment: python -m distill vllm-environment")
    model, tokenizer = load_model(checkpoint)
    prompts = corpus_prompts(corpora, tokenizer, limit, split=split)
    scorers: dict[str, Scorer] = {"shipped graph": Session.load(exported)}
    if reference is not None:
        scorers["reference graph"] = ReferenceScorer(reference)
    with ExitStack() as stack:
        others: dict[str, Continue] = {}
        if vllm is not None and environment is not None:
            click.echo("starting vLLM", err=True)
            url = stack.enter_context(served(vllm, environment, dtype="float32"))
            others["vLLM"] = VllmClient(url).greedy
        bar = stack.enter_context(click.progressbar(length=len(prompts), label="prompts"))
        result = compare(
            prompts,
            TorchScorer(model),
            scorers,
            others,
            length=length,
            progress=lambda: bar.update(1),
        )
    table = as_markdown(result)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(result), indent=1) + "\n", encoding="utf-8")
    if markdown is not None:
        markdown.write_text(table, encoding="utf-8")
    click.echo(table, nl=False)
