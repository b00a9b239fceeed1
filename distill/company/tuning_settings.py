"""How a tuning is run: its budget, what of the model it changes, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["lora", "full"]
METHODS: tuple[Method, ...] = ("lora", "full")


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """One tuning's settings.

    `minutes` is the training's own time, over all its resumptions; `steps`, where given, is its
    length instead. `layers` are tuned, counted from the output; None tunes all. At 4 `bits` the
    forward pass rounds from the share `rounded_from` of the run on; at 8, rounding is too fine to
    need that. The watched statements are looked at `looks` times, and the run ends early when
    `patience` looks in a row found nothing better.
    """

    minutes: float = 8.0
    method: Method = "lora"
    learning_rate: float | None = None
    rank: int = 16
    layers: int | None = 10
    bits: int = 8
    rounded_from: float = 0.5
    length: int = 1024
    packs_per_step: int = 1
    warm_up: float = 0.05
    steps: int | None = None
    looks: int = 6
    patience: int = 2
    save_every: float = 60.0
    seed: int = 1

    @property
    def peak_rate(self) -> float:
        """The highest learning rate: adapters start from nothing and take a higher one."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 1e-3 if self.method == "lora" else 1e-4

    def rate(self, done: float) -> float:
        """The learning rate when the share `done` of the run is over: warm-up, then linear decay
        to 5%."""
        if done < self.warm_up:
            return self.peak_rate * (0.1 + 0.9 * done / self.warm_up)
        return self.peak_rate * max((1 - done) / (1 - self.warm_up), 0.05)

    def done(self, step: int, spent: float) -> float:
        """The share of the run that is over, after `step` steps and `spent` seconds."""
        return step / self.steps if self.steps else spent / (self.minutes * 60)
