"""Trains a student by fusion: cross-entropy mixed with a divergence from stored teachers' logits.

`python -m distill fuse PACKS --student CHECKPOINT --logits FOLDER --out RUN --minutes N`
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from transformers import Qwen2ForCausalLM

from distill.donor import load_model
from distill.fingerprint import tokenizer_fingerprint, weights_fingerprint
from distill.fixed_packs import FixedPacks, FixedSupply, write_whole
from distill.forward import default_device, labelled, labelled_logits
from distill.fusion.errors import FusionError
from distill.fusion.identifiers import identifier_mask
from distill.fusion.loss import Divergence, FusionLoss, Tail, TopK, fusion_loss
from distill.fusion.schedules import Order, Ramp, TeacherOrder, parse_ramp
from distill.fusion.store import LogitsStore, summary
from distill.loop import Settings, last_checkpoint, train
from distill.packs import Pack
from distill.parallel import placement
from sqlcomplete.model.tokenizer import Tokenizer

RUN = "run.json"
HALF = Ramp(0.5, 0.5)
ONE = Ramp(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class FusionSettings:
    """What the loss is made of. `identifier_weight` weighs tokens that write names."""

    alpha: Ramp = HALF
    temperature: Ramp = ONE
    divergence: Divergence = "forward"
    tail: Tail = "bucket"
    order: Order = "mixture"
    identifier_weight: float = 1.0


class Fusion:
    """The objective of fusion over stored logits. Several teachers have a store each."""

    def __init__(
        self, stores: Sequence[LogitsStore], tokenizer: Tokenizer, settings: FusionSettings
    ) -> None:
        self.stores = tuple(stores)
        self.tokenizer = tokenizer
        self.settings = settings
        self._order = TeacherOrder(max(len(self.stores), 1), settings.order)

    def weight(self, pack: Pack) -> float:
        """The labelled tokens, names weighted."""
        if self.settings.identifier_weight == 1:
            return pack.labelled
        return float(self._weights(pack).sum())

    def loss(
        self, model: Qwen2ForCausalLM, pack: Pack, done: float
    ) -> tuple[torch.Tensor, Mapping[str, float]]:
        """The weighted sum over the pack's labelled tokens. Raises: FusionError, when a store has
        no rows of these very tokens."""
        device = next(model.parameters()).device
        asked = labelled(pack, device)
        shares = self._order.shares(done)
        alpha = self.settings.alpha.at(done)
        padding = len(asked.positions) - asked.count
        teachers = [
            (share, _padded(store.rows(pack), padding, device))
            for share, store in zip(shares, self.stores, strict=False)
            if share > 0 and alpha > 0
        ]
        logits = labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
        weights = None
        if self.settings.identifier_weight != 1:
            weights = torch.nn.functional.pad(self._weights(pack), (0, padding)).to(device)
        found: FusionLoss = fusion_loss(
            logits,
            asked.targets,
            teachers,
            alpha=alpha,
            kind=self.settings.divergence,
            temperature=self.settings.temperature.at(done),
            tail=self.settings.tail,
            weights=weights,
        )
        return found.total, {
            "cross_entropy": float(found.cross_entropy),
            "divergence": float(found.divergence),
        }

    def _weights(self, pack: Pack) -> torch.Tensor:
        named = identifier_mask(pack, self.tokenizer)
        return torch.where(named, self.settings.identifier_weight, 1.0)


def _padded(kept: TopK, padding: int, device: torch.device) -> TopK:
    """More rows, of which the teacher knows nothing."""
    pad = torch.nn.functional.pad
    first = torch.arange(kept.tokens.shape[1]).expand(padding, -1)
    return TopK(
        torch.cat([kept.tokens, first]).to(device),
        pad(kept.logprobs, (0, 0, 0, padding)).to(device),
        pad(kept.tail, (0, padding)).to(device),
        pad(kept.known, (0, padding)).to(device),
    )


def covered_by_all(packs: FixedPacks, stores: Sequence[LogitsStore]) -> list[int]:
    """The packs, by number, that every store has logits of. Raises: FusionError, when none."""
    chosen = set(range(len(packs)))
    for store in stores:
        chosen &= set(store.covered)
    if not chosen:
        raise FusionError(
            f"{stores[0].folder}: no pack has logits of every teacher yet; collect them first"
        )
    return sorted(chosen)


_ALPHA = "Weight of the divergence: 0.5, or from:to over the run, as 0.2:0.8 or 0.2:0.8:cosine."
_TEMPERATURE = "Temperature of both sides, likewise; the divergence is multiplied by its square."
_ORDER = "Several teachers at once, or one after another as they are named."
_ROUNDED = "Share of the run from which the weights are rounded to int4; 1 for never."
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("packs", type=_FOLDER)
@click.option("--student", required=True, type=_FOLDER, help="The checkpoint to begin with.")
@click.option("--logits", multiple=True, type=_FOLDER, help="A teacher's logits; repeatable.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--minutes", default=60.0, show_default=True, help="Time of the whole run.")
@click.option("--steps", type=click.IntRange(1), help="Steps of the whole run, instead.")
@click.option("--top-k", type=int, help="Use so many of the stored tokens; all by default.")
@click.option("--alpha", default="0.5", show_default=True, help=_ALPHA)
@click.option("--temperature", default="1", show_default=True, help=_TEMPERATURE)
@click.option("--divergence", type=click.Choice(["forward", "reverse", "jsd"]), default="forward")
@click.option("--tail", type=click.Choice(["bucket", "renormalise"]), default="bucket")
@click.option("--order", type=click.Choice(["mixture", "sequence"]), default="mixture", help=_ORDER)
@click.option("--identifier-weight", default=1.0, show_default=True, help="Weight of names.")
@click.option("--rate", default=1e-4, show_default=True, help="Peak learning rate.")
@click.option("--packs-per-step", default=1, show_default=True)
@click.option("--warm-up", default=0.03, show_default=True, help="Share of the run.")
@click.option("--decay-from", default=0.5, show_default=True, help="Share of the run.")
@click.option("--rounded-from", default=0.8, show_default=True, help=_ROUNDED)
@click.option("--fsdp", is_flag=True, help="Shard the model over torchrun's processes.")
@click.option("--seed", default=1, show_default=True)
def fuse(
    packs: Path,
    student: Path,
    logits: tuple[Path, ...],
    out: Path,
    minutes: float,
    steps: int | None,
    top_k: int | None,
    alpha: str,
    temperature: str,
    divergence: Divergence,
    tail: Tail,
    order: Order,
    identifier_weight: float,
    rate: float,
    packs_per_step: int,
    warm_up: float,
    decay_from: float,
    rounded_from: float,
    fsdp: bool,
    seed: int,
) -> None:
    """Train a student on fixed packs and its teachers' stored logits, or go on from the run's last
    checkpoint. Without --logits, or with --alpha 0, this is SFT on the same packs."""
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    fixed = FixedPacks(packs)
    settings = FusionSettings(
        alpha=parse_ramp(alpha if logits else "0", "--alpha", 0, 1),
        temperature=parse_ramp(temperature, "--temperature", 0.05, 100),
        divergence=divergence,
        tail=tail,
        order=order,
        identifier_weight=identifier_weight,
    )
    stores = [LogitsStore(folder, fixed, top_k=top_k) for folder in logits]
    for store in stores:
        if tail == "renormalise" and store.top_k == 1:
            raise FusionError(
                f"{store.folder}: one token renormalised is always sure; give --tail bucket, or "
                f"collect more than one"
            )
    chosen = covered_by_all(fixed, stores)
    placed = placement(sharded=fsdp)
    last = last_checkpoint(out)
    model, tokenizer = load_model(last or student)
    if tokenizer_fingerprint(tokenizer) != fixed.manifest.tokenizer:
        raise FusionError(
            f"{student}: its tokenizer is {tokenizer_fingerprint(tokenizer)}, the packs' is "
            f"{fixed.manifest.tokenizer}; make packs with the student's --tokenizer"
        )
    run = Settings(
        minutes=minutes,
        steps=steps,
        learning_rate=rate,
        length=fixed.manifest.length,
        packs_per_step=packs_per_step,
        warm_up=warm_up,
        decay_from=decay_from,
        quantised_from=rounded_from,
        seed=seed,
    )
    about = {
        "settings": asdict(run),
        "fusion": asdict(settings),
        "student": {"folder": str(student), "weights": weights_fingerprint(student)},
        "packs": fixed.manifest.data,
        "tokenizer": fixed.manifest.tokenizer,
        "logits": [summary(store) for store in stores],
    }
    if placed.rank == 0:
        _keep(out, about, resumed=last is not None)
        if len(chosen) < len(fixed):
            click.echo(f"{len(chosen)} of {len(fixed)} packs have every teacher's logits", err=True)
    train(
        model.to(default_device()),
        FixedSupply(fixed, seed=seed, chosen=chosen),
        Fusion(stores, tokenizer, settings),
        run,
        out,
        tokenizer=tokenizer,
        placed=placed,
    )


def _keep(out: Path, about: Mapping[str, object], *, resumed: bool) -> None:
    """Writes what the run is of, or compares it with what it was begun with.

    Raises: FusionError, when a run would go on with another loss, other logits or other packs.
    """
    path = out / RUN
    if resumed and path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        now = json.loads(json.dumps(about))
        for name in ("fusion", "student", "packs", "tokenizer", "logits"):
            if _identity(begun.get(name)) != _identity(now[name]):
                raise FusionError(
                    f"{out}: the run was begun with another {name}; use a new folder, or the "
                    f"options that {path.name} names"
                )
        return
    out.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(about, indent=1) + "\n")


def _identity(value: object) -> object:
    """Without where things stand on disk: they may be moved."""
    if isinstance(value, dict):
        return {k: _identity(v) for k, v in value.items() if k != "folder"}
    return [_identity(v) for v in value] if isinstance(value, list) else value
