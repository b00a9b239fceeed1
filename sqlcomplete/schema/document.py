"""A schema as a JSON document, and back; the documents of published corpora are read too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlcomplete.dialects.registry import UnknownDialectError, dialect_name, dialect_of
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """The schema as plain values; what is not set is left out."""
    document: dict[str, Any] = {"dialect": schema.dialect}
    if schema.default_namespace is not None:
        document["default_namespace"] = schema.default_namespace
    document["tables"] = [_table_to_json(table) for table in schema.tables]
    return document


def _table_to_json(table: Table) -> dict[str, Any]:
    document: dict[str, Any] = {"name": table.name}
    if table.namespace is not None:
        document["namespace"] = table.namespace
    if table.kind != "table":
        document["kind"] = table.kind
    if table.comment is not None:
        document["comment"] = table.comment
    document["columns"] = [_column_to_json(column) for column in table.columns]
    if table.primary_key:
        document["primary_key"] = list(table.primary_key)
    if table.foreign_keys:
        document["foreign_keys"] = [_key_to_json(key) for key in table.foreign_keys]
    if table.unique:
        document["unique"] = [list(columns) for columns in table.unique]
    return document


def _column_to_json(column: Column) -> dict[str, Any]:
    document: dict[str, Any] = {"name": column.name}
    if column.type is not None:
        document["type"] = column.type
    if not column.nullable:
        document["nullable"] = False
    if column.default is not None:
        document["default"] = column.default
    if column.comment is not None:
        document["comment"] = column.comment
    if column.values:
        document["values"] = list(column.values)
    return document


def _key_to_json(key: ForeignKey) -> dict[str, Any]:
    document: dict[str, Any] = {"columns": list(key.columns), "ref_table": key.ref_table}
    if key.ref_namespace is not None:
        document["ref_namespace"] = key.ref_namespace
    document["ref_columns"] = list(key.ref_columns)
    return document


def schema_from_json(document: Mapping[str, Any]) -> Schema:
    """The schema that a document holds.

    Besides what `schema_to_json` writes, it reads the form of the corpora: `description` for
    `comment`, and names of tables as "namespace.name" where there is no `namespace`.

    Raises:
        SchemaError: the document has another form; the message says where.
    """
    if not isinstance(document, Mapping):
        raise SchemaError('a schema document is an object with "dialect" and "tables"')
    try:
        dialect = dialect_name(_text(document, "dialect", "the document"))
    except UnknownDialectError as error:
        raise SchemaError(str(error)) from None
    tables = tuple(
        _table(item, f"tables[{i}]")
        for i, item in enumerate(_list(document, "tables", "the document", required=True))
    )
    default = _text(document, "default_namespace", "the document")
    if default is None and any(table.namespace for table in tables):
        default = dialect_of(dialect).default_namespace
    return Schema(dialect, tables, default)


def _table(item: Any, where: str) -> Table:
    name = _name(item, where)
    namespace = _text(item, "namespace", where)
    if namespace is None:
        namespace, name = _split(name)
    kind = _text(item, "kind", where) or "table"
    return Table(
        name=name,
        columns=tuple(
            _column(c, f"{where}.columns[{i}]")
            for i, c in enumerate(_list(item, "columns", where))
            if not (isinstance(c, Mapping) and c.get("name") == "")  # nothing could name it
        ),
        namespace=namespace,
        kind="view" if kind.lower() in ("view", "materialized view") else "table",
        primary_key=_names(item, "primary_key", where),
        foreign_keys=tuple(
            _key(k, f"{where}.foreign_keys[{i}]", namespace)
            for i, k in enumerate(_list(item, "foreign_keys", where))
        ),
        unique=tuple(
            _strings(u, f"{where}.unique[{i}]") for i, u in enumerate(_list(item, "unique", where))
        ),
        comment=_text(item, "comment", where) or _text(item, "description", where),
    )


def _column(item: Any, where: str) -> Column:
    if isinstance(item, str) and item:
        return Column(item)
    return Column(
        name=_name(item, where),
        type=_text(item, "type", where) or None,
        nullable=item.get("nullable", True) is not False,
        default=_text(item, "default", where),
        comment=_text(item, "comment", where) or _text(item, "description", where) or None,
        values=_names(item, "values", where),
    )


def _key(item: Any, where: str, namespace: str | None) -> ForeignKey:
    table = _text(item, "ref_table", where)
    if not table:
        raise SchemaError(f'{where}: "ref_table" is missing')
    ref_namespace = _text(item, "ref_namespace", where)
    if ref_namespace is None:
        ref_namespace, table = _split(table)
    columns = _names(item, "columns", where)
    ref_columns = _names(item, "ref_columns", where)
    if not columns or (ref_columns and len(columns) != len(ref_columns)):
        raise SchemaError(f'{where}: "columns" and "ref_columns" must be lists of one length')
    same = ref_namespace is not None and ref_namespace == namespace
    return ForeignKey(columns, table, ref_columns, None if same else ref_namespace)


def _split(name: str) -> tuple[str | None, str]:
    namespace, dot, bare = name.rpartition(".")
    if not dot or not namespace or not bare:
        return None, name
    return namespace.rpartition(".")[2] or None, bare


def _name(item: Any, where: str) -> str:
    name = _text(item, "name", where)
    if not name:
        raise SchemaError(f'{where}: "name" is missing')
    return name


def _text(item: Any, key: str, where: str) -> str | None:
    if not isinstance(item, Mapping):
        raise SchemaError(f"{where}: expected an object")
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise SchemaError(f'{where}: "{key}" must be a string')
    return value


def _list(item: Any, key: str, where: str, *, required: bool = False) -> list[Any]:
    if not isinstance(item, Mapping):
        raise SchemaError(f"{where}: expected an object")
    value = item.get(key)
    if value is None and not required:
        return []
    if not isinstance(value, list):
        raise SchemaError(f'{where}: "{key}" must be a list')
    return value


def _names(item: Any, key: str, where: str) -> tuple[str, ...]:
    return _strings(_list(item, key, where), f"{where}.{key}")


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise SchemaError(f"{where}: expected a list of strings")
    return tuple(value)
