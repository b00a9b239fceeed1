"""The items after the first word of an operator or a clause of several words."""

from __future__ import annotations

from sqlcomplete.syntax.expression.operators import compare
from sqlcomplete.syntax.expression.state import ExpressionAt, Walk
from sqlcomplete.syntax.outline import Item


def negated(walk: Walk, item: Item, i: int) -> int:
    """After `x NOT`: the operator that is negated."""
    word = item.word
    if word == "IN":
        compare(walk, i - 1, "IN", ExpressionAt.IN)
    elif word == "BETWEEN":
        compare(walk, i - 1, "BETWEEN", ExpressionAt.OPERAND)
        walk.between = True
    elif word == "SIMILAR":
        walk.at = ExpressionAt.SIMILAR
    elif word == "NULL":
        walk.at = ExpressionAt.AFTER
    else:
        compare(walk, i - 1, word or "NOT", ExpressionAt.OPERAND)
    return i + 1


def is_(walk: Walk, item: Item, i: int) -> int:
    """After `x IS` or `x IS NOT`."""
    word = item.word
    if word == "NOT":
        walk.at = ExpressionAt.IS_NOT
    elif word == "DISTINCT":
        walk.at = ExpressionAt.DISTINCT
    else:
        walk.left = None
        walk.at = ExpressionAt.AFTER
    return i + 1


def distinct(walk: Walk, item: Item, i: int) -> int:
    """FROM of `x IS DISTINCT FROM`: a comparison for equality."""
    walk.operator, walk.at = "=", ExpressionAt.OPERAND
    walk.plain = True
    return i + 1


def at(walk: Walk, item: Item, i: int) -> int:
    """TIME of AT TIME ZONE."""
    return _go_on(walk, i) if item.word != "TIME" else _to(walk, ExpressionAt.AT_TIME, i)


def at_time(walk: Walk, item: Item, i: int) -> int:
    """ZONE of AT TIME ZONE: the zone must come."""
    if item.word != "ZONE":
        return _go_on(walk, i)
    walk.left = None
    walk.plain = False
    return _to(walk, ExpressionAt.OPERAND, i)


def within(walk: Walk, item: Item, i: int) -> int:
    """GROUP of WITHIN GROUP."""
    return _go_on(walk, i) if item.word != "GROUP" else _to(walk, ExpressionAt.FILTER, i)


def bracket(walk: Walk, item: Item, i: int) -> int:
    """The bracket of OVER or FILTER, or COLLATE's name: an operand is complete."""
    return _go_on(walk, i)


def type_(walk: Walk, item: Item, i: int) -> int:
    """After `::`: the type's name."""
    return i + 1 if item.frame is not None or item.sym else _to(walk, ExpressionAt.TYPED, i)


def _go_on(walk: Walk, i: int) -> int:
    """Takes the item as the end of an operand."""
    walk.operand = i
    return _to(walk, ExpressionAt.AFTER, i)


def _to(walk: Walk, state: ExpressionAt, i: int) -> int:
    walk.at = state
    return i + 1
