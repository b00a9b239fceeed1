"""A frame's items on their way to a query."""

from __future__ import annotations

from collections.abc import Callable

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query.model import CommonTable, Core, Segment


class Reading:
    """The clauses that were read so far, left to right.

    Attributes:
        core: the select, insert, ... that is being read; the last of `cores`, or the INSERT
            again when its ON CONFLICT follows the query.
        insert: number of the core that is an INSERT, None where there is none.
        merging: whether a WHEN of MERGE was read.
    """

    __slots__ = ("core", "cores", "ctes", "insert", "items", "merging", "segments")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.core = Core()
        self.cores = [self.core]
        self.segments: list[Segment] = []
        self.ctes: list[CommonTable] = []
        self.insert: int | None = None
        self.merging = False
        self.open(Clause.START, "", -1, 0)

    @property
    def last(self) -> Clause:
        """The clause that was opened last."""
        return self.segments[-1].clause

    def before(self, i: int) -> Item | None:
        """The item left of `i`."""
        return self.items[i - 1] if i else None

    def ends_or_hole(self, i: int) -> bool:
        """Whether the items end at `i`, or the hole stands there."""
        return i == len(self.items) or self.items[i].hole

    def open(
        self, clause: Clause, word: str, key: int, start: int, core: int | None = None
    ) -> None:
        """Opens a clause, which ends the one before it.

        Args:
            word: its keyword or keywords.
            key: the keyword's index.
            start: index of its content.
            core: number of the core that it belongs to; the last one where None.
        """
        number = len(self.cores) - 1 if core is None else core
        segments = self.segments
        segment = Segment(clause, word, key, start, number)
        if segments:
            last = segments[-1]
            last.end = max(key, last.start)
        segments.append(segment)
        self.cores[number].segments.append(segment)

    def begin_core(self, at: int) -> None:
        """A new core begins at that item."""
        self.core = Core(start=at)
        self.cores.append(self.core)


Handler = Callable[[Reading, str, int], int]
"""Takes the keyword at that index into the reading, and gives the index to go on from."""
