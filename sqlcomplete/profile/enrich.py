"""Gives a schema the joins that were mined, as foreign keys: the engine then proposes them."""

from __future__ import annotations

from dataclasses import replace

from sqlcomplete.profile.model import MinedJoin, Profile
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import ForeignKey, Schema, Table

LEAST_COUNT = 2
"""Statements (different ones) that must have a join before it is proposed, by its weight."""


def with_mined_joins(schema: Schema, profile: Profile) -> Schema:
    """The schema with a foreign key for each mined join that none is declared for.

    A join whose columns the schema does not have (any more) is left out.
    """
    index = SchemaIndex(schema)
    added: dict[int, list[ForeignKey]] = {}
    for join in profile.joins:
        if join.declared or join.weight < LEAST_COUNT:
            continue
        one, two = _table(index, join.table), _table(index, join.ref_table)
        if one is None or two is None or not _has(index, one, two, join):
            continue
        key = ForeignKey(join.columns, two.name, join.ref_columns, two.namespace)
        if not _is_declared(index, one, two, join):
            added.setdefault(id(one), []).append(key)
    if not added:
        return schema
    tables = tuple(
        replace(table, foreign_keys=(*table.foreign_keys, *added[id(table)]))
        if id(table) in added
        else table
        for table in schema.tables
    )
    return replace(schema, tables=tables)


def _table(index: SchemaIndex, name: str) -> Table | None:
    namespace, _, bare = name.rpartition(".")
    return index.table(bare, namespace or None)


def _has(index: SchemaIndex, one: Table, two: Table, join: MinedJoin) -> bool:
    return all(index.column(one, name) is not None for name in join.columns) and all(
        index.column(two, name) is not None for name in join.ref_columns
    )


def _is_declared(index: SchemaIndex, one: Table, two: Table, join: MinedJoin) -> bool:
    pairs = {(a.lower(), b.lower()) for a, b in zip(join.columns, join.ref_columns, strict=True)}
    ways = [(key, pairs) for key, other in index.foreign_keys_from(one) if other is two]
    turned = {(b, a) for a, b in pairs}
    ways += [(key, turned) for key, other in index.foreign_keys_from(two) if other is one]
    return any(
        {(a.lower(), b.lower()) for a, b in zip(key.columns, key.ref_columns, strict=False)} == want
        for key, want in ways
    )
