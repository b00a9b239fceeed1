"""What changes over a fusion run: alpha, the temperature, and which teacher is heard."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from distill.fusion.errors import FusionError

Order = Literal["mixture", "sequence"]


@dataclass(frozen=True, slots=True)
class Ramp:
    """A value that goes from `start` to `end` over the run."""

    start: float
    end: float
    shape: Literal["linear", "cosine"] = "linear"

    def at(self, done: float) -> float:
        """The value when the share `done` (0 to 1) of the run is over."""
        done = min(max(done, 0.0), 1.0)
        if self.shape == "cosine":
            done = (1 - math.cos(math.pi * done)) / 2
        return self.start + (self.end - self.start) * done


def parse_ramp(text: str, name: str, low: float, high: float) -> Ramp:
    """Reads `0.5`, `0.2:0.8` or `0.2:0.8:cosine`.

    Raises: FusionError, that names the option, when it is none of these or outside `low` to `high`.
    """
    parts = text.split(":")
    try:
        start = float(parts[0])
        end = float(parts[1]) if len(parts) > 1 else start
        shape = parts[2] if len(parts) > 2 else "linear"
        if len(parts) > 3 or shape not in ("linear", "cosine"):
            raise ValueError(text)
    except ValueError:
        raise FusionError(f"{name} {text!r}: write 0.5, 0.2:0.8 or 0.2:0.8:cosine") from None
    if not (low <= start <= high and low <= end <= high):
        raise FusionError(f"{name} {text!r}: must lie between {low} and {high}")
    return Ramp(start, end, "cosine" if shape == "cosine" else "linear")


@dataclass(frozen=True, slots=True)
class TeacherOrder:
    """Which of `count` teachers is heard when.

    `mixture`: all, always, by equal shares. `sequence`: one after another over equal parts of the
    run, from the first named (the weakest or nearest) to the last; around a change the two fade
    over into each other, for the part `fade` of a teacher's time.
    """

    count: int
    order: Order = "mixture"
    fade: float = 0.2

    def shares(self, done: float) -> tuple[float, ...]:
        """Each teacher's share; they sum to 1."""
        if self.order == "mixture" or self.count == 1:
            return (1 / self.count,) * self.count
        place = min(max(done, 0.0), 1.0) * self.count
        shares = [0.0] * self.count
        current = min(int(place), self.count - 1)
        inside = place - current
        half = self.fade / 2
        if half > 0 and inside < half and current > 0:
            shares[current] = 0.5 + inside / self.fade
            shares[current - 1] = 1 - shares[current]
        elif half > 0 and inside > 1 - half and current < self.count - 1:
            shares[current] = 0.5 + (1 - inside) / self.fade
            shares[current + 1] = 1 - shares[current]
        else:
            shares[current] = 1.0
        return tuple(shares)
