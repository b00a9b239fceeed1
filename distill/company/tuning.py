"""Tunes the model on a company's statements within a budget of time, on whatever there is to
compute with, and goes on from a checkpoint after a kill.

The upper layers alone are tuned: what is below them knows what SQL is, and a step costs about half.
What comes out is the state that did best on the newest statements, which are not trained on, or a
point on the way to it.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn
from transformers import Qwen2ForCausalLM

from distill.company.tuning_blend import UNWATCHED, best_share
from distill.company.tuning_data import CompanyPacker, TuningData
from distill.company.tuning_lora import adapters_rounded, add_adapters, merge_adapters
from distill.company.tuning_settings import TuningSettings
from distill.company.tuning_state import TuningError, TuningState, load_state, save_state
from distill.forward import default_device, half_precision
from distill.loop import StoppedError, add_step_gradient, told_to_stop
from distill.packs import Pack
from distill.parallel import placement
from distill.quantise import fake_quantised, round_to_int4
from distill.sft import CrossEntropy
from sqlcomplete.model.tokenizer import Tokenizer

_WATCHED_PACKS = 4

Parameters = dict[str, torch.Tensor]  # those that are trained, by name


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a tuning stands: the share done, an estimate of what is left in seconds, the tokens
    read, tokens a second, and the last watched loss (nats a token; None before the first)."""

    done: float
    left: float
    step: int
    tokens: int
    speed: float
    watched: float | None
    resumed: bool


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a tuning came to. `before` and `after` are the watched loss in nats a token (None where
    nothing was watched), `share` how much of the way to the tuned state was gone."""

    steps: int
    tokens: int
    minutes: float
    before: float | None
    after: float | None
    share: float
    stopped_early: bool
    resumed: bool


def tune(
    model: Qwen2ForCausalLM,
    tokenizer: Tokenizer,
    data: TuningData,
    settings: TuningSettings,
    folder: Path,
    *,
    base: str,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Tuned:
    """Tunes `model` in place, and leaves it with the best state found, adapters merged.

    Args:
        folder: Where checkpoints are; one of the same data, settings and base is gone on from.
        base: The hash of the graph that `model` was read from.
        progress: Called after each step.

    Raises:
        TuningError: a checkpoint cannot be written.
        StoppedError: the process was told to end, and a checkpoint is written.
    """
    run = _Run(model, tokenizer, data, settings, folder, base)
    run.train(progress)
    return run.finish()


class _Run:
    def __init__(
        self,
        model: Qwen2ForCausalLM,
        tokenizer: Tokenizer,
        data: TuningData,
        settings: TuningSettings,
        folder: Path,
        base: str,
    ) -> None:
        self.settings, self.folder, self.model = settings, folder, model
        told = repr((data.fingerprint, sorted(asdict(settings).items()), base))
        self.key = hashlib.sha256(told.encode()).hexdigest()
        self.device = default_device()
        self.placed = placement()
        self.objective = CrossEntropy()
        torch.manual_seed(settings.seed)
        model.to(self.device).train()
        self.trained = self._choose_trained()
        self.start = self._copy() if settings.method == "full" else {}
        self.placed.place(model)
        self.optimiser = torch.optim.AdamW(
            self.trained.values(), lr=1.0, betas=(0.9, 0.98), weight_decay=0.01, foreach=True
        )
        length = settings.length
        self.packer = CompanyPacker(data.sources, tokenizer, length=length, seed=settings.seed)
        self.watched: list[Pack] = []
        if data.watched:
            packer = CompanyPacker(data.watched, tokenizer, length=length, seed=0)
            self.watched = packer.take(_WATCHED_PACKS)
        found = load_state(folder, self.key)
        self.resumed = found is not None
        self.state = found or TuningState()
        if found is not None:
            self._put(found.weights)
            if found.optimiser:
                self.optimiser.load_state_dict(found.optimiser)
            if found.supply:
                self.packer.restore(found.supply)

    def train(self, progress: Callable[[Progress], None]) -> None:
        """Trains until the budget is spent, or nothing gets better."""
        state, settings = self.state, self.settings
        if not state.looks and self.watched:
            self._look(0.0)
        saved = started = time.monotonic()
        spent_before, read_before = state.spent, state.tokens
        with told_to_stop() as stop:
            while not state.finished:
                self._step(settings.done(state.step, state.spent))
                done = settings.done(state.step, state.spent)
                if self.watched and done >= len(state.looks) / settings.looks:
                    self._look(min(done, 1.0))
                now = time.monotonic()
                # All processes go by the mean of their clocks, and stop when one is told to.
                clock, stopped = self.placed.sums([now - started, float(stop.is_set())])
                state.spent = spent_before + clock / self.placed.world
                done = settings.done(state.step, state.spent)
                state.finished = done >= 1 or self._is_stale()
                if stopped or now - saved > settings.save_every:
                    self.save()
                    saved = now
                if stopped and not state.finished:
                    raise StoppedError(
                        f"stopped at {min(done, 1):.0%} of the training, which is kept: the same "
                        "command goes on from there; the model in use stays"
                    )
                progress(
                    Progress(
                        done=min(done, 1.0),
                        left=max(state.spent / done - state.spent, 0.0) if done else math.inf,
                        step=state.step,
                        tokens=state.tokens,
                        speed=(state.tokens - read_before) / max(state.spent - spent_before, 1e-6),
                        watched=state.looks[-1][1] if state.looks else None,
                        resumed=self.resumed,
                    )
                )

    def save(self) -> None:
        """Writes a checkpoint. Raises: TuningError."""
        self.state.weights = self._copy()
        self.state.optimiser = self.optimiser.state_dict()
        self.state.supply = self.packer.state()
        if self.placed.rank == 0:
            save_state(self.folder, self.key, self.state)

    def finish(self) -> Tuned:
        """Puts the best state in place, and the adapters into their layers."""
        state = self.state
        self.save()
        losses = [loss for _, loss in state.looks]
        after = None
        far, share = self._copy(), UNWATCHED
        if self.watched:
            ends = [(state.best, state.best_loss)]
            if losses[-1] > state.best_loss:  # too far, perhaps, but not in another direction
                ends.append((far, losses[-1]))
            found = [(*best_share(partial(self._loss_at, e), whole), e) for e, whole in ends]
            share, after, far = min(found, key=lambda one: one[1])
        self._put(self._towards(far, share))
        if self.settings.method == "lora":
            merge_adapters(self.model)
        self.model.requires_grad_(True)
        self.model.to("cpu").eval()
        return Tuned(
            steps=state.step,
            tokens=state.tokens,
            minutes=state.spent / 60,
            before=losses[0] if losses else None,
            after=after,
            share=share,
            stopped_early=self.settings.done(state.step, state.spent) < 1,
            resumed=self.resumed,
        )

    def _choose_trained(self) -> dict[str, nn.Parameter]:
        """The parameters to train, by name; all others are frozen."""
        model, settings = self.model, self.settings
        every: Sequence[nn.Module] = list(model.model.layers)
        parts = every if settings.layers is None else every[-settings.layers :]
        model.requires_grad_(False)
        if settings.method == "lora":
            chosen = add_adapters(parts, settings.rank)
        else:
            # A graph whose biases are all zero has none to take a tuned one.
            chosen = [p for part in parts for n, p in part.named_parameters() if "bias" not in n]
        for parameter in chosen:
            parameter.requires_grad_(True)
        return {name: p for name, p in model.named_parameters() if p.requires_grad}

    def _step(self, done: float) -> None:
        settings = self.settings
        # A GPU is not busy with one pack, and processes share a step.
        count = settings.packs_per_step * self.placed.world
        packs = self.packer.take(count)
        with self._rounded(done >= settings.rounded_from):
            add_step_gradient(self.model, self.objective, packs, done, self.placed)
        torch.nn.utils.clip_grad_norm_(self.trained.values(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = settings.rate(done)
        self.optimiser.step()
        self.model.zero_grad(set_to_none=True)
        self.state.step += 1
        self.state.tokens += count * settings.length

    def _look(self, done: float) -> None:
        """Measures the watched statements, and keeps the best state."""
        loss = self._watched_loss()
        self.state.looks.append((done, loss))
        if loss < self.state.best_loss:
            self.state.best_loss, self.state.best = loss, self._copy()

    def _loss_at(self, far: Parameters, share: float) -> float:
        self._put(self._towards(far, share))
        return self._watched_loss()

    def _towards(self, far: Parameters, share: float) -> Parameters:
        """The trained parameters at a share of the way from the start to `far`. What an adapter
        adds is a product, so that one of its factors alone is scaled."""
        if self.settings.method == "full":
            return {name: self.start[name].lerp(value, share) for name, value in far.items()}
        return {n: p * share if n.endswith(".up") else p for n, p in far.items()}

    def _watched_loss(self) -> float:
        """Nats a token of the watched statements, as the model would ship now."""
        total = 0.0
        self.model.eval()
        with torch.no_grad(), self._rounded(True), half_precision(self.device):
            for pack in self.watched:
                total += float(self.objective.loss(self.model, pack, 1.0)[0])
        self.model.train()
        return total / max(sum(pack.labelled for pack in self.watched), 1)

    def _is_stale(self) -> bool:
        losses = [loss for _, loss in self.state.looks]
        patience = self.settings.patience
        return len(losses) > patience and min(losses[-patience:]) > min(losses)

    def _rounded(self, active: bool) -> AbstractContextManager[None]:
        active = active and self.settings.bits == 4
        if self.settings.method == "lora":
            return adapters_rounded(self.model, active=active)
        return fake_quantised(self.model, active=active, rounding=round_to_int4)

    def _copy(self) -> dict[str, torch.Tensor]:
        return {name: p.detach().cpu().clone() for name, p in self.trained.items()}

    def _put(self, values: dict[str, torch.Tensor]) -> None:
        if values.keys() != self.trained.keys():
            raise TuningError(f"{self.folder}: the checkpoint is of another model; remove it")
        for name, parameter in self.trained.items():
            parameter.data.copy_(values[name])
