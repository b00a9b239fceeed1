"""The training loop: one for every objective, within a budget of minutes or steps, with checkpoints
that resume exactly. Knows nothing of where packs come from or what their loss is."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click
import torch
from transformers import Qwen2ForCausalLM

from distill.donor import save_model
from distill.forward import half_precision
from distill.packs import Pack
from distill.parallel import Alone
from distill.quantise import fake_quantised
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.tokenizer import Tokenizer

CHECKPOINT = "checkpoint"
KEPT = "kept"
STATE = "state.pt"
LOG = "log.jsonl"


class TrainingError(SqlcompleteError):
    """A run that cannot go on, and why."""


class StoppedError(TrainingError):
    """A run that was told to end, and has saved itself."""

    exit_code = 130


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's settings. `minutes` is the whole run's, over all its resumptions; `steps`, where
    given, is its length instead. From the share `quantised_from` of the run on, the forward pass
    rounds the weights as the int4 export will. At each of `keep_at` tokens seen, the weights are
    kept beside the checkpoint, in `kept/TOKENS`, for a scaling curve."""

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
    save_minutes: float = 10.0
    keep_at: tuple[int, ...] = ()


class Supply(Protocol):
    """Where packs come from. What it hands out depends on its state alone."""

    def take(self, count: int) -> list[Pack]:
        """The next `count` packs."""
        ...

    def state(self) -> object:
        """What `restore` goes on from."""
        ...

    def restore(self, state: object) -> None:
        """Goes on from there."""
        ...


class Objective(Protocol):
    """What is minimised: the sum over labelled tokens of their loss, over the sum of weights."""

    def weight(self, pack: Pack) -> float:
        """The pack's part of the step's normalisation: its labelled tokens, weighted."""
        ...

    def loss(
        self, model: Qwen2ForCausalLM, pack: Pack, done: float
    ) -> tuple[torch.Tensor, Mapping[str, float]]:
        """The weighted sum of the loss over the pack's labelled tokens, when the share `done` of
        the run is over, and sums for the log, over the same tokens."""
        ...


def learning_rate(settings: Settings, done: float) -> float:
    """The rate when the share `done` of the run is over: warm-up, level, linear decay to 5%."""
    if done < settings.warm_up:
        return settings.learning_rate * (done / settings.warm_up + 0.02)
    if done < settings.decay_from:
        return settings.learning_rate
    left = (1 - done) / (1 - settings.decay_from)
    return settings.learning_rate * max(left, 0.05)


def add_step_gradient(
    model: Qwen2ForCausalLM,
    objective: Objective,
    packs: list[Pack],
    done: float,
    placed: Alone | None = None,
) -> dict[str, float]:
    """Adds the gradient of one optimiser step and returns the sums for the log.

    The loss is the sum over the labelled tokens of all packs, divided once by their weight: neither
    the order of the packs, nor how many go at once, nor how many processes share them changes it.
    """
    placed = placed or Alone()
    device = next(model.parameters()).device
    weight = sum(objective.weight(p) for p in packs)
    sums: dict[str, float] = defaultdict(float)
    for pack in packs[placed.rank :: placed.world]:
        with half_precision(device):
            loss, parts = objective.loss(model, pack, done)
        # A schema may fill a whole pack, and a step of such packs has nothing to learn from.
        (loss / (weight or 1.0)).backward()
        sums["loss"] += float(loss.detach())
        for name, value in parts.items():
            sums[name] += value
    placed.add_gradients(model)
    names = sorted(sums)
    return {
        **dict(zip(names, placed.sums([sums[n] for n in names]), strict=True)),
        "weight": weight,
    }


