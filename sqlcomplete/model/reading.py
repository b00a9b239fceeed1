"""Reads a prompt on in the background while the user thinks."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from threading import Event, Lock, Thread, current_thread
from weakref import WeakSet

from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.session import BusyError, OutOfTimeError

CHUNK = 16  # tokens read at a time: a keystroke waits no longer than for these
_PAUSE = 0.03  # seconds until a model that others have is asked for again
_LAST = 2.0  # seconds that a chunk is waited for when the process ends

_ending = Event()
_readers: WeakSet[Thread] = WeakSet()


@atexit.register
def _end() -> None:
    """A process that ends inside a step of the model is ended by its runtime, with a signal."""
    _ending.set()
    for thread in list(_readers):
        if thread is not current_thread():
            thread.join(_LAST)


class ReadingOn:
    """What a deadline cut off is read to its end, a chunk at a time, unless someone wants the
    conversation: `stop` before taking its lock, and the wait is one chunk's at most."""

    def __init__(self, session: Conversation, lock: Lock) -> None:
        self._session = session
        self._lock = lock
        self._thread: Thread | None = None
        self._turn = 0

    def start(self, tokens: Sequence[int]) -> None:
        """Reads `tokens` in a thread of its own."""
        self._turn += 1
        self._thread = Thread(
            target=self._read, args=(list(tokens), self._turn), name="reading on", daemon=True
        )
        _readers.add(self._thread)
        self._thread.start()

    def stop(self) -> None:
        """No chunk is begun after this."""
        self._turn += 1

    def wait(self, seconds: float | None = None) -> None:
        """Until all is read, or the time is over."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _read(self, tokens: list[int], turn: int) -> None:
        while True:
            with self._lock:
                known = self._session.known(tokens)
                if turn != self._turn or known >= len(tokens) or _ending.is_set():
                    return
                try:
                    self._session.logits(tokens[: known + CHUNK])
                    continue
                except BusyError:
                    if len(tokens) - known < CHUNK:
                        return  # the next keystroke reads so few along
                except OutOfTimeError:
                    return  # no longer wanted
            _ending.wait(_PAUSE)
