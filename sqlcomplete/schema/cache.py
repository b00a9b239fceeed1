"""Keeps schemas on disk by connection, so that a program starts before its database answers."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlcomplete.schema.document import schema_from_json, schema_to_json
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Schema

_FORMAT = 1


def cache_folder() -> Path:
    """Where schemas are kept: $SQLCOMPLETE_CACHE_DIR, or the platform's folder for caches."""
    chosen = os.environ.get("SQLCOMPLETE_CACHE_DIR")
    if chosen:
        return Path(chosen)
    import platformdirs

    return platformdirs.user_cache_path("sqlcomplete")


def cached_schema(source: str, max_age: float | None = None) -> Schema | None:
    """The schema as it was last read, or None where it was not, or too long ago.

    Never touches the database. A file that is damaged or of another version counts as none.

    Args:
        source: the database's URL, or its file's path.
        max_age: seconds; None takes any age.

    Raises:
        SchemaError: the source is no URL and no database file.
    """
    path, public = _place(source)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT or document["source"] != public:
            return None
        age = time.time() - float(document["read_at"])
        if max_age is not None and not 0 <= age <= max_age:
            return None
        return schema_from_json(document["schema"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SchemaError):
        return None


def refresh(source: str) -> Schema:
    """Reads the schema from the database and keeps it.

    A cache that cannot be written is no error: the next start will read the database again.

    Raises:
        SchemaError: the database cannot be read.
    """
    from sqlcomplete.schema.reflect import schema_from_url

    schema = schema_from_url(source)
    path, public = _place(source)
    document = {
        "format": _FORMAT,
        "source": public,
        "read_at": time.time(),
        "schema": schema_to_json(schema),
    }
    _write(path, json.dumps(document, separators=(",", ":")))
    return schema


def refresh_in_background(
    source: str,
    on_change: Callable[[Schema], None],
    *,
    known: Schema | None = None,
    on_error: Callable[[SchemaError], None] | None = None,
) -> threading.Thread:
    """Reads the schema on a thread, and tells when it is another than the one known.

    Args:
        source: the database's URL, or its file's path.
        on_change: called on that thread with the new schema.
        known: what the caller works with; the cached schema where it is left out.
        on_error: called on that thread when the database cannot be read.

    Returns:
        The thread, a daemon that has been started.
    """

    def run() -> None:
        try:
            before = known if known is not None else cached_schema(source)
            schema = refresh(source)
        except SchemaError as error:
            if on_error is not None:
                on_error(error)
            return
        if schema != before:
            on_change(schema)

    thread = threading.Thread(target=run, name="sqlcomplete-schema-refresh", daemon=True)
    thread.start()
    return thread


def forget(source: str) -> bool:
    """Removes what is kept of the connection; False where nothing was."""
    path, _ = _place(source)
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _place(source: str) -> tuple[Path, str]:
    """The file of a connection and the URL, without secrets, that it is known by."""
    from sqlcomplete.schema.connection import parse_url, public_url

    public = public_url(parse_url(source))
    digest = hashlib.sha256(public.encode()).hexdigest()[:32]
    return cache_folder() / f"schema-{digest}.json", public


def _write(path: Path, text: str) -> None:
    """Replaces the file at once, readable by its owner only; keeps quiet where it cannot."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp's mode is 0600
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
