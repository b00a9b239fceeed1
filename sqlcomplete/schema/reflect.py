"""Reads the schema of a live database: by SQLAlchemy's reflection, DuckDB's by its own catalog."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy
from sqlalchemy import types as sqltypes
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.engine.reflection import Inspector, ObjectKind, ObjectScope
from sqlalchemy.exc import SQLAlchemyError

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.registry import UnknownDialectError, dialect_name
from sqlcomplete.schema.connection import connected, parse_url
from sqlcomplete.schema.ddl_checks import checked_values
from sqlcomplete.schema.ddl_lexer import expression_tokens
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

# Namespaces that the database keeps for itself.
_SYSTEM = re.compile(
    r"information_schema|pg_.*|_timescaledb.*|crdb_internal|mysql|performance_schema|sys|db_.*"
    r"|guest|system|outln|xdb|ctxsys|mdsys|ordsys|wmsys|dbsnmp|appqossys|audsys|gsmadmin_internal"
    r"|lbacsys|ojvmsys|olapsys|dvsys|_statistics_",
    re.IGNORECASE,
)

Rows = Mapping[str, Any]


def schema_from_url(source: str) -> Schema:
    """The schema of the database at a URL, or in a SQLite or DuckDB file.

    Args:
        source: a SQLAlchemy URL, or a path to a database file, told by its first bytes.

    Raises:
        SchemaError: the driver is missing, the database does not answer within seconds, refuses, or
            is none.
    """
    url = parse_url(source)
    if url.drivername.split("+")[0] == "duckdb":
        from sqlcomplete.schema.reflect_duckdb import schema_from_duckdb

        return schema_from_duckdb(url)
    with connected(url) as connection, warnings.catch_warnings():
        # A type that SQLAlchemy does not know is a warning to it; here it is a type unknown.
        warnings.simplefilter("ignore")
        return reflected(connection)


def reflected(connection: Connection) -> Schema:
    """The schema that a connection sees, all namespaces of its database but the system's."""
    inspector = sqlalchemy.inspect(connection)
    dialect = _sqlglot_dialect(connection.dialect.name)
    default = inspector.default_schema_name if dialect_of(dialect).has_namespaces else None
    tables: list[Table] = []
    for namespace in _namespaces(inspector, connection, dialect, default):
        tables += _NamespaceReader(inspector, connection, dialect, namespace, default).tables()
    return Schema(dialect, tuple(tables), default)


def _sqlglot_dialect(name: str) -> str:
    try:
        return dialect_name(name)
    except UnknownDialectError:
        return ""


def _namespaces(
    inspector: Inspector, connection: Connection, dialect: str, default: str | None
) -> list[str | None]:
    known = dialect_of(dialect)
    if not known.has_namespaces:
        return [None]
    if known.namespace_is_database and connection.engine.url.database:
        return [default]  # its namespaces are whole databases, and the URL names one
    try:
        names = inspector.get_schema_names()
    except NotImplementedError:
        return [None]
    kept: list[str | None] = [n for n in names if n == default or not _SYSTEM.fullmatch(n)]
    return kept or [default]


