"""Fine-tunes a donor on a corpus, within a budget of minutes, with checkpoints that resume exactly.

`python -m distill sft CORPUS... --donor DONOR --out FOLDER --minutes N`
"""

from __future__ import annotations

import json
import math
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from distill.corpus import read_corpora
from distill.donor import adapt_donor, load_model, save_model
from distill.packs import IGNORED, Packer, token_sources, training_sources, vocabulary_texts
from distill.quantise import fake_quantised

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's settings. `minutes` is the whole run's, over all its resumptions; `steps`, where
    given, is its length instead. From the share `quantised_from` of the run on, the forward pass
    rounds the weights as the int4 export will."""

    minutes: float
    learning_rate: float = 2e-4
    length: int = 1024
    packs_per_step: int = 1
    warm_up: float = 0.03
    decay_from: float = 0.5
    quantised_from: float = 0.8
    steps: int | None = None
    weight_decay: float = 0.01
    seed: int = 1


def masked_loss(
    model: Qwen2ForCausalLM, tokens: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Sum of the cross-entropy over the labelled tokens; `tokens`, `labels` (batch, length).

    Only labelled positions go through the output layer: it is a third of a small model's work.
    """
    hidden = model.model(input_ids=tokens, use_cache=False).last_hidden_state
    wanted = labels[:, 1:]
    chosen = wanted != IGNORED
    logits = model.lm_head(hidden[:, :-1][chosen])
    return functional.cross_entropy(logits.float(), wanted[chosen], reduction="sum")


def learning_rate(settings: Settings, done: float) -> float:
    """The rate when the share `done` of the run is over: warm-up, level, linear decay to 5%."""
    if done < settings.warm_up:
        return settings.learning_rate * (done / settings.warm_up + 0.02)
    if done < settings.decay_from:
        return settings.learning_rate
    left = (1 - done) / (1 - settings.decay_from)
    return settings.learning_rate * max(left, 0.05)


def _done(settings: Settings, step: int, spent: float) -> float:
    """The share of the run that is over, after `step` steps and `spent` seconds."""
    return step / settings.steps if settings.steps else spent / (settings.minutes * 60)


def train(
    model: Qwen2ForCausalLM,
    packer: Packer,
    settings: Settings,
    out: Path,
    *,
    report_every: int = 10,
) -> None:
    """Trains in place; writes `out/log.jsonl` and a checkpoint every ten minutes and at the end."""
    model.train()
    optimiser = torch.optim.AdamW(
        model.parameters(),
        lr=1.0,
        betas=(0.9, 0.98),
        weight_decay=settings.weight_decay,
        foreach=True,
    )
    step, spent, seen = 0, 0.0, 0
    # Where the processor multiplies in bf16 it is nearly twice as fast; elsewhere it is emulated.
    half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    state_file = out / CHECKPOINT / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=False)
        optimiser.load_state_dict(state["optimiser"])
        packer.chance.setstate(state["chance"])
        step, spent, seen = state["step"], state["spent"], state["seen"]
    saved = started = time.monotonic()
    base = spent
    total_loss = total_tokens = 0.0
    log = (out / "log.jsonl").open("a", encoding="utf-8")
    while (done := _done(settings, step, spent)) < 1:
        packs = [packer.draw() for _ in range(settings.packs_per_step)]
        tokens = torch.stack([torch.from_numpy(p.tokens) for p in packs])
        labels = torch.stack([torch.from_numpy(p.labels) for p in packs])
        counted = int((labels[:, 1:] != IGNORED).sum())
        with fake_quantised(model, active=done >= settings.quantised_from):
            for one_tokens, one_labels in zip(tokens, labels, strict=True):
                with torch.autocast("cpu", torch.bfloat16, enabled=half):
                    loss = masked_loss(model, one_tokens[None], one_labels[None])
                (loss / counted).backward()
                total_loss += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(settings, done)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        seen += tokens.numel()
        total_tokens += counted
        now = time.monotonic()
        spent = base + now - started
        if step % report_every == 0:
            line = {
                "step": step,
                "minutes": round(spent / 60, 2),
                "tokens": seen,
                "loss": round(total_loss / total_tokens, 4),
                "rate": round(learning_rate(settings, done), 7),
                "tokens_per_s": round((seen / spent), 1),
            }
            log.write(json.dumps(line) + "\n")
            log.flush()
            click.echo(json.dumps(line))
            total_loss = total_tokens = 0.0
        if now - saved > 600 or _done(settings, step, spent) >= 1:
            state = {
                "optimiser": optimiser.state_dict(),
                "chance": packer.chance.getstate(),
                "step": step,
                "spent": spent,
                "seen": seen,
            }
            _save(model, packer, state, out)
            saved = now
    log.close()


