"""The command line's way into the engine. Imports are late: most commands need none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sqlcomplete.completion import Completion
from sqlcomplete.schema.model import Schema


class Completes(Protocol):
    """What a face needs of a completer."""

    def complete(
        self, text: str, cursor: int, *, max_items: int = 10, deadline_ms: float = 150
    ) -> Completion: ...


# How old a kept schema may be, in seconds.
RECENT = 300.0

CompleterFactory = Callable[[Schema], Completes]


def open_schema(source: str | None, dialect: str | None) -> Schema:
    """The schema at `source`, read now; an empty one where there is no source.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    checked = _checked(dialect)
    if source is None:
        return Schema(dialect=checked or "")
    from sqlcomplete.schema import load_schema

    return load_schema(source, checked)


def open_recent_schema(source: str | None, dialect: str | None) -> Schema:
    """As `open_schema`, but a database's schema that was read within the last RECENT seconds is
    taken as it was kept: who completes text by text does not wait for the database each time.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    checked = _checked(dialect)
    if source is not None and "://" in source:
        from sqlcomplete.schema import cached_schema

        kept = cached_schema(source, RECENT)
        if kept is not None:
            return kept if checked is None else replace(kept, dialect=checked)
    return open_schema(source, checked)


def _checked(dialect: str | None) -> str | None:
    if dialect is None:
        return None
    from sqlcomplete.schema.dialect import check_dialect

    return check_dialect(dialect)


def read_ddl(text: str, dialect: str | None) -> Schema:
    """The schema that DDL text declares.

    Raises:
        SqlcompleteError: the dialect is unknown, or the text is no DDL.
    """
    from sqlcomplete.schema import schema_from_ddl

    return schema_from_ddl(text, dialect)


def open_engine(*, model: bool, weights: Path | None = None) -> CompleterFactory:
    """Loads the model once (about a second), and gives what makes a completer of any schema.

    `weights` is the folder of another model than the embedded one.

    Raises:
        ModelError: there is no model, or it cannot be loaded.
    """
    from sqlcomplete.completer import Completer
    from sqlcomplete.model import EMBEDDED, load_weights

    loaded = load_weights(weights or EMBEDDED) if model else None
    return lambda schema: Completer(schema, model=loaded)
