"""The states of an expression that is read from left to right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlcomplete.syntax.outline import Item


class ExpressionAt(StrEnum):
    """Where an expression stands after the items that were read."""

    OPERAND = "operand"
    """An operand must come."""
    AFTER = "after"
    """An operand is complete."""
    NOT = "not"
    """After `x NOT`."""
    IS = "is"
    """After `x IS`."""
    IS_NOT = "is not"
    """After `x IS NOT`."""
    DISTINCT = "distinct"
    """After `x IS DISTINCT`."""
    IN = "in"
    """After `x IN`, ANY or SOME: a bracket must come."""
    EXISTS = "exists"
    """After EXISTS: a bracket with a query must come."""
    CASE = "case"
    """After CASE: its subject or WHEN must come."""
    TYPE = "type"
    """After `x ::`: a type must come."""
    TYPED = "typed"
    """A type is complete."""
    INTERVAL = "interval"
    """After INTERVAL: its quantity must come."""
    UNIT = "unit"
    """After INTERVAL's quantity: its unit may come."""
    OVER = "over"
    """After `f(x) OVER`."""
    FILTER = "filter"
    """After `f(x) FILTER`, or WITHIN GROUP: a bracket must come."""
    WITHIN = "within"
    """After `f(x) WITHIN`."""
    AT = "at"
    """After `x AT`."""
    AT_TIME = "at time"
    """After `x AT TIME`."""
    SIMILAR = "similar"
    """After `x SIMILAR`."""
    COLLATE = "collate"
    """After `x COLLATE`: a collation must come."""
    ALIAS = "alias"
    """After AS: a name must come."""
    ALIASED = "aliased"
    """An alias is complete."""
    DIRECTION = "direction"
    """In ORDER BY, after ASC or DESC."""
    NULLS = "nulls"
    """In ORDER BY, after NULLS."""
    ORDERED = "ordered"
    """In ORDER BY, after NULLS FIRST or NULLS LAST."""


class CasePart(StrEnum):
    """The part of an open CASE that was read last."""

    CASE = "case"
    """Nothing after CASE yet."""
    SUBJECT = "subject"
    """The value that each WHEN is compared with."""
    WHEN = "when"
    """In a WHEN's condition or value."""
    THEN = "then"
    """In a THEN's result."""
    ELSE = "else"
    """In ELSE's result."""


Span = tuple[int, int]
_OPERAND = ExpressionAt.OPERAND


@dataclass(slots=True)
class ExpressionState:
    """How a list of expressions ends.

    Attributes:
        at: what was read last, and so what may come.
        elements: the number of commas.
        begin: index of the last element's first item.
        cases: the open CASEs, innermost last.
        left: range of the plain name that the operand here is compared with.
        operator: the comparison's operator, "" where there is none.
        compares: whether the predicate has its comparison.
        between: whether BETWEEN waits for its AND.
        star: whether the element has a `*` that stands for columns.
    """

    at: ExpressionAt = ExpressionAt.OPERAND
    elements: int = 0
    begin: int = 0
    cases: list[CasePart] = field(default_factory=list)
    left: Span | None = None
    operator: str = ""
    compares: bool = False
    between: bool = False
    star: bool = False


class Walk(ExpressionState):
    """An expression state on its way through `items[start:stop]`.

    Attributes:
        items: the frame's items.
        stop: index of the first item that is not read.
        aliases: whether a name after an operand is an alias.
        operand: index of the last operand's first item.
        plain: whether the predicate so far is nothing but that operand.
        subjects: for each open CASE, the range of its subject; None where it has none.
    """

    __slots__ = ("aliases", "items", "operand", "plain", "stop", "subjects")

    def __init__(self, items: list[Item], start: int, stop: int, aliases: bool) -> None:
        # One flat constructor: most lists have few items, so that making the state counts.
        self.at = _OPERAND
        self.elements = 0
        self.begin = self.operand = start
        self.cases = []
        self.left = None
        self.operator = ""
        self.compares = self.between = self.star = False
        self.items = items
        self.stop = stop
        self.aliases = aliases
        self.plain = True
        self.subjects: list[Span | None] = []


Handler = Callable[[Walk, Item, int], int]
"""Takes the item at that index into the state, and gives the index to go on from."""
