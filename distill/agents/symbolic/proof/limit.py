"""How long a record may take: processor time of the thread at work, so that a busy machine fails
nobody, and ten times that by the clock, so that nothing waits for ever."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_CLOCK = 10  # times the processor time, by the clock


class Limit:
    """Counts from when it is made, for the thread that makes it; any thread may ask."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + _CLOCK * seconds
        thread = threading.get_ident()
        clock = getattr(time, "pthread_getcpuclockid", None)  # not on every system
        self._id: int | None = clock(thread) if clock is not None else None
        self._began = self._used()

    def _used(self) -> float:
        if self._id is None:
            return time.monotonic()
        return time.clock_gettime(self._id)

    def spent(self) -> bool:
        """Whether the time is up."""
        return self._used() - self._began > self._seconds or time.monotonic() > self._ends


class Watch:
    """One thread that interrupts whatever is watched and past its limit."""

    def __init__(self, every: float = 0.05) -> None:
        self._every = every
        self._watched: dict[object, tuple[Limit, Callable[[], None]]] = {}
        self._busy = threading.Event()
        self._lock = threading.Lock()
        self._process: int | None = None
        self._over = False

    @contextmanager
    def over(self, limit: Limit, interrupt: Callable[[], None]) -> Iterator[None]:
        """Calls `interrupt`, again and again, from the limit's end to the block's."""
        self._start()
        key = object()
        self._watched[key] = limit, interrupt
        self._busy.set()
        try:
            yield
        finally:
            del self._watched[key]

    def _start(self) -> None:
        with self._lock:
            if self._process != os.getpid():  # the first use, also in a process made by fork
                self._process = os.getpid()
                self._watched = {}
                thread = threading.Thread(target=self._run, name="engine watch", daemon=True)
                thread.start()
                # An engine's library calls itself leaked when a thread outlives the interpreter.
                atexit.register(self._end, thread)

    def _end(self, thread: threading.Thread) -> None:
        self._over = True
        self._busy.set()
        thread.join(1.0)

    def _run(self) -> None:
        while True:
            self._busy.wait()
            if self._over:
                return
            time.sleep(self._every)
            watched = list(self._watched.values())
            if not watched:
                self._busy.clear()
                if self._watched:  # one came in between
                    self._busy.set()
            for limit, interrupt in watched:
                if limit.spent():
                    interrupt()