def _save(model: Qwen2ForCausalLM, packer: Packer, state: dict[str, object], out: Path) -> None:
    """Writes beside the old checkpoint, then takes its place: a kill leaves one of them whole."""
    fresh = out / (CHECKPOINT + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_model(model, packer.tokenizer, fresh)
    torch.save(state, fresh / "state.pt")
    old = out / (CHECKPOINT + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if (out / CHECKPOINT).exists():
        (out / CHECKPOINT).rename(old)
    fresh.rename(out / CHECKPOINT)
    shutil.rmtree(old, ignore_errors=True)


_ROUNDED = "Share of the run from which the weights are rounded to int4; 1 for never."
_SHARE = "Draw a corpus source so many times as often; repeatable."


def _factors(shares: tuple[str, ...]) -> dict[str, float]:
    factors = {}
    for share in shares:
        source, _, factor = share.partition("=")
        try:
            factors[source] = float(factor)
        except ValueError:
            raise click.BadParameter(f"{share!r}: write SOURCE=FACTOR, as in spider=0.5") from None
    return factors


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--donor", required=True, help="A GGUF file, a folder, or a hub's name.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--minutes", default=120.0, show_default=True, help="Time of the whole run.")
@click.option("--vocabulary", default=12288, show_default=True, help="Tokens to keep.")
@click.option("--rate", default=2e-4, show_default=True, help="Peak learning rate.")
@click.option("--rounded-from", default=0.8, show_default=True, help=_ROUNDED)
@click.option("--share", "shares", multiple=True, metavar="SOURCE=FACTOR", help=_SHARE)
@click.option("--seed", default=1, show_default=True)
def sft(
    corpus: tuple[Path, ...],
    donor: str,
    out: Path,
    minutes: float,
    vocabulary: int,
    rate: float,
    rounded_from: float,
    shares: tuple[str, ...],
    seed: int,
) -> None:
    """Fine-tune a donor on corpora, or go on from the run's last checkpoint."""
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    settings = Settings(minutes=minutes, learning_rate=rate, quantised_from=rounded_from, seed=seed)
    drawn = _factors(shares)
    corpora = read_corpora(corpus)
    sources = training_sources(corpora)
    out.mkdir(parents=True, exist_ok=True)
    if (out / CHECKPOINT).exists():
        model, tokenizer = load_model(out / CHECKPOINT)
    else:
        model, tokenizer = adapt_donor(donor, vocabulary_texts(sources), vocabulary)
        about = {
            "settings": asdict(settings),
            "shares": drawn,
            "donor": donor,
            "corpora": [str(c) for c in corpus],
            "statements": token_sources(corpora),
            "parameters": sum(p.numel() for p in model.parameters()),
        }
        (out / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    packer = Packer(sources, tokenizer, length=settings.length, seed=seed, shares=drawn)
    train(model, packer, settings, out)


def bits_per_byte(model: Qwen2ForCausalLM, packer: Packer, packs: int) -> tuple[float, float]:
    """Bits per byte and next-token accuracy on labelled tokens of that many packs."""
    model.eval()
    bits = hits = count = size = 0.0
    with torch.no_grad():
        for _ in range(packs):
            pack = packer.draw()
            tokens = torch.from_numpy(pack.tokens)[None]
            wanted = torch.from_numpy(pack.labels)[1:]
            chosen = wanted != IGNORED
            hidden = model.model(input_ids=tokens, use_cache=False).last_hidden_state
            logits = model.lm_head(hidden[0, :-1][chosen])
            bits += float(functional.cross_entropy(logits, wanted[chosen], reduction="sum"))
            hits += float((logits.argmax(-1) == wanted[chosen]).sum())
            count += int(chosen.sum())
            size += sum(len(packer.tokenizer.token_bytes[i]) for i in wanted[chosen].tolist())
    return bits / math.log(2) / size, hits / count
