"""How the engine's answers differ from the golden files, as a table that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from .record import Answer

_AROUND = 24  # characters of the text shown on each side of the cursor


@dataclass(frozen=True, slots=True)
class Difference:
    """One cursor whose answer is another than the golden file's; `was` is None for a new one."""

    dialect: str
    text: str
    cursor: int
    was: Answer | None
    now: Answer

    @property
    def place(self) -> str:
        """The text around the cursor, which is drawn as a bar."""
        left = self.text[max(self.cursor - _AROUND, 0) : self.cursor]
        right = self.text[self.cursor : self.cursor + _AROUND // 2]
        return f"{left}|{right}".replace("\n", "\\n")

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """Each field that changed: its name, before and after."""
        if self.was is None:
            yield "new", "", self.now.expectation
            return
        named = ("expectation", "candidates", "ghost")
        seen = False
        for name in named:
            before, after = getattr(self.was, name), getattr(self.now, name)
            if before != after:
                seen = True
                yield name, before, after
        if not seen:
            yield "digest only", self.was.digest, self.now.digest


def differences(
    dialect: str, golden: dict[str, tuple[Answer, ...]], text: str, answers: Iterable[Answer]
) -> Iterator[Difference]:
    """The cursors of a text at which the answers are not the golden file's."""
    known = golden.get(text, ())
    for now in answers:
        was = known[now.cursor] if now.cursor < len(known) else None
        if was is None or was.line != now.line:
            yield Difference(dialect, text, now.cursor, was, now)


def table(found: list[Difference], limit: int) -> Table:
    """The first differences, a row a field. Neighbouring cursors of one change are one row."""
    drawn = Table("dialect", "at", "what", "before", "after", show_lines=True)
    last: tuple[str, str, str, str] | None = None
    rows = 0
    for one in found:
        for what, before, after in one.changes():
            if (one.text, what, before, after) == last:
                continue
            last = (one.text, what, before, after)
            rows += 1
            if rows <= limit:
                drawn.add_row(
                    *(Text(cell) for cell in (one.dialect, one.place, what, before, after))
                )
    drawn.caption = f"{len(found)} cursors differ, {min(rows, limit)} of {rows} changes shown"
    return drawn
