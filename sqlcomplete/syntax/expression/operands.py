"""The items that may stand where an operand must come."""

from __future__ import annotations

from sqlcomplete.dialects.keywords import RESERVED, VALUE_WORDS
from sqlcomplete.syntax.expression.cases import end_case, open_case, when
from sqlcomplete.syntax.expression.state import CasePart, ExpressionAt, Handler, Walk
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.syntax.outline import Item

# A global is read several times faster than a member of an enum.
_OPERAND, _AFTER, _INTERVAL = ExpressionAt.OPERAND, ExpressionAt.AFTER, ExpressionAt.INTERVAL
_UNIT, _IN, _EXISTS = ExpressionAt.UNIT, ExpressionAt.IN, ExpressionAt.EXISTS
_CASE, _SUBJECT = CasePart.CASE, CasePart.SUBJECT
_NO_VALUE = RESERVED - VALUE_WORDS
_ADDITIVE = frozenset({"-", "+", "~"})


def operand(walk: Walk, item: Item, i: int) -> int:
    """An operand must come."""
    word = item.word
    if word:
        handler = _WORDS.get(word)
        return handler(walk, item, i) if handler is not None else _plain_word(walk, item, i)
    sym = item.sym
    if not sym:
        _begin(walk, i)
    elif sym == "*" and walk.at is _OPERAND:
        walk.operand = i
        walk.star = True
        walk.at = _AFTER
    elif sym in _ADDITIVE:
        walk.plain = False
    return i + 1


def interval(walk: Walk, item: Item, i: int) -> int:
    """INTERVAL's quantity must come."""
    if item.word or item.sym:
        return operand(walk, item, i)
    walk.at = _UNIT
    return i + 1


def exists(walk: Walk, item: Item, i: int) -> int:
    """EXISTS must have its bracket; without one it is a column of that name."""
    walk.at = _AFTER
    if item.frame is None:
        walk.operand = i - 1
        return i
    walk.operand = i
    return i + 1


def in_list(walk: Walk, item: Item, i: int) -> int:
    """The bracket of IN, ANY or SOME must come."""
    if item.sym:
        walk.at = _OPERAND
    else:
        walk.operand = i
        walk.at = _AFTER
    return i + 1


def _begin(walk: Walk, i: int) -> None:
    """The item is an operand."""
    walk.operand = i
    walk.at = _AFTER
    if walk.cases and walk.cases[-1] is _CASE:
        walk.cases[-1] = _SUBJECT


def _plain_word(walk: Walk, item: Item, i: int) -> int:
    """A name or a value. After another keyword an operand is still what is missing."""
    if item.word not in _NO_VALUE:
        if walk.at is _INTERVAL:
            walk.at = _AFTER
        else:
            _begin(walk, i)
    return i + 1


def _modifier(walk: Walk, item: Item, i: int) -> int:
    """NOT, DISTINCT, ALL and PRIOR stand before the operand."""
    return i + 1


def _distinct(walk: Walk, item: Item, i: int) -> int:
    on = i + 1 < walk.stop and walk.items[i + 1].word == "ON"
    return i + 2 if on else i + 1


def _any(walk: Walk, item: Item, i: int) -> int:
    walk.at = _IN
    return i + 1


def _exists(walk: Walk, item: Item, i: int) -> int:
    walk.at = _EXISTS
    return i + 1


def _interval(walk: Walk, item: Item, i: int) -> int:
    walk.at = _INTERVAL
    walk.operand = i
    return i + 1


def _top(walk: Walk, item: Item, i: int) -> int:
    """TOP with its number; a column of that name without one."""
    if i + 1 < walk.stop:
        following = walk.items[i + 1]
        if following.frame is not None or following.token.kind is TokenKind.NUMBER:
            return i + 2
    return _plain_word(walk, item, i)


def _case(walk: Walk, item: Item, i: int) -> int:
    open_case(walk, i)
    return i + 1


def _when(walk: Walk, item: Item, i: int) -> int:
    if not walk.cases:
        return _plain_word(walk, item, i)
    when(walk)
    return i + 1


def _end(walk: Walk, item: Item, i: int) -> int:
    if not walk.cases:
        return _plain_word(walk, item, i)
    end_case(walk)
    return i + 1


_WORDS: dict[str, Handler] = {
    "CASE": _case,
    "WHEN": _when,
    "END": _end,
    "NOT": _modifier,
    "ALL": _modifier,
    "PRIOR": _modifier,
    "DISTINCT": _distinct,
    "ANY": _any,
    "SOME": _any,
    "EXISTS": _exists,
    "INTERVAL": _interval,
    "TOP": _top,
}
