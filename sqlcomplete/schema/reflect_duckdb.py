"""Reads a DuckDB database by its own catalog functions.

SQLAlchemy's dialect for DuckDB asks PostgreSQL's catalog, of which DuckDB has only a part, and
sees neither keys nor enums nor checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import URL

from sqlcomplete.schema.connection import cannot_read, missing_driver
from sqlcomplete.schema.ddl_checks import checked_values
from sqlcomplete.schema.ddl_lexer import expression_tokens
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table, TableKind

# Else DuckDB fetches an extension from its makers' host where a view needs one.
_OFFLINE = {"autoinstall_known_extensions": "false"}
_TABLES = """
select schema_name, table_name, comment, 'table' from duckdb_tables()
where database_name = current_database() and not internal
union all
select schema_name, view_name, comment, 'view' from duckdb_views()
where database_name = current_database() and not internal
order by 1, 2
"""
_COLUMNS = """
select schema_name, table_name, column_name, data_type, is_nullable, column_default, comment
from duckdb_columns()
where database_name = current_database() and not internal
order by schema_name, table_name, column_index
"""
_CONSTRAINTS = """
select schema_name, table_name, constraint_type, constraint_column_names, expression,
       referenced_table, referenced_column_names
from duckdb_constraints()
where database_name = current_database()
order by schema_name, table_name, constraint_index
"""
_ENUMS = """
select type_name, labels from duckdb_types() where labels is not null
"""


def schema_from_duckdb(url: URL) -> Schema:
    """The schema of a DuckDB database, opened for reading only.

    Raises:
        SchemaError: DuckDB is not installed, or the file is missing, locked or no database.
    """
    try:
        import duckdb
    except ImportError:
        raise missing_driver("duckdb") from None
    try:
        connection = _opened(duckdb, url.database or ":memory:")
    except duckdb.Error as error:
        raise cannot_read(url, error) from None
    try:
        return _read(connection)
    except duckdb.Error as error:
        raise cannot_read(url, error) from None
    finally:
        connection.close()


def _opened(duckdb: Any, database: str) -> Any:
    from pathlib import Path

    if database.startswith((":", "md:")):
        return duckdb.connect(database)
    if not Path(database).is_file():
        raise SchemaError(f"{database}: no such file")
    try:
        return duckdb.connect(database, read_only=True, config=_OFFLINE)
    except duckdb.ConnectionException:
        # This process has it open for writing already, and both must agree.
        return duckdb.connect(database)


def _read(connection: Any) -> Schema:
    enums = {name: tuple(labels) for name, labels in _rows(connection, _ENUMS)}
    columns: dict[tuple[str, str], list[Column]] = {}
    for namespace, table, name, kind, nullable, default, comment in _rows(connection, _COLUMNS):
        values = enums.get(kind.strip('"'), ())
        if not values and kind.upper().startswith("ENUM("):
            tokens = expression_tokens(kind, "duckdb")
            values = tuple(t.value for t in tokens if t.kind == "string")
        column = Column(name, kind, bool(nullable), default, comment or None, values)
        columns.setdefault((namespace, table), []).append(column)
    keys: dict[tuple[str, str], _Keys] = {}
    for namespace, table, kind, names, expression, target, target_names in _rows(
        connection, _CONSTRAINTS
    ):
        found = keys.setdefault((namespace, table), _Keys())
        if kind == "PRIMARY KEY":
            found.primary = tuple(names)
        elif kind == "UNIQUE":
            found.unique.append(tuple(names))
        elif kind == "FOREIGN KEY" and target:
            found.foreign.append(ForeignKey(tuple(names), target, tuple(target_names or ())))
        elif kind == "CHECK" and expression:
            lower = {c.name.lower() for c in columns.get((namespace, table), ())}
            found.values.update(checked_values(expression_tokens(expression, "duckdb"), lower))
    tables = []
    for namespace, name, comment, kind in _rows(connection, _TABLES):
        found = keys.get((namespace, name), _Keys())
        tables.append(
            _table(namespace, name, comment, kind, columns.get((namespace, name), []), found)
        )
    (default,) = _rows(connection, "select current_schema()")[0]
    return Schema("duckdb", tuple(tables), default)


class _Keys:
    """What a table's constraints say."""

    def __init__(self) -> None:
        self.primary: tuple[str, ...] = ()
        self.unique: list[tuple[str, ...]] = []
        self.foreign: list[ForeignKey] = []
        self.values: dict[str, tuple[str, ...]] = {}


def _table(
    namespace: str,
    name: str,
    comment: str | None,
    kind: TableKind,
    columns: Sequence[Column],
    keys: _Keys,
) -> Table:
    valued = tuple(
        Column(
            c.name,
            c.type,
            c.nullable,
            c.default,
            c.comment,
            c.values or keys.values.get(c.name.lower(), ()),
        )
        for c in columns
    )
    return Table(
        name,
        valued,
        namespace,
        kind,
        keys.primary,
        tuple(keys.foreign),
        tuple(keys.unique),
        comment or None,
    )


def _rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows
