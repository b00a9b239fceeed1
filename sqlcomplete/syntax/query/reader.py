"""Cuts a frame's items into clauses. Each keyword has a handler."""

from __future__ import annotations

from sqlcomplete.syntax.outline import Frame
from sqlcomplete.syntax.query import clauses, writes
from sqlcomplete.syntax.query.common_tables import with_
from sqlcomplete.syntax.query.model import Query
from sqlcomplete.syntax.query.reading import Handler, Reading

_HANDLERS: dict[str, Handler] = {**clauses.HANDLERS, **writes.HANDLERS, "WITH": with_}


def read(frame: Frame) -> Query:
    """The frame as a query; read once, then remembered."""
    if isinstance(frame.memo, Query):
        return frame.memo
    items = frame.items
    reading = Reading(items)
    handlers = _HANDLERS
    count = len(items)
    index = 0
    while index < count:
        word = items[index].word
        handler = handlers.get(word)
        index = index + 1 if handler is None else handler(reading, word, index)
    reading.segments[-1].end = count
    query = Query(reading.segments, reading.cores, reading.ctes)
    frame.memo = query
    return query
