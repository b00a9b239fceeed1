"""Reads the relations of a FROM clause. Each state has a handler, which takes the next item."""

from __future__ import annotations

from sqlcomplete.dialects.joining import BEFORE_RELATION, BEGINS_DERIVED, NOT_RELATION
from sqlcomplete.dialects.keywords import JOIN_WORDS, RESERVED
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query import after_relation
from sqlcomplete.syntax.query.from_state import FromAt, FromReading, FromState, Handler, Reference
from sqlcomplete.syntax.query.items import word_at

_MADE = frozenset({TokenKind.TEMPLATE, TokenKind.PLACEHOLDER})


def read_from(items: list[Item], start: int, end: int) -> FromState:
    """Reads the relations of `items[start:end]`, a FROM clause's content."""
    reading = FromReading(items, end)
    handlers = _HANDLERS
    i = start
    while i < end:
        i = handlers[reading.at](reading, items[i], i)
    if reading.at not in _BEFORE_RELATION:
        reading.words = ()
    return reading


def _relation(reading: FromReading, item: Item, i: int) -> int:
    """A relation must come."""
    reading.words = ()
    word = item.word
    if item.frame is not None:
        _bracketed(reading, item, item.frame)
        return i + 1
    if word in BEFORE_RELATION and not item.hole:
        reading.lateral = reading.lateral or word == "LATERAL"
        reading.at = FromAt.LATERAL
        return i + 1
    if item.is_name and (word not in NOT_RELATION or item.hole):
        return _dotted(reading, item, i)
    if word in JOIN_WORDS:
        return after_relation.join(reading, item, i)
    return _made(reading, item, i)


def _dotted(reading: FromReading, item: Item, i: int) -> int:
    """A name, with its qualifiers and a function's arguments."""
    items, end = reading.items, reading.end
    reference = Reference([item])
    reference.start = item.start
    reference.lateral = reading.lateral
    reference.natural = reading.natural
    i += 1
    while i < end and (items[i].sym == "." or _dashed(items, i, end)):
        i += 1
        if i < end:
            part = items[i]
            # A keyword after a dot and a space begins the next clause.
            if part.is_name and not (part.word in RESERVED and part.start > items[i - 1].end):
                reference.names.append(part)
                i += 1
    frame = items[i].frame if i < end else None
    if frame is not None and frame.bracket == "(":
        reference.function = True
        reference.frame = frame
        i += 1
        if word_at(items, i) == "WITH" and word_at(items, i + 1) == "ORDINALITY":
            i += 2
    reading.references.append(reference)
    reading.relation_read()
    return i


def _dashed(items: list[Item], i: int, end: int) -> bool:
    """Whether a dash joins two words without a space: BigQuery's `my-project.data.table`."""
    return (
        items[i].sym == "-"
        and i + 1 < end
        and items[i].start == items[i - 1].end
        and items[i + 1].is_name
        and items[i + 1].start == items[i].end
    )


def _made(reading: FromReading, item: Item, i: int) -> int:
    """A template, placeholder or string in a name's place; it leaves LATERAL as it was."""
    items = reading.items
    kind = item.token.kind
    if kind in _MADE:
        if i + 2 < reading.end and items[i + 1].sym == "." and items[i + 2].is_name:
            i += 2
            reference = Reference([items[i]], start=items[i].start)
        else:
            reference = Reference([], start=item.start)
    elif kind is TokenKind.STRING:
        reference = Reference([item], start=item.start)
    else:
        return i + 1
    reading.references.append(reference)
    reading.at = FromAt.NAME
    return i + 1


def _bracketed(reading: FromReading, item: Item, frame: Frame) -> None:
    """A bracket where a relation stands: a derived table, VALUES, or joins in brackets."""
    references, lateral = reading.references, reading.lateral
    inside = frame.items
    if frame.query or word_at(inside, 0) in BEGINS_DERIVED:
        natural = reading.natural
        references.append(Reference([], frame, lateral=lateral, natural=natural, start=item.start))
    elif not inside or (len(inside) == 1 and inside[0].hole):
        references.append(Reference([], frame, lateral=lateral, start=item.start))
    else:
        references.extend(read_from(inside, 0, len(inside)).references)
    reading.relation_read()


_BEFORE_RELATION = frozenset({FromAt.JOIN, FromAt.RELATION})
_HANDLERS: dict[FromAt, Handler] = {
    FromAt.RELATION: _relation,
    FromAt.LATERAL: _relation,
    FromAt.NAME: after_relation.named,
    FromAt.ALIAS: after_relation.alias,
    FromAt.ALIASED: after_relation.aliased,
    FromAt.JOIN: after_relation.other,
    FromAt.ON: after_relation.condition,
    FromAt.USING: after_relation.using,
    FromAt.USED: after_relation.other,
}
