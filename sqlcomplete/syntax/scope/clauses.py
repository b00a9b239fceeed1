"""What single clauses name: INSERT's table and columns, the windows of WINDOW."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query import Core, Reference, Segment, names_in, word_at
from sqlcomplete.syntax.scope.elements import elements


def read_insert(items: list[Item], segment: Segment) -> list[Reference]:
    """The table of INSERT INTO: a name, and the alias that some dialects let follow it."""
    start, end = segment.start, segment.end
    while start < end and items[start].word in {
        "OVERWRITE",
        "TABLE",
        "IGNORE",
        "OR",
        "ROLLBACK",
        "ABORT",
        "FAIL",
        "LOW_PRIORITY",
    }:
        start += 1
    if start >= end or not items[start].is_name:
        return []
    reference = Reference([items[start]], start=items[start].start)
    i = start + 1
    while i + 1 < end and items[i].sym == "." and items[i + 1].is_name:
        reference.names.append(items[i + 1])
        i += 2
    if word_at(items, i) == "AS" and i + 1 < end and items[i + 1].is_name:
        reference.alias = items[i + 1] if items[i + 1].name else None
    return [reference]


def insert_columns(items: list[Item], core: Core) -> tuple[str, ...]:
    """The names in INSERT's column list."""
    for segment in core.segments:
        if segment.clause is Clause.INSERT_INTO:
            for item in items[segment.start : segment.end]:
                if item.frame is not None and item.frame.bracket == "(" and not item.frame.query:
                    return names_in(item.frame)
    return ()


def windows(frame: Frame, core: Core) -> tuple[str, ...]:
    """The names that a WINDOW clause defines."""
    names: list[str] = []
    items = frame.items
    for segment in core.segments:
        if segment.clause is Clause.WINDOW:
            for start, end in elements(items, segment.start, segment.end):
                if end - start >= 2 and items[start].is_name and items[start].name:
                    names.append(items[start].name)
    return tuple(names)
