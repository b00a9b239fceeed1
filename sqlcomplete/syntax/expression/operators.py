"""The items that may stand after a complete operand."""

from __future__ import annotations

from sqlcomplete.dialects.functions.kinds import TIME_UNITS
from sqlcomplete.dialects.keywords import RESERVED, TYPE_WORDS
from sqlcomplete.dialects.positions import COMPARISON_SIGNS, MATCHES
from sqlcomplete.syntax.expression.cases import divide_case, end_case
from sqlcomplete.syntax.expression.state import ExpressionAt, Handler, Walk
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.syntax.outline import Item

_ASSIGNMENTS = frozenset({"=>", ":="})
# A global is read several times faster than a member of an enum.
_OPERAND, _AFTER, _ALIASED = ExpressionAt.OPERAND, ExpressionAt.AFTER, ExpressionAt.ALIASED


def after(walk: Walk, item: Item, i: int) -> int:
    """An operand is complete."""
    word = item.word
    if word:
        handler = _WORDS.get(word)
        return handler(walk, item, i) if handler is not None else _other_word(walk, item, i)
    if item.sym:
        return _sign(walk, item, i)
    if item.frame is None:  # else a call's arguments or a subscript
        if item.token.kind is TokenKind.STRING:
            walk.at = _AFTER  # DATE '2020-01-01'
        elif item.is_name and walk.aliases and not walk.cases:
            walk.at = _ALIASED
    return i + 1


def typed(walk: Walk, item: Item, i: int) -> int:
    """A type is complete; it may have more words, or its length in a bracket."""
    return i + 1 if item.word in TYPE_WORDS else after(walk, item, i)


def unit(walk: Walk, item: Item, i: int) -> int:
    """INTERVAL's quantity is complete; its unit may come."""
    if item.word in TIME_UNITS:
        walk.at = _AFTER
        return i + 1
    return after(walk, item, i)


def compare(walk: Walk, end: int, operator: str, at: ExpressionAt) -> None:
    """A comparison whose left side ends before `end`."""
    walk.left = (walk.operand, end) if walk.plain else None
    walk.operator, walk.compares, walk.at = operator, True, at


def goes_to(at: ExpressionAt) -> Handler:
    """A handler that only changes the state to `at`."""

    def go(walk: Walk, item: Item, i: int) -> int:
        walk.at = at
        return i + 1

    return go


def _sign(walk: Walk, item: Item, i: int) -> int:
    sym = item.sym
    if sym == ".":
        walk.at = _AFTER
        if i + 1 < walk.stop and walk.items[i + 1].sym == "*":
            walk.star = True
        return i + 2
    if sym in COMPARISON_SIGNS:
        compare(walk, i, sym, _OPERAND)
        walk.plain = True
    elif sym == "::":
        walk.at = ExpressionAt.TYPE
    else:
        walk.at = _OPERAND
        walk.plain = sym in _ASSIGNMENTS
    return i + 1


def _other_word(walk: Walk, item: Item, i: int) -> int:
    """A keyword that says nothing here, or an alias."""
    if walk.aliases and item.word not in RESERVED and not walk.cases:
        walk.at = _ALIASED
    return i + 1


def _boolean(walk: Walk, item: Item, i: int) -> int:
    """AND, OR and XOR: the next predicate, or BETWEEN's upper bound."""
    if walk.between and item.word == "AND":
        walk.between = False
    else:
        walk.left, walk.operator, walk.compares = None, "", False
    walk.plain = True
    walk.at = _OPERAND
    return i + 1


def _match(walk: Walk, item: Item, i: int) -> int:
    negated = walk.items[i - 1].word == "NOT"
    compare(walk, i - 1 if negated else i, item.word, _OPERAND)
    walk.plain = True
    return i + 1


def _in(walk: Walk, item: Item, i: int) -> int:
    compare(walk, i, "IN", ExpressionAt.IN)
    return i + 1


def _is(walk: Walk, item: Item, i: int) -> int:
    compare(walk, i, walk.operator, ExpressionAt.IS)
    return i + 1


def _between(walk: Walk, item: Item, i: int) -> int:
    compare(walk, i, "BETWEEN", _OPERAND)
    walk.between = True
    walk.plain = True
    return i + 1


def _is_null(walk: Walk, item: Item, i: int) -> int:
    walk.compares = True
    return i + 1


def _similar(walk: Walk, item: Item, i: int) -> int:
    walk.left = (walk.operand, i) if walk.plain else None
    walk.at = ExpressionAt.SIMILAR
    return i + 1


def _escape(walk: Walk, item: Item, i: int) -> int:
    walk.at = _OPERAND
    walk.left = None
    return i + 1


def _divide(walk: Walk, item: Item, i: int) -> int:
    """DIV and MOD are arithmetic."""
    walk.at = _OPERAND
    walk.plain = False
    return i + 1


def _filter(walk: Walk, item: Item, i: int) -> int:
    """FILTER of an aggregate; a name where no call is before it."""
    if i > 0 and walk.items[i - 1].frame is not None:
        walk.at = ExpressionAt.FILTER
        return i + 1
    return _other_word(walk, item, i)


def _case_word(walk: Walk, item: Item, i: int) -> int:
    if not walk.cases:
        return _other_word(walk, item, i)
    divide_case(walk, item.word, i)
    return i + 1


def _end(walk: Walk, item: Item, i: int) -> int:
    if not walk.cases:
        return _other_word(walk, item, i)
    end_case(walk)
    return i + 1


def _null_treatment(walk: Walk, item: Item, i: int) -> int:
    """IGNORE NULLS and RESPECT NULLS."""
    if i + 1 < walk.stop and walk.items[i + 1].word == "NULLS":
        return i + 2
    return _other_word(walk, item, i)


_WORDS: dict[str, Handler] = {
    **dict.fromkeys(("AND", "OR", "XOR"), _boolean),
    **dict.fromkeys(MATCHES, _match),
    **dict.fromkeys(("ISNULL", "NOTNULL"), _is_null),
    **dict.fromkeys(("DIV", "MOD"), _divide),
    **dict.fromkeys(("WHEN", "THEN", "ELSE"), _case_word),
    **dict.fromkeys(("IGNORE", "RESPECT"), _null_treatment),
    **dict.fromkeys(("ASC", "DESC"), goes_to(ExpressionAt.DIRECTION)),
    "IN": _in,
    "IS": _is,
    "BETWEEN": _between,
    "SIMILAR": _similar,
    "ESCAPE": _escape,
    "FILTER": _filter,
    "END": _end,
    "NOT": goes_to(ExpressionAt.NOT),
    "COLLATE": goes_to(ExpressionAt.COLLATE),
    "AT": goes_to(ExpressionAt.AT),
    "OVER": goes_to(ExpressionAt.OVER),
    "WITHIN": goes_to(ExpressionAt.WITHIN),
    "OVERLAPS": goes_to(_OPERAND),
    "AS": goes_to(ExpressionAt.ALIAS),
    "NULLS": goes_to(ExpressionAt.NULLS),
}
