"""The functions that `import sqlcomplete` offers: a schema from any source, a completion by one
call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from sqlcomplete.completer import Completer
from sqlcomplete.completion import Completion
from sqlcomplete.dialects.registry import dialect_name
from sqlcomplete.model.conversation import LanguageModel
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Schema

SchemaSource = str | Path | Mapping[str, Any]
"""Where a schema is read from; see `load_schema`."""

_RECENT = 300.0  # seconds that a database's schema is taken as it was last read
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]*://")
_KEPT = 8  # completers kept between calls of `complete`

# Comments, then a word that DDL scripts begin with. The group is atomic: a text of many comments
# must not make the search try each way of dividing them.
_DDL = re.compile(
    r"(?>\s*(?:(?:--|\#)[^\n]*\n\s*|/\*.*?\*/\s*)*)"
    r"(?:create|alter|comment|set|drop|begin|use|pragma|insert)\s",
    re.IGNORECASE | re.DOTALL,
)


def load_schema(source: SchemaSource, dialect: str | None = None) -> Schema:
    """Reads a schema.

    Args:
        source: One of:
            - a database's URL in SQLAlchemy's form (`postgresql://localhost/shop`);
            - the path of a SQLite or DuckDB database, of a file of DDL or of a JSON document, or
              of a folder of migrations;
            - DDL or a JSON document as text, or a JSON document as a mapping
              (`sqlcomplete schema show --json` writes such documents).
        dialect: A sqlglot dialect's name, or a usual other name for it ("postgresql"). None takes
            the source's own; for DDL it is guessed from words that only one dialect has.

    Raises:
        SchemaError: The source is missing, or nothing could be read from it.
        UnknownDialectError: No dialect has that name.
    """
    from sqlcomplete.schema import open as sources

    if isinstance(source, Mapping):
        return _in_dialect(_document(source), dialect)
    if isinstance(source, Path):
        return sources.load_schema(str(source), dialect)
    if not source.strip():
        raise SchemaError("the schema's source is empty: give a database URL, a path, DDL or JSON")
    if source.lstrip()[:1] == "{":
        return _in_dialect(_json(source), dialect)
    if _DDL.match(source) and not _is_path(source):
        from sqlcomplete.schema.ddl import schema_from_ddl

        text = sources.without_down(source)
        return schema_from_ddl(text, sources.guessed_dialect(text) if dialect is None else dialect)
    return sources.load_schema(source, dialect)


def complete(
    text: str,
    cursor: int | None = None,
    *,
    schema: Schema | SchemaSource | None = None,
    dialect: str | None = None,
    model: str | Path | LanguageModel | None = "embedded",
    max_items: int = 10,
    deadline_ms: float | None = None,
) -> Completion:
    """Says what may come next at a cursor, by one call.

    The completer of a schema is kept for the next call with an equal schema, so a second call costs
    only the completion. Files are read at each call; a database at most once in five minutes.
    Programs that keep one schema for long, or that serve several users, hold a `Completer`.

    Args:
        text: The whole text, both sides of the cursor.
        cursor: An offset in code points, 0 to the text's length. None: the text's end.
        schema: A schema, or what `load_schema` reads one from. None: no table is known.
        dialect: A sqlglot dialect's name. None: the schema's own.
        model: "embedded", a folder that `distill export` wrote, a loaded or remote model, or None
            for the deterministic engine alone.
        max_items: At most so many items.
        deadline_ms: Milliseconds after which the answer is the deterministic one. None: wait for
            the model.

    Raises:
        CursorError: The cursor is outside the text.
        SchemaError: The schema cannot be read.
        UnknownDialectError: No dialect has that name.
        ModelError: The model cannot be loaded.
    """
    completer = _completer_of(_schema_of(schema, dialect), model)
    at = len(text) if cursor is None else cursor
    return completer.complete(text, at, max_items=max_items, deadline_ms=deadline_ms)


def _schema_of(schema: Schema | SchemaSource | None, dialect: str | None) -> Schema:
    if schema is None:
        return Schema(dialect=dialect_name(dialect))
    if isinstance(schema, Schema):
        return _in_dialect(schema, dialect)
    if isinstance(schema, str) and "://" in schema:
        from sqlcomplete.schema.cache import cached_schema

        recent = cached_schema(schema, _RECENT) if _URL.match(schema) else None
        if recent is not None:
            return _in_dialect(recent, dialect)
    return load_schema(schema, dialect)


_Model = str | Path | LanguageModel | None
_kept: list[tuple[Schema, _Model, Completer]] = []  # the last used comes last
_lock = Lock()


def _completer_of(schema: Schema, model: _Model) -> Completer:
    """The completer kept for an equal schema and the same model, or a new one."""
    with _lock:
        for entry in reversed(_kept):
            same_model = entry[1] is model or (isinstance(model, str | Path) and entry[1] == model)
            if same_model and (entry[0] is schema or entry[0] == schema):
                _kept.remove(entry)
                _kept.append(entry)
                return entry[2]
        made = Completer(schema, model=model)
        _kept.append((schema, model, made))
        del _kept[:-_KEPT]
        return made


def _in_dialect(schema: Schema, dialect: str | None) -> Schema:
    return schema if dialect is None else replace(schema, dialect=dialect_name(dialect))


def _document(source: Mapping[str, Any]) -> Schema:
    from sqlcomplete.schema.document import schema_from_json

    return schema_from_json(source)


def _json(text: str) -> Schema:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SchemaError(f"the schema's text: line {line}: this is not JSON") from None
    return _document(document)


def _is_path(source: str) -> bool:
    """Whether a file or folder of that name exists."""
    try:
        return Path(source).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
