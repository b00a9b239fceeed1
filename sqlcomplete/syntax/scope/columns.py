"""The columns of relations: those of a table, of a star, and the one that a name means."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import OutputColumn, Relation
from sqlcomplete.syntax.query import Reference

_columns_of: WeakKeyDictionary[SchemaIndex, dict[int, tuple[Table, tuple[OutputColumn, ...]]]] = (
    WeakKeyDictionary()
)

Columns = tuple[tuple[OutputColumn, ...], bool]  # with whether that is all of them


def table_columns(index: SchemaIndex, table: Table) -> tuple[OutputColumn, ...]:
    """The table's columns as a relation offers them; made once a table."""
    known = _columns_of.get(index)
    if known is None:
        known = _columns_of[index] = {}
    entry = known.get(id(table))
    if entry is None or entry[0] is not table:
        columns = tuple(OutputColumn(c.name, c.type, table, c) for c in table.columns)
        known[id(table)] = entry = (table, columns)
    return entry[1]


def find_relation(relations: list[Relation] | tuple[Relation, ...], name: str) -> Relation | None:
    """The nearest relation of that name."""
    lower = name.lower()
    best: Relation | None = None
    for relation in relations:
        if relation.name.lower() == lower and (best is None or relation.level < best.level):
            best = relation
    return best


def find_column(
    relations: list[Relation] | tuple[Relation, ...], names: list[str]
) -> OutputColumn | None:
    """The column that a dotted name means, the nearest query's first."""
    wanted = names[-1].lower()
    if len(names) > 1:
        relation = find_relation(relations, names[-2])
        pool = [relation] if relation is not None else []
    else:
        pool = sorted(relations, key=lambda r: r.level) if len(relations) > 1 else list(relations)
    for relation in pool:
        for column in relation.columns:
            if column.name.lower() == wanted:
                return column
    return None


def star_of(
    relations: list[Relation], references: list[Reference] | None = None, *, most: int
) -> Columns:
    """All columns of the relations, `most` at most; those a USING or NATURAL join merges come
    once."""
    columns: list[OutputColumn] = []
    complete = bool(relations)
    by_start = {r.start: r for r in references or ()}
    seen: set[str] = set()
    for relation in relations:
        if len(columns) + len(relation.columns) > most:
            return tuple(columns), False
        complete = complete and relation.complete
        reference = by_start.get(relation.start)
        merged: set[str] = set()
        if reference is not None:
            merged = {name.lower() for name in reference.using}
            if reference.natural:
                merged = seen
        names = [c.name.lower() for c in relation.columns]
        columns.extend(
            column
            for column, name in zip(relation.columns, names, strict=True)
            if name not in merged or name not in seen
        )
        seen.update(names)
    return tuple(columns), complete


def renamed(columns: tuple[OutputColumn, ...], names: tuple[str, ...]) -> tuple[OutputColumn, ...]:
    """The columns under new names; those beyond the names keep theirs."""
    named = [
        OutputColumn(name, columns[i].type, columns[i].table, columns[i].column)
        if i < len(columns)
        else OutputColumn(name)
        for i, name in enumerate(names)
    ]
    return (*named, *columns[len(names) :])
