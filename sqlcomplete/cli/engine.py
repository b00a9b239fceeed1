"""The command line's way into the engine. Imports are late: most commands need none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlcomplete.completion import Completion
from sqlcomplete.schema.model import Schema


class Completes(Protocol):
    """What a face needs of a completer."""

    def complete(
        self, text: str, cursor: int, *, max_items: int = 10, deadline_ms: float = 150
    ) -> Completion: ...


CompleterFactory = Callable[[Schema], Completes]


def open_schema(source: str | None, dialect: str | None) -> Schema:
    """The schema at `source`; an empty one where there is no source.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    from sqlcomplete.schema.dialect import check_dialect

    checked = None if dialect is None else check_dialect(dialect)
    if source is None:
        return Schema(dialect=checked or "")
    from sqlcomplete.schema import load_schema

    return load_schema(source, checked)


def refresh_schema(source: str, dialect: str | None) -> Schema:
    """The schema at `source`, read anew whatever was kept of it, and kept for the next start.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    from sqlcomplete.schema import load_schema
    from sqlcomplete.schema.dialect import check_dialect

    return load_schema(source, None if dialect is None else check_dialect(dialect), refresh=True)


def read_ddl(text: str, dialect: str | None) -> Schema:
    """The schema that DDL text declares.

    Raises:
        SqlcompleteError: the dialect is unknown, or the text is no DDL.
    """
    from sqlcomplete.schema import schema_from_ddl

    return schema_from_ddl(text, dialect)


def open_engine(*, model: bool) -> CompleterFactory:
    """Loads the model once (about a second), and gives what makes a completer of any schema."""
    from sqlcomplete.completer import Completer

    return lambda schema: Completer(schema)
