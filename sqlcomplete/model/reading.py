"""Reads a prompt on in the background while the user thinks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock, Thread

from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.session import BusyError, OutOfTimeError

CHUNK = 16  # tokens read at a time: a keystroke waits no longer than for these
_PAUSE = 0.03  # seconds until a model that others have is asked for again


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
                if turn != self._turn or known >= len(tokens):
                    return
                try:
                    self._session.logits(tokens[: known + CHUNK])
                    continue
                except BusyError:
                    if len(tokens) - known < CHUNK:
                        return  # the next keystroke reads so few along
                except OutOfTimeError:
                    return  # no longer wanted
            time.sleep(_PAUSE)