class _NamespaceReader:
    """Reads one namespace with a handful of queries, however many tables it has."""

    def __init__(
        self,
        inspector: Inspector,
        connection: Connection,
        dialect: str,
        namespace: str | None,
        default: str | None,
    ) -> None:
        self._inspector = inspector
        self._connection = connection
        self._dialect = dialect
        self._namespace = namespace
        self._default = default

    def tables(self) -> list[Table]:
        read = self._inspector
        columns = self._bulk(read.get_multi_columns, required=True)
        views = self._view_names()
        keys = self._bulk(read.get_multi_pk_constraint)
        references = self._bulk(read.get_multi_foreign_keys)
        unique = self._bulk(read.get_multi_unique_constraints)
        indexes = self._bulk(read.get_multi_indexes)
        checks = self._bulk(read.get_multi_check_constraints)
        comments = self._bulk(read.get_multi_table_comment)
        domains = self._domain_values()
        tables = []
        for name in sorted(columns):
            table = Table(
                name=name,
                columns=tuple(self._column(row, domains) for row in columns[name]),
                namespace=self._namespace,
                kind="view" if name in views else "table",
                primary_key=_key_columns((keys.get(name) or {}).get("constrained_columns")),
                foreign_keys=tuple(self._foreign_key(row) for row in references.get(name) or ()),
                unique=_unique(unique.get(name) or (), indexes.get(name) or ()),
                comment=(comments.get(name) or {}).get("text") or None,
            )
            tables.append(self._checked(table, checks.get(name) or ()))
        return tables

    def _bulk(self, method: Callable[..., Any], *, required: bool = False) -> dict[str, Any]:
        """What a bulk look-up gives, by table; empty where the database has no such thing."""
        try:
            found = method(schema=self._namespace, kind=ObjectKind.ANY, scope=ObjectScope.DEFAULT)
        except NotImplementedError:
            found = {}
        except SQLAlchemyError:
            if required:
                raise
            # A part that this server's version or this user's rights do not give: go on without.
            self._connection.rollback()
            found = {}
        return {name: rows for (_, name), rows in found.items()}

    def _view_names(self) -> set[str]:
        names = set(self._optional(self._inspector.get_view_names))
        return names | set(self._optional(self._inspector.get_materialized_view_names))

    def _optional(self, method: Callable[..., list[str]]) -> list[str]:
        try:
            return method(schema=self._namespace)
        except NotImplementedError:
            return []
        except SQLAlchemyError:
            self._connection.rollback()
            return []

    def _domain_values(self) -> dict[tuple[str | None, str], tuple[str, ...]]:
        """The values that a domain's CHECK admits, by the domain's name (PostgreSQL)."""
        if not dialect_of(self._dialect).domains or not hasattr(self._inspector, "get_domains"):
            return {}
        found = {}
        for domain in self._optional_rows(self._inspector.get_domains):
            for check in domain.get("constraints") or ():
                tokens = expression_tokens(check.get("check") or "", self._dialect)
                values = checked_values(tokens, {"value"}).get("value")
                if values:
                    found[(domain.get("schema"), domain["name"])] = values
        return found

    def _optional_rows(self, method: Callable[..., Any]) -> Sequence[Rows]:
        try:
            rows: Sequence[Rows] = method(schema="*")
        except (NotImplementedError, SQLAlchemyError):
            self._connection.rollback()
            return []
        return rows

    def _column(
        self, row: Rows, domains: Mapping[tuple[str | None, str], tuple[str, ...]]
    ) -> Column:
        kind = row["type"]
        values: tuple[str, ...] = ()
        inner = getattr(kind, "item_type", kind)
        if isinstance(inner, sqltypes.Enum) or type(kind).__name__ in ("ENUM", "SET"):
            listed = getattr(inner, "enums", None) or getattr(kind, "values", None) or ()
            values = tuple(str(v) for v in listed)
        elif type(kind).__name__ == "DOMAIN":
            by_name = [v for (_, name), v in domains.items() if name == kind.name]
            values = by_name[0] if by_name else ()
        default = row.get("default")
        return Column(
            name=str(row["name"]),
            type=_type_text(kind, self._connection.dialect),
            nullable=bool(row.get("nullable", True)),
            default=None if default is None else str(default),
            comment=row.get("comment") or None,
            values=values,
        )

    def _foreign_key(self, row: Rows) -> ForeignKey:
        # PostgreSQL leaves out the namespace of what the search path finds, the others the own.
        unsaid = self._default if dialect_of(self._dialect).search_path else self._namespace
        namespace = row.get("referred_schema") or unsaid
        return ForeignKey(
            columns=_key_columns(row["constrained_columns"]),
            ref_table=row["referred_table"],
            ref_columns=_key_columns(row["referred_columns"]),
            ref_namespace=namespace if namespace != self._namespace else None,
        )

    def _checked(self, table: Table, checks: Sequence[Rows]) -> Table:
        names = {column.name.lower() for column in table.columns}
        values: dict[str, tuple[str, ...]] = {}
        for check in checks:
            tokens = expression_tokens(check.get("sqltext") or "", self._dialect)
            values.update(checked_values(tokens, names))
        if not values:
            return table
        columns = tuple(
            replace(c, values=values[c.name.lower()])
            if not c.values and c.name.lower() in values
            else c
            for c in table.columns
        )
        return replace(table, columns=columns)


def _key_columns(names: Sequence[str | None] | None) -> tuple[str, ...]:
    return tuple(name for name in names or () if name is not None)


def _unique(constraints: Sequence[Rows], indexes: Sequence[Rows]) -> tuple[tuple[str, ...], ...]:
    found = [_key_columns(row["column_names"]) for row in constraints]
    for index in indexes:
        columns = index["column_names"]
        options = index.get("dialect_options") or {}
        partial = any(key.endswith("_where") for key in options)
        if index.get("unique") and not partial and all(columns):
            found.append(_key_columns(columns))
    return tuple(dict.fromkeys(columns for columns in found if columns))


def _type_text(kind: Any, dialect: Dialect) -> str | None:
    if isinstance(kind, sqltypes.NullType):
        return None
    if type(kind).__name__ == "DOMAIN":
        return str(kind.name)
    try:
        return str(kind.compile(dialect=dialect)) or None
    except (SQLAlchemyError, NotImplementedError, AttributeError, TypeError):
        return str(kind) or None
