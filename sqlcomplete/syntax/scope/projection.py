"""The projection of a select, and where its aliases may be named."""

from __future__ import annotations

from sqlcomplete.syntax.model import Clause, ProjectionItem
from sqlcomplete.syntax.outline import Frame
from sqlcomplete.syntax.query import Core
from sqlcomplete.syntax.scope.elements import alias_of, column_references, elements, skip_modifiers

# Dialects in which a clause may name the projection's aliases (ORDER BY may everywhere).
_ALIAS_IN_GROUP_BY_NOT = frozenset({"tsql", "oracle", "fabric"})
_ALIAS_IN_HAVING = frozenset(
    {
        "",
        "mysql",
        "sqlite",
        "duckdb",
        "snowflake",
        "bigquery",
        "clickhouse",
        "databricks",
        "spark",
        "redshift",
    }
)
_ALIAS_IN_WHERE = frozenset({"duckdb", "snowflake", "sqlite", "clickhouse", "redshift", "teradata"})
_ALIAS_IN_SELECT = frozenset(
    {"duckdb", "snowflake", "redshift", "databricks", "spark", "clickhouse", "teradata"}
)


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
    dialect: str, clause: Clause, projection: tuple[ProjectionItem, ...], at: int
) -> tuple[str, ...]:
    """The aliases of the projection that the clause may name at that offset."""
    if clause is Clause.SELECT:
        if dialect not in _ALIAS_IN_SELECT:
            return ()
        return tuple(p.alias for p in projection if p.alias and p.end <= at)
    allowed = (
        clause is Clause.ORDER_BY
        or (clause is Clause.GROUP_BY and dialect not in _ALIAS_IN_GROUP_BY_NOT)
        or (clause in {Clause.HAVING, Clause.QUALIFY} and dialect in _ALIAS_IN_HAVING)
        or (clause is Clause.WHERE and dialect in _ALIAS_IN_WHERE)
    )
    return tuple(p.alias for p in projection if p.alias) if allowed else ()
