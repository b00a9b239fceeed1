"""The states of a FROM clause that is read from left to right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlcomplete.syntax.outline import Frame, Item


class FromAt(StrEnum):
    """Where a FROM clause stands after the items that were read."""

    RELATION = "relation"
    """A relation must come."""
    LATERAL = "lateral"
    """After LATERAL or ONLY: the relation must come."""
    NAME = "name"
    """A relation is complete; its alias may come."""
    ALIAS = "alias"
    """After AS: the alias must come."""
    ALIASED = "aliased"
    """The alias is complete; a list of column names may follow it."""
    JOIN = "join"
    """After LEFT, INNER, ...: the rest of the join's words must come."""
    ON = "on"
    """In a join's condition."""
    USING = "using"
    """After USING: its bracket must come."""
    USED = "used"
    """USING's bracket is complete."""


@dataclass(slots=True)
class Reference:
    """A relation as a FROM clause writes it. `names` are the items of a dotted name; `frame` is a
    derived table's body or a function's arguments."""

    names: list[Item]
    frame: Frame | None = None
    function: bool = False
    alias: Item | None = None
    columns: tuple[str, ...] = ()
    lateral: bool = False
    using: tuple[str, ...] = ()
    natural: bool = False
    start: int = 0


@dataclass(slots=True)
class FromState:
    """Where a FROM clause ends: what was read, and what may come.

    Attributes:
        at: what was read last.
        on: index at which the last ON's expression begins.
        words: the join words before the end, () where a relation follows them.
        owes: whether the last join still needs its condition.
        joins: the number of joins.
    """

    references: list[Reference]
    at: FromAt = FromAt.RELATION
    on: int = 0
    words: tuple[str, ...] = ()
    owes: bool = False
    joins: int = 0


# A global is read several times faster than a member of an enum.
_RELATION, _NAME = FromAt.RELATION, FromAt.NAME


class FromReading(FromState):
    """A FROM clause's state on its way through `items[:end]`.

    Attributes:
        items: the frame's items.
        end: index of the first item that is not read.
        lateral: whether the next relation is LATERAL.
        natural: whether the next relation is joined by NATURAL.
    """

    __slots__ = ("end", "items", "lateral", "natural")

    def __init__(self, items: list[Item], end: int) -> None:
        # One flat constructor: most clauses have few items, so that making the state counts.
        self.references = []
        self.at = _RELATION
        self.on = self.joins = 0
        self.words = ()
        self.owes = self.lateral = self.natural = False
        self.items = items
        self.end = end

    def expect_relation(self) -> None:
        """A comma was read: another relation must come."""
        self.at = _RELATION
        self.owes = self.lateral = self.natural = False

    def relation_read(self) -> None:
        """The relations that were added are complete."""
        self.at = _NAME
        self.lateral = self.natural = False


Handler = Callable[[FromReading, Item, int], int]
"""Takes the item at that index into the state, and gives the index to go on from."""
