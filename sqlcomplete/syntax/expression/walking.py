"""Reads expressions item by item. Each state has a handler, which takes the next item."""

from __future__ import annotations

from sqlcomplete.syntax.expression import operands, operators, predicates
from sqlcomplete.syntax.expression.state import ExpressionAt, ExpressionState, Handler, Walk
from sqlcomplete.syntax.outline import Item

_HANDLERS: dict[ExpressionAt, Handler] = {
    ExpressionAt.OPERAND: operands.operand,
    ExpressionAt.CASE: operands.operand,
    ExpressionAt.INTERVAL: operands.interval,
    ExpressionAt.EXISTS: operands.exists,
    ExpressionAt.IN: operands.in_list,
    ExpressionAt.AFTER: operators.after,
    ExpressionAt.ALIASED: operators.after,
    ExpressionAt.DIRECTION: operators.after,
    ExpressionAt.ORDERED: operators.after,
    ExpressionAt.TYPED: operators.typed,
    ExpressionAt.UNIT: operators.unit,
    ExpressionAt.TYPE: predicates.type_,
    ExpressionAt.NOT: predicates.negated,
    ExpressionAt.IS: predicates.is_,
    ExpressionAt.IS_NOT: predicates.is_,
    ExpressionAt.DISTINCT: predicates.distinct,
    ExpressionAt.AT: predicates.at,
    ExpressionAt.AT_TIME: predicates.at_time,
    ExpressionAt.WITHIN: predicates.within,
    ExpressionAt.OVER: predicates.bracket,
    ExpressionAt.FILTER: predicates.bracket,
    ExpressionAt.COLLATE: predicates.bracket,
    ExpressionAt.SIMILAR: operators.goes_to(ExpressionAt.OPERAND),
    ExpressionAt.ALIAS: operators.goes_to(ExpressionAt.ALIASED),
    ExpressionAt.NULLS: operators.goes_to(ExpressionAt.ORDERED),
}
_OPERAND = ExpressionAt.OPERAND  # a global is read several times faster than an enum's member
_COMPARED = frozenset({_OPERAND, ExpressionAt.IN})


def walk(items: list[Item], start: int, stop: int, *, aliases: bool = False) -> ExpressionState:
    """The state in which the expressions of `items[start:stop]` end.

    Args:
        aliases: whether a name after an operand is an alias (a projection).
    """
    state = Walk(items, start, stop, aliases)
    handlers = _HANDLERS
    i = start
    while i < stop:
        item = items[i]
        if item.sym == ",":
            i += 1
            _next_element(state, i)
        else:
            i = handlers[state.at](state, item, i)
    if not state.operator or state.at not in _COMPARED:
        state.left = None
    return state


def _next_element(state: Walk, begin: int) -> None:
    """A comma: the next expression begins."""
    state.at = _OPERAND
    state.elements += 1
    state.begin = begin
    state.left, state.operator, state.compares, state.between = None, "", False, False
    state.star = False
    state.cases.clear()
    state.subjects.clear()
    state.plain = True
