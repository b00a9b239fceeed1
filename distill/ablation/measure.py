"""`python -m distill measure CHECKPOINT CORPUS...`: a checkpoint's loss on fixed packs of a split,
pack by pack, so that two checkpoints are compared on the very same tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import torch
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from distill.ablation.paired import OnPack, mean_nats, top1
from distill.corpus import CorpusError, read_corpus
from distill.donor import load_model
from distill.fixed_packs import write_whole
from distill.forward import default_device, exact_logits, half_precision, labelled
from distill.packs import IGNORED, Pack, Packer, training_sources
from distill.quantise import fake_quantised

FORMAT = "measure/1"


def on_packs(model: Qwen2ForCausalLM, packs: Iterable[Pack], *, rounded: bool) -> list[OnPack]:
    """The model's loss on each pack; `rounded` puts its weights on the export's grid first."""
    model.eval()
    device = next(model.parameters()).device
    found = []
    with (
        torch.no_grad(),
        fake_quantised(model, active=rounded),
        half_precision(device),
    ):
        for pack in packs:
            asked = labelled(pack, device)
            logits = exact_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
            nats = functional.cross_entropy(
                logits, asked.targets, reduction="sum", ignore_index=IGNORED
            )
            hits = (logits.argmax(-1) == asked.targets).sum()
            found.append(OnPack(asked.count, float(nats), int(hits)))
    return found


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("corpus", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--label", "labels", multiple=True, metavar="NAME=FOLDER", help="Name a corpus.")
@click.option("--split", default="dev", show_default=True)
@click.option("--packs", default=12, show_default=True, type=click.IntRange(1), help="Per corpus.")
@click.option("--length", default=1024, show_default=True, help="Tokens of a pack.")
@click.option("--seed", default=4, show_default=True, help="Of the draw of packs.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write each pack's here.")
def measure(
    checkpoint: Path,
    corpus: tuple[Path, ...],
    labels: tuple[str, ...],
    split: str,
    packs: int,
    length: int,
    seed: int,
    file: Path | None,
) -> None:
    """Measure a checkpoint's loss on packs of a split: with its weights exact, and rounded."""
    torch.set_flush_denormal(True)
    read_ones = [read_corpus(folder) for folder in corpus]
    for label in labels:
        name, equals, folder = label.partition("=")
        if not (name and equals and folder):
            raise click.UsageError(f"--label {label!r}: write NAME=FOLDER")
        read_ones.append(read_corpus(Path(folder), name=name))
    if len({read.name for read in read_ones}) != len(read_ones) or not read_ones:
        raise click.UsageError("name at least one corpus; two of one name take --label")
    model, tokenizer = load_model(checkpoint)
    model.to(default_device())
    corpora: dict[str, Mapping[str, Any]] = {}
    for read in read_ones:
        sources = training_sources([read], split)
        if not sources:
            raise CorpusError(f"{read.name}: no statement of split {split!r}")
        drawn = Packer(sources, tokenizer, length=length, seed=seed).take(packs)
        ways = {}
        for way in ("exact", "rounded"):
            found = on_packs(model, drawn, rounded=way == "rounded")
            ways[way] = [asdict(pack) for pack in found]
            line = {
                "corpus": read.name,
                "weights": way,
                "nats": round(mean_nats(found), 4),
                "top1": round(top1(found), 4),
                "tokens": sum(p.labelled for p in found),
            }
            click.echo(json.dumps(line))
        corpora[read.name] = ways
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "format": FORMAT,
            "split": split,
            "length": length,
            "seed": seed,
            "corpora": corpora,
        }
        write_whole(file, json.dumps(document) + "\n")
