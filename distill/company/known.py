"""The names and values that a schema itself gives away: what redaction need not hide."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.schema.model import Schema


@dataclass(frozen=True, slots=True)
class KnownWords:
    """`names` are those of namespaces, tables and columns, lower case; `values` the literals that
    an enum type or a CHECK constraint declares."""

    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


def known_words(schema: Schema) -> KnownWords:
    """All of a schema's."""
    names: set[str] = set()
    values: set[str] = set()
    for table in schema.tables:
        names.add(table.name.lower())
        if table.namespace:
            names.add(table.namespace.lower())
        for column in table.columns:
            names.add(column.name.lower())
            values.update(column.values)
    if schema.default_namespace:
        names.add(schema.default_namespace.lower())
    return KnownWords(frozenset(names), frozenset(values))
