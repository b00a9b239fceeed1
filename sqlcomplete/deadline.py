"""When an answer is due, and how much of the time each part may take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

SESSION_SHARE = 0.6
"""Of a deadline: how long a request may wait for its own session."""

MODEL_SHARE = 0.75
"""Of a deadline: how long the model may be asked; the rest is for checks and for the answer."""

SENDING_SHARE = 0.8
"""Of a deadline: when the deterministic answer is sent, if the model's is not there."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """`begun` is a `time.perf_counter()` value; `seconds` from then on the answer is due, which is
    never where they are infinite."""

    begun: float
    seconds: float = math.inf

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
