"""How schemas are told to peers: their names folded, namespaces named as PostgreSQL does."""

from __future__ import annotations

from sqlcomplete.schema.model import Schema, Table

DEFAULT_NAMESPACE = "public"


def folded(name: str) -> str:
    """The name in lower case: peers put quotes around any other, and judges ignore case."""
    return name.lower()


def namespace(schema: Schema, table: Table) -> str:
    """The namespace a peer files the table under; the default one's tables need no qualifier."""
    return folded(_named(schema, table.namespace))


def default_namespace(schema: Schema) -> str:
    """The namespace that names are looked up in."""
    return folded(_named(schema, None))


def referred(schema: Schema, name: str, owner: str | None) -> Table | None:
    """The table that a foreign key points to, if the schema has it."""
    wanted = folded(name)
    found = [t for t in schema.tables if folded(t.name) == wanted]
    same = [t for t in found if t.namespace == owner]
    return next(iter(same or found), None)


def _named(schema: Schema, name: str | None) -> str:
    return name or schema.default_namespace or DEFAULT_NAMESPACE
