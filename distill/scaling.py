"""`python -m distill scaling RUN CORPUS...`: the loss on the dev split against tokens seen.

Measures what the run began with, the weights that it kept on its way and its last checkpoint, all
on the same packs. What was measured stays in `RUN/scaling.json` and is not measured again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import torch

from distill.ablation.measure import on_packs
from distill.ablation.paired import OnPack, difference, mean_nats
from distill.corpus import Corpus, CorpusError, read_corpus
from distill.donor import VOCABULARY_FILE, load_model
from distill.fingerprint import combined, token_hash, weights_fingerprint
from distill.fixed_packs import write_whole
from distill.forward import default_device
from distill.loop import TrainingError, kept_checkpoints, last_checkpoint, tokens_seen
from distill.packs import Pack, Packer, training_sources
from sqlcomplete.model.tokenizer import Tokenizer

FILE = "scaling.json"
FORMAT = "scaling/1"


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint on the curve: `tokens` seen in this run, and its loss on each corpus's packs."""

    tokens: int
    corpora: Mapping[str, tuple[OnPack, ...]]


def table(points: Sequence[Point]) -> str:
    """The curve as Markdown: nats a labelled token, and the difference to the row before, pack by
    pack, with its standard error. `points` are by tokens, on the same packs."""
    names = list(points[0].corpora)
    lines = [
        "| tokens seen | "
        + " | ".join(f"{name}, nats | to the row before" for name in names)
        + " |",
        "| ---: |" + " ---: | ---: |" * len(names),
    ]
    for place, point in enumerate(points):
        cells = [f"{point.tokens:,}"]
        for name in names:
            cells.append(f"{mean_nats(point.corpora[name]):.4f}")
            if place == 0:
                cells.append("")
                continue
            found = difference(point.corpora[name], points[place - 1].corpora[name])
            cells.append(f"{found.mean:+.4f} ± {found.error:.4f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def checkpoints(run: Path) -> list[tuple[int, Path]]:
    """Tokens seen and folder of each of a run's checkpoints, the start with 0 tokens where it is a
    checkpoint too. Raises: TrainingError, where the run has none."""
    last = last_checkpoint(run)
    if last is None:
        raise TrainingError(f"{run}: no run with a checkpoint; train with python -m distill sft")
    found = dict(kept_checkpoints(run))
    found[tokens_seen(run)] = last
    try:
        donor = Path(json.loads((run / "run.json").read_text(encoding="utf-8"))["donor"])
    except (OSError, ValueError, KeyError, TypeError):
        donor = None
    if donor is not None and (donor / VOCABULARY_FILE).is_file():
        found[0] = donor
    return sorted(found.items())


@click.command("scaling")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("corpus", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--label", "labels", multiple=True, metavar="NAME=FOLDER", help="Name a corpus.")
@click.option("--packs", default=8, show_default=True, type=click.IntRange(2), help="Per corpus.")
@click.option("--length", default=1024, show_default=True, help="Tokens of a pack.")
@click.option("--seed", default=4, show_default=True, help="Of the draw of packs.")
def command(
    run: Path, corpus: tuple[Path, ...], labels: tuple[str, ...], packs: int, length: int, seed: int
) -> None:
    """Print the loss of a RUN's checkpoints on the corpora's dev split, against tokens seen."""
    torch.set_flush_denormal(True)
    read = [read_corpus(folder) for folder in corpus]
    for label in labels:
        name, equals, place = label.partition("=")
        if not (name and equals and place):
            raise click.UsageError(f"--label {label!r}: write NAME=FOLDER")
        read.append(read_corpus(Path(place), name=name))
    if len({one.name for one in read}) != len(read) or not read:
        raise click.UsageError("name at least one corpus; two of one name take --label")
    there = checkpoints(run)
    known = _known(run / FILE)
    points = []
    for tokens, folder in there:
        weights = weights_fingerprint(folder)
        of_corpora = {}
        for one in read:
            drawn = _drawn(folder, one, packs, length, seed)
            # Other weights or other packs: another measurement.
            key = combined([weights, *(token_hash(p.tokens, p.labels) for p in drawn)])
            if key not in known:
                model, _ = load_model(folder)
                found = on_packs(model.to(default_device()), drawn, rounded=False)
                known[key] = [asdict(pack) for pack in found]
                write_whole(run / FILE, json.dumps({"format": FORMAT, "measured": known}) + "\n")
            of_corpora[one.name] = tuple(OnPack(**pack) for pack in known[key])
        points.append(Point(tokens, of_corpora))
    click.echo(table(points), nl=False)


def _drawn(folder: Path, corpus: Corpus, packs: int, length: int, seed: int) -> list[Pack]:
    sources = training_sources([corpus], "dev")
    if not sources:
        raise CorpusError(f"{corpus.name}: no statement of split 'dev'")
    tokenizer = Tokenizer.load(folder / VOCABULARY_FILE)
    return Packer(sources, tokenizer, length=length, seed=seed).take(packs)


def _known(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] == FORMAT:
            return dict(document["measured"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise TrainingError(f"{path}: not measurements of this form; remove it")
