"""The projection of a select, and where its aliases may be named."""

from __future__ import annotations

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.clauses import NAMES_ALIASES, Clause
from sqlcomplete.syntax.model import ProjectionItem
from sqlcomplete.syntax.outline import Frame
from sqlcomplete.syntax.query import Core
from sqlcomplete.syntax.scope.elements import alias_of, column_references, elements, skip_modifiers


def projection_of(frame: Frame, core: Core, text: str) -> tuple[ProjectionItem, ...]:
    """The expressions of a core's projection."""
    segment = next((s for s in core.segments if s.clause is Clause.SELECT), None)
    if segment is None:
        segment = next((s for s in core.segments if s.clause is Clause.RETURNING), None)
    if segment is None:
        return ()
    items = frame.items
    result: list[ProjectionItem] = []
    for start, end in elements(items, segment.start, segment.end):
        start = skip_modifiers(items, start, end)
        if start >= end or (end - start == 1 and items[start].hole and not items[start].name):
            continue
        alias, stop = alias_of(items, start, end)
        last = items[stop - 1]
        names: list[str] = []
        aggregate = column_references(items, start, stop, names)
        result.append(
            ProjectionItem(
                text[items[start].start : last.end],
                alias,
                items[start].start,
                items[end - 1].end,
                tuple(names),
                aggregate,
            )
        )
    return tuple(result)


def lateral_aliases(
    dialect: Dialect, clause: Clause, projection: tuple[ProjectionItem, ...], at: int
) -> tuple[str, ...]:
    """The aliases of the projection that the clause may name at that offset."""
    if clause is Clause.SELECT:
        if not dialect.aliases_in_select:
            return ()
        return tuple(p.alias for p in projection if p.alias and p.end <= at)
    allowed = (
        clause is Clause.ORDER_BY
        or (clause is Clause.GROUP_BY and dialect.aliases_in_group_by)
        or (clause in NAMES_ALIASES and dialect.aliases_in_having)
        or (clause is Clause.WHERE and dialect.aliases_in_where)
    )
    return tuple(p.alias for p in projection if p.alias) if allowed else ()
