"""One door to a schema, whatever it is kept in: a database, DDL, migrations or JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from sqlcomplete.dialects.registry import dialect_name, told_by
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Schema
from sqlcomplete.schema.secrecy import URL_USAGE, looks_secret

_MAX_FILES = 20_000
_MAX_BYTES = 64_000_000
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]*://")

# Migrations that undo others, by the names that the usual tools give them.
_UNDOING_FILE = re.compile(
    r"(?:.*[._-])?(?:down|rollback|undo|revert)\.sql|U\d[\w.]*__.*\.sql", re.I
)
# Comments that open the undoing part of a migration, and those that open the other one again.
_DOWN = re.compile(
    r"^[ \t]*(?:--|\#)[ \t-]*(?:\+goose[ \t]+down|migrate:down|\+migrate[ \t]+down|!downs"
    r"|@?undo\b|down[ \t]+migration|\+\+?down)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_UP = re.compile(
    r"^[ \t]*(?:--|\#)[ \t-]*(?:\+goose[ \t]+up|migrate:up|\+migrate[ \t]+up|!ups)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FLYWAY = re.compile(r"\bV\d+(?:[._]\d+)*__")
_SAMPLED = 200_000  # characters of DDL that its dialect is told by
_NOT_NEWLINE = re.compile(r"[^\n]")


def load_schema(source: str, dialect: str | None = None) -> Schema:
    """The schema at a source.

    A database is read live, and what was read is kept for `cached_schema`.

    Args:
        source: a database's URL; or the path of a SQLite or DuckDB file, of a file of DDL, of a
            folder of migrations (all `.sql` files below it, in natural order, without their undoing
            parts), or of a JSON document.
        dialect: a sqlglot dialect's name; None takes the source's own, told for DDL by its words.

    Raises:
        SchemaError: the source is missing, or nothing could be read from it.
    """
    chosen = None if dialect is None else dialect_name(dialect)
    schema = _load(source, chosen)
    return schema if chosen is None else replace(schema, dialect=chosen)


def _load(source: str, dialect: str | None) -> Schema:
    if _URL.match(source.strip()):
        return _database(source.strip())
    try:
        path = Path(source).expanduser()
        if path.is_dir():
            return _folder(path, dialect)
        if not path.is_file():
            if looks_secret(source):
                # A URL gone wrong may hold a password: the message must not.
                raise SchemaError(
                    f"this is neither a database URL nor a file that exists: {URL_USAGE}"
                )
            raise SchemaError(f"{source[:200]!r} is neither a database URL nor a file that exists")
        return _file(path, dialect)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchemaError(f"cannot read {source[:200]!r}: {reason}") from None


def _database(source: str) -> Schema:
    from sqlcomplete.schema.cache import refresh

    return refresh(source)


def _file(path: Path, dialect: str | None) -> Schema:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"SQLite format 3\x00") or head[8:12] == b"DUCK":
        return _database(str(path))
    if not head and path.suffix.lower() in (".db", ".sqlite", ".sqlite3"):
        return _database(str(path))
    if path.stat().st_size > _MAX_BYTES:
        raise SchemaError(f"{path} is larger than 64 MB: dump the schema without its data")
    text = read_text(path)
    if path.suffix.lower() == ".json" or text.lstrip()[:1] == "{":
        return _json(path, text)
    return _scripts([(path.name, without_down(text))], dialect)


def _json(path: Path, text: str) -> Schema:
    from sqlcomplete.schema.document import schema_from_json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SchemaError(f"{path}: line {line}: this is not JSON") from None
    try:
        return schema_from_json(document)
    except SchemaError as error:
        raise SchemaError(f"{path}: {error}") from None


def _folder(path: Path, dialect: str | None) -> Schema:
    files = migration_files(path)
    if not files:
        raise SchemaError(f"there is no .sql file in {path}")
    if sum(file.stat().st_size for file in files) > _MAX_BYTES:
        raise SchemaError(f"the .sql files in {path} are larger than 64 MB: name the migrations'")
    scripts = [(str(f.relative_to(path)), without_down(read_text(f))) for f in files]
    return _scripts(scripts, dialect)


def _scripts(scripts: list[tuple[str, str]], dialect: str | None) -> Schema:
    from sqlcomplete.schema.ddl import schema_from_scripts

    if dialect is None:
        dialect = guessed_dialect("\n".join(text for _, text in scripts))
    return schema_from_scripts(scripts, dialect)


def migration_files(folder: Path) -> list[Path]:
    """The `.sql` files below a folder that build the schema, in the order of their numbers.

    Files that undo (`*.down.sql` and its like) are left out, hidden folders too. Repeatable ones
    (`R__*.sql`) come last.
    """
    found = []
    for file in folder.rglob("*.sql"):
        relative = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or _UNDOING_FILE.fullmatch(file.name) or not file.is_file():
            continue
        found.append(file)
        if len(found) > _MAX_FILES:
            raise SchemaError(f"more than {_MAX_FILES} .sql files in {folder}: name a folder below")
    return sorted(
        found, key=lambda f: (f.name.startswith("R__"), _natural(str(f.relative_to(folder))))
    )


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key that puts 2 before 10, and Flyway's V1 before V1.1."""
    name = _FLYWAY.sub(lambda m: m.group().replace("__", "\x00"), name)
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", name)
        if part
    ]


def without_down(text: str) -> str:
    """A migration with its undoing parts blanked; its lines keep their numbers."""
    at = 0
    while (down := _DOWN.search(text, at)) is not None:
        up = _UP.search(text, down.end())
        end = len(text) if up is None else up.start()
        blank = _NOT_NEWLINE.sub(" ", text[down.start() : end])
        text = text[: down.start()] + blank + text[end:]
        at = end
    return text


def read_text(path: Path) -> str:
    """A file's text: UTF-8, or what its byte order mark says, or else Latin-1.

    Raises:
        SchemaError: the file is binary.
    """
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise SchemaError(f"{path} is a binary file, neither SQL nor a database known here")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def guessed_dialect(text: str) -> str:
    """The dialect that DDL is written in, by words that only one has; "" where none tells."""
    return told_by(text[:_SAMPLED])
