"""`python -m distill average CHECKPOINT... --out FOLDER`: one model from several of a line.

Runs on small steps end beside the bottom of a valley that they share, each on another side; the
mean of their weights lies nearer to it (model soups: Wortsman et al., 2022; stochastic weight
averaging: Izmailov et al., 2018). It holds only for checkpoints that come from one another or from
one tuned ancestor; those of unlike shapes or vocabularies are refused, and a development loss says
whether the others were meant to be averaged.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import torch

from distill.donor import VOCABULARY_FILE, load_model, save_model
from sqlcomplete.model.errors import ModelError

Weights = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Part:
    """A checkpoint's folder and how much it counts beside the others."""

    folder: Path
    weight: float = 1.0

    @classmethod
    def read(cls, text: str) -> Part:
        """`FOLDER` or `FOLDER=WEIGHT`; a weight is over 0. Raises `click.BadParameter`."""
        folder, weight = text.rsplit("=", 1) if "=" in text else (text, "1")
        try:
            part = cls(Path(folder), float(weight))
        except ValueError:
            raise click.BadParameter(f"{text}: {weight!r} is no number; write FOLDER=2") from None
        if not 0 < part.weight < float("inf"):
            raise click.BadParameter(f"{text}: a weight is over 0")
        if not (part.folder / VOCABULARY_FILE).is_file():
            raise click.BadParameter(f"{folder}: no checkpoint's folder (no {VOCABULARY_FILE})")
        return part


def average(parts: Sequence[tuple[Weights, float]]) -> Weights:
    """The weighted mean of each tensor, in fp32.

    Raises:
        ModelError: the parts have tensors of other names or shapes.
    """
    total = sum(weight for _, weight in parts)
    first = parts[0][0]
    mean = {name: torch.zeros_like(tensor, dtype=torch.float32) for name, tensor in first.items()}
    for tensors, weight in parts:
        if {n: t.shape for n, t in tensors.items()} != {n: t.shape for n, t in first.items()}:
            raise ModelError("checkpoints of unlike shapes have no average; give runs of one line")
        for name, tensor in tensors.items():
            mean[name].add_(tensor.float(), alpha=weight / total)
    return mean


@click.command("average")
@click.argument("checkpoints", nargs=-1, required=True, metavar="CHECKPOINT[=WEIGHT]...")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
def command(checkpoints: tuple[str, ...], out: Path) -> None:
    """Average the weights of checkpoints that come from one ancestor."""
    parts = [Part.read(text) for text in checkpoints]
    model, tokenizer = load_model(parts[0].folder)
    read: list[tuple[Weights, float]] = [(model.state_dict(), parts[0].weight)]
    for part in parts[1:]:
        if _vocabulary(part) != _vocabulary(parts[0]):
            raise ModelError(f"{part.folder} has another vocabulary than {parts[0].folder}")
        other, _ = load_model(part.folder)
        read.append((other.state_dict(), part.weight))
    model.load_state_dict(average(read))
    save_model(model, tokenizer, out)
    of = [{"checkpoint": str(part.folder), "weight": part.weight} for part in parts]
    (out / "average.json").write_text(json.dumps(of, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps({"out": str(out), "of": of}))


def _vocabulary(part: Part) -> bytes:
    return (part.folder / VOCABULARY_FILE).read_bytes()
