"""When an answer is due, and how long each stage takes to give it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

from sqlcomplete.completion import Timings

SESSION_SHARE = 0.6
"""Of a deadline: how long a request may wait for its own session."""

MODEL_SHARE = 0.75
"""Of a deadline: how long the model may be asked; the rest is for checks and for the answer."""

SENDING_SHARE = 0.8
"""Of a deadline: when the deterministic answer is sent, if the model's is not there."""

Stage = Literal["scope", "candidates", "model", "verdict", "answer"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """`begun` is a `time.perf_counter()` value; `seconds` from then on the answer is due."""

    begun: float
    seconds: float = math.inf

    @classmethod
    def from_now(cls, milliseconds: float | None) -> Deadline:
        """The answer is due in so many milliseconds; None for no deadline."""
        return cls(time.perf_counter(), math.inf if milliseconds is None else milliseconds / 1000)

    @property
    def session(self) -> float:
        """Until when a request waits for its own session; infinite without a deadline."""
        return self.begun + self.seconds * SESSION_SHARE

    @property
    def sending(self) -> float:
        """From when on the deterministic answer is sent; infinite without a deadline."""
        return self.begun + self.seconds * SENDING_SHARE

    @property
    def model(self) -> float | None:
        """Until when the model may be asked, as its conversations take it: None for no deadline."""
        if self.seconds == math.inf:
            return None
        return self.begun + self.seconds * MODEL_SHARE

    @property
    def left_ms(self) -> float:
        """Milliseconds that are left, at least one."""
        return max((self.begun + self.seconds - time.perf_counter()) * 1000, 1.0)


class Clock:
    """Adds up what each stage of one keystroke takes."""

    def __init__(self, begun: float) -> None:
        self._begun = self._last = begun
        self._taken: dict[Stage, float] = {}

    def end(self, stage: Stage) -> None:
        """A stage is over: the time since the last one's end is its."""
        now = time.perf_counter()
        self._taken[stage] = self._taken.get(stage, 0.0) + now - self._last
        self._last = now

    def timings(self) -> Timings:
        """Milliseconds so far: the total up to the last stage's end."""
        taken = {stage: seconds * 1000 for stage, seconds in self._taken.items()}
        return Timings(
            total=(self._last - self._begun) * 1000,
            scope=taken.get("scope", 0.0),
            candidates=taken.get("candidates", 0.0),
            model=taken.get("model", 0.0),
            verdict=taken.get("verdict", 0.0),
        )
