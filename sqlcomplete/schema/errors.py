"""What goes wrong while a schema is read."""

from __future__ import annotations

from sqlcomplete.errors import SqlcompleteError


class SchemaError(SqlcompleteError):
    """A schema cannot be read: the message says from where and what to do."""
