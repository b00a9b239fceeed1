"""The scripts that are read, and what of them could not be."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sqlcomplete.dialects import dialect_of
from sqlcomplete.schema.ddl_cursor import TokenCursor
from sqlcomplete.schema.ddl_state import DraftSchema, DraftTable, Name

_MAX_PROBLEMS = 100


@dataclass(slots=True)
class PendingView:
    """A view whose query named what was not known when it was created."""

    table: DraftTable
    query: str
    names: list[str]


class Script:
    """The draft that statements change. The classes built upon it read them, subject by subject."""

    def __init__(self, dialect: str) -> None:
        self.draft = DraftSchema(dialect)
        self.problems: list[str] = []
        self.applied = 0
        self._dialect = dialect
        self._sql = dialect_of(dialect)
        self._where = self._text = ""
        self._lines: list[int] | None = None
        self._pending: list[PendingView] = []

    def open(self, name: str, text: str) -> None:
        """Turns to the text that the next statements come from."""
        self._where = f"{name}: " if name else ""
        self._text = text
        self._lines = None

    def report(self, at: int | None, message: str) -> None:
        """Notes what could not be read at an offset of the text."""
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(f"{self._where}line {self._line(at or 0)}: {message}")
        elif len(self.problems) == _MAX_PROBLEMS:
            self.problems.append("and more")

    def _line(self, at: int) -> int:
        if self._lines is None:
            self._lines = [i for i, c in enumerate(self._text) if c == "\n"]
        return bisect_right(self._lines, at - 1) + 1

    def _name(self, cursor: TokenCursor) -> Name:
        name = cursor.name(split_dots=self._sql.dots_in_quotes)
        if name[0] is not None:
            self.draft.qualified = True
        return self.draft.settle(name)
