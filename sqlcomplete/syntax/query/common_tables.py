"""WITH, and the CTEs that follow it."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.syntax.query.items import names_in, word_at
from sqlcomplete.syntax.query.model import CommonTable
from sqlcomplete.syntax.query.reading import Reading


def with_(reading: Reading, word: str, i: int) -> int:
    """A WITH that begins CTEs, at a query's beginning or where INSERT and CREATE take one."""
    if not _begins(reading, i):
        return i + 1
    reading.open(Clause.WITH, "WITH", i, i + 1)
    items = reading.items
    count = len(items)
    i += 1
    recursive = word_at(items, i) == "RECURSIVE" and not items[i].hole
    if recursive:
        i += 1
    while i < count and items[i].is_name and items[i].word not in RESERVED:
        table, i = _common_table(reading, i, recursive)
        if table.item.name:
            reading.ctes.append(table)
        if i >= count:
            break
        if items[i].sym == ",":
            i += 1
        elif items[i].hole and table.body is not None and i + 1 < count:
            # The hole stands where the comma would: the next CTE follows it.
            if items[i + 1].is_name and word_at(items, i + 2) == "AS":
                i += 1
        else:
            break
    return i


def _begins(reading: Reading, i: int) -> bool:
    verb = reading.core.verb
    last = reading.segments[-1]
    return (
        (last.clause is Clause.START and (i == last.start or verb == "EXPLAIN"))
        or (verb == "INSERT" and last.clause is Clause.INSERT_INTO)
        or (verb == "DDL" and word_at(reading.items, i - 1) == "AS")
    )


def _common_table(reading: Reading, i: int, recursive: bool) -> tuple[CommonTable, int]:
    """The CTE whose name stands at `i`, and the index after it."""
    items = reading.items
    count = len(items)
    name = items[i]
    i += 1
    columns: tuple[str, ...] = ()
    frame = items[i].frame if i < count else None
    if frame is not None and not frame.query:
        columns = names_in(frame)
        i += 1
    if word_at(items, i) == "AS":
        i += 1
    while word_at(items, i) in {"NOT", "MATERIALIZED"}:
        i += 1
    body = items[i].frame if i < count else None
    if body is not None:
        i += 1
    return CommonTable(name, columns, body, recursive), i
