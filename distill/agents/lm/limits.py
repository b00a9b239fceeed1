"""How fast a model may be asked, and for how much money. Safe for threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class RateLimit:
    """At most so many requests and tokens a minute, as two token buckets that begin full.

    `hold` stops everybody for a while, as a server's Retry-After asks. `wait(seconds)` returns
    True when waiting is to end for good.
    """

    def __init__(
        self,
        requests: int | None,
        tokens: int | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._most = {"requests": requests, "tokens": tokens}
        self._left = {"requests": float(requests or 0), "tokens": float(tokens or 0)}
        self._filled = clock()
        self._held_until = 0.0

    def delay(self, tokens: int) -> float:
        """Takes one request's worth and gives 0, or takes nothing and gives the seconds to wait.

        A request larger than a minute's tokens passes when the bucket is full.
        """
        with self._lock:
            now = self._clock()
            for name, most in self._most.items():
                if most is not None:
                    grown = self._left[name] + (now - self._filled) * most / 60
                    self._left[name] = min(grown, float(most))
            self._filled = now
            wait = max(self._held_until - now, 0.0)
            wanted = {"requests": 1.0, "tokens": float(tokens)}
            for name, most in self._most.items():
                if most is not None:
                    missing = min(wanted[name], float(most)) - self._left[name]
                    wait = max(wait, missing * 60 / most)
            if wait > 0:
                return wait
            for name in self._left:
                self._left[name] -= wanted[name]
            return 0.0

    def settle(self, expected: int, used: int) -> None:
        """Corrects what a request took once its real tokens are known."""
        with self._lock:
            self._left["tokens"] += expected - used

    def hold(self, seconds: float) -> None:
        """Nobody asks for that long."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
