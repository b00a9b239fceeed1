"""Shows how a run goes: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY_S = 20.0


class Bar:
    """Rounds as tasks of one bar, on standard error."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", visible=False)
        self._label, self._done, self._all, self._said = "", 0, 0, time.monotonic()

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def begin(self, round_: int, rounds: int, records: int, done: int) -> None:
        """A round begins, `done` of whose records were worked before."""
        self._label, self._done, self._all = f"round {round_} of {rounds}", done, records
        self._task = self._bar.add_task(self._label, total=records, completed=done)
        self._say()

    def advance(self) -> None:
        """One record more."""
        self._done += 1
        self._bar.advance(self._task)
        if time.monotonic() - self._said > EVERY_S or self._done == self._all:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        if not self._console.is_terminal:
            self._console.print(f"{self._label}: {self._done} of {self._all} records")
