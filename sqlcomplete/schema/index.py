"""Looks names up in a schema, by whole name and by prefix, at a speed that 100,000 tables do not change."""

from __future__ import annotations

from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table


class SchemaIndex:
    """An immutable index over one schema. Names compare without case.

    Every look-up costs O(log tables + answers).
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def table(self, name: str, namespace: str | None = None) -> Table | None:
        """The table of that name; without a namespace, the default one's goes first."""
        raise NotImplementedError

    def column(self, table: Table, name: str) -> Column | None:
        """The table's column of that name."""
        raise NotImplementedError

    def tables_with_prefix(
        self, prefix: str, *, namespace: str | None = None, limit: int = 50
    ) -> tuple[Table, ...]:
        """Tables whose name begins with `prefix`, the default namespace's first, then by name."""
        raise NotImplementedError

    def tables_matching(
        self, typed: str, *, namespace: str | None = None, limit: int = 50
    ) -> tuple[Table, ...]:
        """Tables that `typed` may mean: by prefix, then by the prefix of a word inside the name
        (`item` finds `order_items`), then by initials (`oi` finds `order_items`)."""
        raise NotImplementedError

    def namespaces_with_prefix(self, prefix: str) -> tuple[str, ...]:
        """Namespaces whose name begins with `prefix`."""
        raise NotImplementedError

    def tables_with_column(self, name: str, *, limit: int = 50) -> tuple[Table, ...]:
        """Tables that have a column of that name."""
        raise NotImplementedError

    def columns_with_prefix(self, prefix: str, *, limit: int = 50) -> tuple[tuple[Table, Column], ...]:
        """Columns of any table whose name begins with `prefix`."""
        raise NotImplementedError

    def foreign_keys_from(self, table: Table) -> tuple[tuple[ForeignKey, Table], ...]:
        """Keys the table holds, each with the table it points to (those that exist)."""
        raise NotImplementedError

    def foreign_keys_to(self, table: Table) -> tuple[tuple[Table, ForeignKey], ...]:
        """Keys of other tables that point to this one, each with the table that holds it."""
        raise NotImplementedError
