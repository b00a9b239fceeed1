"""What one user's keystrokes leave behind: the conversation with the model, what it said last, and
the ghost that was shown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock

from sqlcomplete.completion import Ghost
from sqlcomplete.model.conversation import Conversation, LanguageModel
from sqlcomplete.model.reading import ReadingOn
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.timing import Deadline


@dataclass(frozen=True, slots=True)
class Written:
    """What the model said at a cursor: its ghost, if any, and the candidates in its order."""

    ghost: Ghost | None
    ranked: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A ghost and where it was shown."""

    text: str
    cursor: int
    ghost: Ghost


@dataclass(frozen=True, slots=True)
class _Said:
    """What the model said and where."""

    text: str
    cursor: int
    written: Written


class Session:
    """The state of one user of a completer. What is `said` is read and written by the thread that
    holds the conversation; what is `shown` is one value, which any thread may replace."""

    def __init__(self, model: LanguageModel | None) -> None:
        self.model = model
        self.conversation: Conversation | None = None if model is None else model.session()
        self._lock = Lock()
        self._shown: _Shown | None = None
        self._said: _Said | None = None
        self.reading: ReadingOn | None = None
        if self.conversation is not None:
            self.reading = ReadingOn(self.conversation, self._lock)

    @contextmanager
    def held(self, deadline: Deadline) -> Iterator[bool]:
        """The conversation for one thread, and whether it could be had in time: what another
        thread's call takes counts to the deadline."""
        if self.reading is not None:
            self.reading.stop()
        until = deadline.model
        timeout = -1.0 if until is None else max(until - time.perf_counter(), 0.0)
        got = self._lock.acquire(timeout=timeout)
        try:
            yield got
        finally:
            if got:
                self._lock.release()

    def show(self, analysis: Analysis, ghost: Ghost) -> None:
        """A ghost was shown at the cursor."""
        self._shown = _Shown(analysis.text, analysis.cursor, ghost)

    def say(self, analysis: Analysis, written: Written) -> None:
        """The model said something at the cursor."""
        self._said = _Said(analysis.text, analysis.cursor, written)

    def said(self, analysis: Analysis) -> Written | None:
        """What the model said when the same was asked the last time."""
        said = self._said
        if said is None or said.cursor != analysis.cursor or said.text != analysis.text:
            return None
        return said.written

    def typed_along(self, analysis: Analysis) -> Ghost | None:
        """What is left of the ghost shown last where the user typed along it: at least two
        characters."""
        shown = self._shown
        if shown is None:
            return None
        cursor, ghost = shown.cursor, shown.ghost
        more = analysis.cursor - cursor
        if not 0 <= more < len(ghost.text) - 1:
            return None
        if analysis.text != shown.text[:cursor] + ghost.text[:more] + shown.text[cursor:]:
            return None
        return replace(ghost, text=ghost.text[more:])
