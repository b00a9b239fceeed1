"""Fine-tunes a donor on a corpus, within a budget of minutes, with checkpoints that resume exactly.

`python -m distill sft CORPUS... --donor DONOR --out FOLDER --minutes N`
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click
import torch
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from distill.corpus import read_corpora
from distill.data.drawing import drawing_of
from distill.donor import VOCABULARY_FILE, adapt_donor, load_model
from distill.fingerprint import tokenizer_fingerprint
from distill.fixed_packs import FixedPacks, FixedSupply, PacksError
from distill.forward import default_device, half_precision, labelled, labelled_logits
from distill.loop import CHECKPOINT, Settings, Supply, last_checkpoint, learning_rate
from distill.loop import train as run_loop
from distill.packs import (
    IGNORED,
    Pack,
    Packer,
    Source,
    parse_shares,
    token_sources,
    training_sources,
    vocabulary_texts,
)
from distill.parallel import Alone, placement
from sqlcomplete.model.tokenizer import Tokenizer

__all__ = ["CHECKPOINT", "CrossEntropy", "Settings", "bits_per_byte", "learning_rate", "train"]


class CrossEntropy:
    """The objective of SFT: cross-entropy on the labelled tokens."""

    def weight(self, pack: Pack) -> float:
        """The labelled tokens."""
        return pack.labelled

    def loss(
        self, model: Qwen2ForCausalLM, pack: Pack, done: float
    ) -> tuple[torch.Tensor, Mapping[str, float]]:
        """The sum over the labelled tokens."""
        device = next(model.parameters()).device
        asked = labelled(pack, device)
        logits = labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
        loss = functional.cross_entropy(
            logits, asked.targets, reduction="sum", ignore_index=IGNORED
        )
        return loss, {}


def train(
    model: Qwen2ForCausalLM,
    packer: Packer | FixedSupply,
    settings: Settings,
    out: Path,
    *,
    report_every: int = 10,
    placed: Alone | None = None,
) -> None:
    """Trains in place by cross-entropy; see `distill.loop.train`."""
    run_loop(
        model,
        packer,
        CrossEntropy(),
        settings,
        out,
        tokenizer=packer.tokenizer,
        report_every=report_every,
        placed=placed,
    )


_ROUNDED = "Share of the run from which the weights are rounded to int4; 1 for never."
_SHARE = "Draw a corpus source so many times as often; repeatable."
_DONOR = "A checkpoint folder, a GGUF file, a folder of a Llama or Qwen2, or a hub's name."
_MIX = "A mix's report (mix.json): how often sources are drawn, and with which comments above."
_KEEP = "Keep the weights when so many tokens were seen, for `scaling`; repeatable."
_PACKS = "Train on packs fixed on disk instead of packs drawn from the corpora."


@click.command()
@click.argument("corpus", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--donor", required=True, help=_DONOR)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--packs", "fixed", type=click.Path(exists=True, path_type=Path), help=_PACKS)
@click.option("--minutes", default=120.0, show_default=True, help="Time of the whole run.")
@click.option("--steps", type=click.IntRange(1), help="Steps of the whole run, instead.")
@click.option("--vocabulary", default=12288, show_default=True, help="Tokens to keep.")
@click.option("--rate", default=2e-4, show_default=True, help="Peak learning rate.")
@click.option("--length", default=1024, show_default=True, help="Tokens of a drawn pack.")
@click.option("--packs-per-step", default=1, show_default=True)
@click.option("--rounded-from", default=0.8, show_default=True, help=_ROUNDED)
@click.option("--share", "shares", multiple=True, metavar="SOURCE=FACTOR", help=_SHARE)
@click.option("--mix", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_MIX)
@click.option(
    "--keep-at",
    multiple=True,
    type=click.IntRange(1),
    default=(1_000_000, 2_000_000, 4_000_000, 8_000_000),
    show_default=True,
    help=_KEEP,
)
@click.option("--fsdp", is_flag=True, help="Shard the model over torchrun's processes.")
@click.option("--seed", default=1, show_default=True)
def sft(
    corpus: tuple[Path, ...],
    donor: str,
    out: Path,
    fixed: Path | None,
    minutes: float,
    steps: int | None,
    vocabulary: int,
    rate: float,
    length: int,
    packs_per_step: int,
    rounded_from: float,
    shares: tuple[str, ...],
    mix: Path | None,
    keep_at: tuple[int, ...],
    fsdp: bool,
    seed: int,
) -> None:
    """Fine-tune a donor on corpora, or go on from the run's last checkpoint."""
    if not corpus and fixed is None:
        raise click.UsageError("name a corpus, or --packs")
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    packs = FixedPacks(fixed) if fixed else None
    settings = Settings(
        minutes=minutes,
        steps=steps,
        learning_rate=rate,
        length=packs.manifest.length if packs else length,
        packs_per_step=packs_per_step,
        quantised_from=rounded_from,
        seed=seed,
        keep_at=tuple(sorted(keep_at)),
    )
    drawn = drawing_of(mix, parse_shares(shares))
    corpora = read_corpora(corpus)
    sources = training_sources(corpora)
    placed = placement(sharded=fsdp)
    model, tokenizer = _start(out, donor, sources, vocabulary, packs)
    if placed.rank == 0 and not (out / CHECKPOINT).exists():
        about = {
            "settings": asdict(settings),
            **drawn.to_json(),
            "donor": donor,
            "corpora": [str(c) for c in corpus],
            "packs": packs.manifest.data if packs else None,
            "statements": token_sources(corpora),
            "parameters": sum(p.numel() for p in model.parameters()),
        }
        out.mkdir(parents=True, exist_ok=True)
        (out / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    supply: Supply
    if packs:
        supply = FixedSupply(packs, seed=seed)
    else:
        supply = Packer(
            sources,
            tokenizer,
            length=length,
            seed=seed,
            shares=drawn.shares,
            comments=drawn.comments,
            in_passes=mix is not None,
        )
    run_loop(
        model.to(default_device()),
        supply,
        CrossEntropy(),
        settings,
        out,
        tokenizer=tokenizer,
        placed=placed,
    )


def _start(
    out: Path,
    donor: str,
    sources: list[Source],
    vocabulary: int,
    packs: FixedPacks | None,
) -> tuple[Qwen2ForCausalLM, Tokenizer]:
    """The run's checkpoint, else a checkpoint given as the donor, else the donor adapted.

    Raises: PacksError, when the packs are in another tokenizer's ids.
    """
    if (last := last_checkpoint(out)) is not None:
        model, tokenizer = load_model(last)
    elif (Path(donor) / VOCABULARY_FILE).exists():
        model, tokenizer = load_model(Path(donor))
    else:
        if not sources:
            raise PacksError(f"{donor}: name the corpora, to trim its vocabulary to them")
        model, tokenizer = adapt_donor(donor, vocabulary_texts(sources), vocabulary)
    if packs and tokenizer_fingerprint(tokenizer) != packs.manifest.tokenizer:
        raise PacksError(
            f"{packs.folder}: packs of tokenizer {packs.manifest.tokenizer}, but the model's is "
            f"{tokenizer_fingerprint(tokenizer)}; make packs with the model's --tokenizer"
        )
    return model, tokenizer


def bits_per_byte(model: Qwen2ForCausalLM, packer: Packer, packs: int) -> tuple[float, float]:
    """Bits per byte and next-token accuracy on labelled tokens of that many packs."""
    model.eval()
    device = next(model.parameters()).device
    bits = hits = count = size = 0.0
    with torch.no_grad():
        for pack in packer.take(packs):
            asked = labelled(pack, device)
            with half_precision(device, wanted=False):
                logits = labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
            wanted = asked.targets
            bits += float(
                functional.cross_entropy(logits, wanted, reduction="sum", ignore_index=IGNORED)
            )
            hits += float((logits.argmax(-1) == wanted).sum())
            count += asked.count
            size += sum(
                len(packer.tokenizer.token_bytes[i]) for i in wanted[: asked.count].tolist()
            )
    return bits / math.log(2) / size, hits / count
