"""Connects to a database for reading its schema, and says in one line why that failed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

import sqlalchemy
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sqlcomplete.dialects.registry import dialect_of, driver_of
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.secrecy import URL_USAGE, is_secret, looks_secret

CONNECT_TIMEOUT_S = 5

_SQLITE_MAGIC = b"SQLite format 3\x00"
_DUCKDB_MAGIC = b"DUCK"  # at offset 8

_TIMEOUTS: dict[str, dict[str, Any]] = {
    "asyncpg": {"timeout": CONNECT_TIMEOUT_S},
    "mysqldb": {"connect_timeout": CONNECT_TIMEOUT_S},
    "oracledb": {"tcp_connect_timeout": CONNECT_TIMEOUT_S},
    "pg8000": {"timeout": CONNECT_TIMEOUT_S},
    "psycopg": {"connect_timeout": CONNECT_TIMEOUT_S},
    "psycopg2": {"connect_timeout": CONNECT_TIMEOUT_S},
    "pymssql": {"login_timeout": CONNECT_TIMEOUT_S},
    "pymysql": {"connect_timeout": CONNECT_TIMEOUT_S, "read_timeout": 60},
    "pyodbc": {"timeout": CONNECT_TIMEOUT_S},
}
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]*://")


def is_url(source: str) -> bool:
    """Whether the source is a database URL rather than a path."""
    return _URL.match(source) is not None


def parse_url(source: str) -> URL:
    """The URL of a database, or of the database file at a path, with a driver.

    Raises:
        SchemaError: no URL, or no file that is a database. No message repeats a URL, which may hold
            a password.
    """
    source = source.strip()
    if not is_url(source):
        if looks_secret(source) and not Path(source).exists():
            raise SchemaError(f"this is neither a database URL nor a file: {URL_USAGE}")
        return _file_url(Path(source))
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        raise SchemaError(f"this is not a database URL: {URL_USAGE}") from None
    if url.host and "@" in url.host:
        raise SchemaError("this is not a database URL: write an @ in a password as %40")
    return url.set(drivername=driver_of(url.drivername))


def database_file_kind(path: Path) -> str | None:
    """ "sqlite" or "duckdb" by the file's first bytes, None for any other file."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return None
    if head == _SQLITE_MAGIC:
        return "sqlite"
    return "duckdb" if head[8:12] == _DUCKDB_MAGIC else None


def _file_url(path: Path) -> URL:
    if not path.exists():
        raise SchemaError(f"{path}: no such file")
    kind = database_file_kind(path)
    if kind is None and path.is_file() and path.stat().st_size == 0:
        kind = "sqlite"  # an empty file is an empty SQLite database
    if kind is None:
        raise SchemaError(f"{path} is neither a SQLite nor a DuckDB database")
    return URL.create(kind, database=str(path.resolve()))


def public_url(url: URL) -> str:
    """The URL without anything secret: it may be shown, and it names the connection."""
    bare = url.set(query={k: v for k, v in url.query.items() if not is_secret(k)})
    bare = URL.create(
        bare.drivername, bare.username, None, bare.host, bare.port, bare.database, bare.query
    )
    if bare.drivername.split("+")[0] in ("sqlite", "duckdb") and _is_path(bare.database):
        bare = bare.set(database=str(Path(bare.database or "").resolve()))
    return bare.render_as_string()


def sqlite_file(url: URL) -> str:
    """The file that a SQLite URL names, by a path or by a `file:` URI; "" where it names none."""
    database = url.database or ""
    if not database.startswith("file:"):
        return database if _is_path(database) else ""
    path = unquote(urlsplit(database).path)
    in_memory = path in ("", ":memory:") or "memory" in (
        url.query.get("mode"),
        url.query.get("vfs"),
    )
    return "" if in_memory or "mode=memory" in database else path


def _is_path(database: str | None) -> bool:
    return bool(database) and not (database or "").startswith((":", "md:", "file:"))


@contextmanager
def connected(url: URL) -> Iterator[Connection]:
    """A connection for as long as the block runs; it is closed for good afterwards.

    Raises:
        SchemaError: the driver is missing, or the database cannot be reached or read.
    """
    name = url.drivername.split("+")[0]
    try:
        engine = sqlalchemy.create_engine(url, poolclass=NullPool, **_arguments(url))
    except (NoSuchModuleError, ImportError):
        raise missing_driver(name) from None
    except (SQLAlchemyError, TypeError, ValueError) as error:
        raise SchemaError(f"cannot use {public_url(url)}: {one_line(error, url)}") from None
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise cannot_read(url, error) from None
    except (OSError, UnicodeError) as error:
        raise cannot_read(url, error) from None
    finally:
        engine.dispose()


def missing_driver(name: str) -> SchemaError:
    """The error of a dialect whose driver is not installed."""
    dialect = dialect_of(name)
    extra = dialect.extra if driver_of(name) != name or name == dialect.name else None
    if extra is None:
        return SchemaError(
            f"no driver for {name[:40]!r}: install the SQLAlchemy dialect for that database"
        )
    return SchemaError(
        f"the driver for {name} is not installed: pip install 'sqlcomplete[{extra}]'"
    )


def cannot_read(url: URL, error: BaseException) -> SchemaError:
    """The error of a database that does not answer, or not as it should."""
    return SchemaError(f"cannot read {public_url(url)}: {one_line(error, url)}")


def one_line(error: BaseException, url: URL) -> str:
    """What the driver said, on one line and without the password."""
    cause = getattr(error, "orig", None) or error
    text = " ".join(str(cause).split()) or type(cause).__name__
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text if len(text) <= 300 else text[:300] + "..."


def _secrets(url: URL) -> list[str]:
    """What no message may hold, as a driver may repeat it; the longest first."""
    found = [str(url.password)] if url.password else []
    for key, value in url.query.items():
        if is_secret(key):
            found += [value] if isinstance(value, str) else value
    return sorted({w for s in found for w in (s, quote(s), quote_plus(s)) if w}, key=len)[::-1]


def _arguments(url: URL) -> dict[str, Any]:
    name, _, driver = url.drivername.partition("+")
    if name == "sqlite" and driver in ("", "pysqlite") and (named := sqlite_file(url)):
        path = Path(named)
        if not path.is_file():
            raise SchemaError(f"{path}: no such file")
        if path.stat().st_size and database_file_kind(path) != "sqlite":
            raise SchemaError(f"{path}: this is no SQLite database")
        # Read only: a look at the schema must neither create nor lock a database.
        uri = f"{path.resolve().as_uri()}?mode=ro"
        return {"creator": lambda: sqlite3.connect(uri, uri=True, timeout=CONNECT_TIMEOUT_S)}
    timeout = {k: v for k, v in _TIMEOUTS.get(driver, {}).items() if k not in url.query}
    return {"connect_args": timeout} if timeout else {}
