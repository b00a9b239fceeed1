"""Stops asking a server that does not answer, and tries it again after a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3  # in a row, after which the server is left alone
SHORTEST, LONGEST = 1.0, 30.0  # seconds that it is left alone, doubled each time


class Breaker:
    """A circuit breaker. Thread-safe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = SHORTEST
        self._until: float | None = None

    @property
    def closed(self) -> bool:
        """Whether the server is taken to answer."""
        return self._until is None

    def allows(self) -> bool:
        """Whether to ask now: once the pause is over, one request tries."""
        with self._lock:
            if self._until is None:
                return True
            if self._now() < self._until:
                return False
            self._until = self._now() + self._pause
            return True

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._failures, self._pause, self._until = 0, SHORTEST, None

    def failed(self) -> None:
        """It did not, or with something that is no answer."""
        with self._lock:
            self._failures += 1
            if self._until is not None:
                self._pause = min(2 * self._pause, LONGEST)
            if self._failures >= FAILURES:
                self._until = self._now() + self._pause
