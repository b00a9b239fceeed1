"""What the editor was asked to open: a database, or DDL without one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.connection import sqlite_file
from sqlcomplete.schema.secrecy import URL_USAGE, looks_secret

_SQLITE_MAGIC = b"SQLite format 3\0"
_DUCKDB_MAGIC = b"DUCK"  # at byte 8
_SQLITE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3", ".db3"})
_DUCKDB_SUFFIXES = frozenset({".duckdb", ".ddb"})
# The drivers this project declares, for the names that people write.
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql"}


class TargetError(SqlcompleteError):
    """What was named cannot be opened."""


@dataclass(frozen=True, slots=True)
class Target:
    """`source` is what the schema is read from, `url` the database to run in: None for a file of
    DDL, a folder of migrations or a JSON document. `name` is what the status line shows, `dialect`
    sqlglot's name of the dialect ("" until the DDL tells). `keeps` names the autosaved text where
    the source's place changes from run to run."""

    source: str
    url: URL | None
    name: str
    dialect: str
    keeps: str | None = None

    @property
    def key(self) -> str:
        """Names the connection for the autosaved text; holds no password."""
        if self.keeps is not None:
            return self.keeps
        return self.source if self.url is None else self.url.render_as_string(hide_password=True)


def scratch_target(path: Path, name: str, dialect: str | None = None) -> Target:
    """A SQLite database at a path of our own making, known to the user by `name`."""
    url = URL.create("sqlite", database=str(path))
    return Target(url.render_as_string(), url, name, dialect or "sqlite", keeps=name)


def find_target(source: str, dialect: str | None = None) -> Target:
    """Read the argument of the command.

    Raises:
        TargetError: for a URL that cannot be read and a file that is missing.
    """
    if "://" in source:
        return _of_url(source, dialect)
    path = Path(source).expanduser()
    if not path.exists():
        if looks_secret(source):
            raise TargetError(f"this is neither a database URL nor a file: {URL_USAGE}")
        raise TargetError(
            f"{source}: no such file; a database URL looks like postgresql://host/name"
        )
    full = str(path.resolve())
    kind = None if path.is_dir() else _kind(path)
    if kind is None:
        return Target(full, None, path.name, dialect or "")
    url = URL.create(kind, database=full)
    return Target(url.render_as_string(), url, path.name, dialect or kind)


def _of_url(source: str, dialect: str | None) -> Target:
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        raise TargetError(
            f"{source.split('://')[0]}://…: not a database URL; "
            "one looks like postgresql://user@host/name or sqlite:///file.db"
        ) from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    backend = url.get_backend_name()
    file = url.database if backend in ("sqlite", "duckdb") else None
    named = sqlite_file(url) if backend == "sqlite" else file
    if named and not named.startswith((":", "md:", "file:")) and not Path(named).exists():
        raise TargetError(f"{named}: no such file")
    name = (
        Path(file).name if file else "/".join(p for p in (url.host, url.database) if p) or backend
    )
    return Target(source, url, name, dialect or _DIALECTS.get(backend, backend))


def _kind(path: Path) -> str | None:
    """sqlite or duckdb by the first bytes, for an empty file by its name; None for text."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise TargetError(f"{path}: cannot be read: {error.strerror}") from None
    if head == _SQLITE_MAGIC:
        return "sqlite"
    if head[8:12] == _DUCKDB_MAGIC:
        return "duckdb"
    if not head and path.suffix.lower() in _SQLITE_SUFFIXES:
        return "sqlite"
    if not head and path.suffix.lower() in _DUCKDB_SUFFIXES:
        return "duckdb"
    return None
