"""How fast the model has read of late: what decides whether there is time to ask it."""

from __future__ import annotations

from threading import Lock

_SMOOTH = 0.2  # weight of the newest step
_OUTLIER = 4.0  # a step is taken for at most so many times what was expected
_SHORT = 8  # tokens up to which a step's time is mostly that of reading the weights


class Pace:
    """Seconds of a step: what a short one takes, and what a token of a long one takes. Both follow
    the machine, which others load too. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._step = 0.0
        self._token = 0.0

    def seconds(self, tokens: int) -> float:
        """What reading so many tokens will take; 0.0 while nothing was read yet."""
        return max(self._step, tokens * self._token)

    def took(self, tokens: int, seconds: float) -> None:
        """A step of so many tokens is done."""
        with self._lock:
            if tokens <= _SHORT:
                self._step = _followed(self._step, seconds)
            else:
                self._token = _followed(self._token, seconds / tokens)


def _followed(before: float, now: float) -> float:
    if before == 0.0:
        return now
    return before + (min(now, _OUTLIER * before) - before) * _SMOOTH