def train(
    model: Qwen2ForCausalLM,
    supply: Supply,
    objective: Objective,
    settings: Settings,
    out: Path,
    *,
    tokenizer: Tokenizer,
    report_every: int = 10,
    placed: Alone | None = None,
) -> None:
    """Trains in place; writes `out/log.jsonl` and `out/checkpoint`, every `save_minutes`, at the
    end, and when the process is told to stop (SIGINT, SIGTERM).

    Raises: ParallelError, when the processes cannot share a step; StoppedError, when told to stop.
    """
    placed = placed or Alone()
    placed.check(settings.packs_per_step, rounded=settings.quantised_from < 1)
    model.train()
    placed.place(model)
    optimiser = torch.optim.AdamW(
        model.parameters(),
        lr=1.0,
        betas=(0.9, 0.98),
        weight_decay=settings.weight_decay,
        foreach=True,
    )
    step, spent, seen = 0, 0.0, 0
    if (out / CHECKPOINT / STATE).exists():
        state = _read_state(out / CHECKPOINT / STATE)
        placed.load_optimiser(model, optimiser, state["optimiser"])
        step, spent, seen = state["step"], state["spent"], state["seen"]
        if "chance" in state:
            drawn = step * settings.packs_per_step
            supply.restore({"chance": state["chance"], "drawn": drawn})
        else:
            supply.restore(state["supply"])
        _forget_log_after(out / LOG, step)
    saved = started = time.monotonic()
    base = spent
    window: dict[str, float] = defaultdict(float)

    def over() -> float:
        return step / settings.steps if settings.steps else spent / (settings.minutes * 60)

    with _log(out, placed) as log, told_to_stop() as stop:
        while (done := over()) < 1:
            packs = supply.take(settings.packs_per_step)
            with fake_quantised(model, active=done >= settings.quantised_from):
                sums = add_step_gradient(model, objective, packs, done, placed)
            placed.clip(model, 1.0)
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(settings, done)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            before = seen
            seen += sum(len(p.tokens) for p in packs)
            for name, value in sums.items():
                window[name] += value
            passed = [mark for mark in settings.keep_at if before < mark <= seen]
            if passed:
                _keep(model, tokenizer, placed, out / KEPT / str(passed[-1]))
            now = time.monotonic()
            # All processes go by the mean of their clocks, and stop when one is told to.
            clock, stopped = placed.sums([now - started, float(stop.is_set())])
            spent = base + clock / placed.world
            if step % report_every == 0 or over() >= 1:
                weight = window.pop("weight") or 1.0
                line = {
                    "step": step,
                    "minutes": round(spent / 60, 2),
                    "tokens": seen,
                    **{name: round(value / weight, 4) for name, value in sorted(window.items())},
                    "rate": round(learning_rate(settings, done), 7),
                    "tokens_per_s": round(seen / spent, 1),
                }
                log(line)
                window.clear()
            if (
                spent - (saved - started + base) > settings.save_minutes * 60
                or stopped
                or (over() >= 1)
            ):
                state = {
                    "optimiser": placed.optimiser_state(model, optimiser),
                    "supply": supply.state(),
                    "step": step,
                    "spent": spent,
                    "seen": seen,
                }
                weights = placed.weights(model)
                if placed.rank == 0:
                    _save(model, tokenizer, weights, state, out)
                saved = started + spent - base
            if stopped:
                raise StoppedError(
                    f"{out}: stopped at step {step}, saved; the same command goes on from there"
                )


def kept_checkpoints(out: Path) -> list[tuple[int, Path]]:
    """Tokens seen and folder of the weights that a run kept, by tokens."""
    found = [p for p in (out / KEPT).glob("*") if p.name.isdigit()]
    return sorted((int(path.name), path) for path in found)


def tokens_seen(out: Path) -> int:
    """How many tokens the run's checkpoint has seen. Raises: TrainingError, where there is none."""
    path = out / CHECKPOINT / STATE
    if not path.exists():
        raise TrainingError(f"{out}: no run with a checkpoint ({CHECKPOINT}/{STATE})")
    return int(_read_state(path)["seen"])


def last_checkpoint(out: Path) -> Path | None:
    """The run's checkpoint, where it has one; brought back, where a kill left only the old one."""
    folder, old = out / CHECKPOINT, out / (CHECKPOINT + ".old")
    if not folder.exists() and old.exists():
        old.rename(folder)
    return folder if folder.exists() else None


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state = torch.load(path, weights_only=False, map_location="cpu")
        assert isinstance(state, dict)
        return state
    except (OSError, RuntimeError, EOFError) as error:
        raise TrainingError(f"{path}: unreadable ({error}); remove the checkpoint") from error


@contextmanager
def _log(out: Path, placed: Alone) -> Iterator[Any]:
    """A function that writes a line to the log and to the terminal, on the first process."""
    if placed.rank:
        yield lambda line: None
        return
    out.mkdir(parents=True, exist_ok=True)
    with (out / LOG).open("a", encoding="utf-8") as file:

        def write(line: Mapping[str, object]) -> None:
            file.write(json.dumps(line) + "\n")
            file.flush()
            click.echo(json.dumps(line))

        yield write


def _forget_log_after(path: Path, step: int) -> None:
    """Drops lines of steps that were lost when the run broke off after its last checkpoint."""
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.strip() and json.loads(line)["step"] <= step]
    path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that is set when the process is asked to end: the step is finished and saved."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(s, lambda *_: event.set()) for s in signals]
    try:
        yield event
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _keep(model: Qwen2ForCausalLM, tokenizer: Tokenizer, placed: Alone, folder: Path) -> None:
    """Writes the weights alone; a run that was broken off and passes there again replaces them."""
    weights = placed.weights(model)
    if placed.rank:
        return
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_model(model, tokenizer, fresh, weights)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _save(
    model: Qwen2ForCausalLM,
    tokenizer: Tokenizer,
    weights: Mapping[str, torch.Tensor] | None,
    state: dict[str, object],
    out: Path,
) -> None:
    """Writes beside the old checkpoint, then takes its place: a kill leaves one of them whole."""
    fresh = out / (CHECKPOINT + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_model(model, tokenizer, fresh, weights)
    torch.save(state, fresh / STATE)
    old = out / (CHECKPOINT + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if (out / CHECKPOINT).exists():
        (out / CHECKPOINT).rename(old)
    fresh.rename(out / CHECKPOINT)
    shutil.rmtree(old, ignore_errors=True)
