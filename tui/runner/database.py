"""Runs statements: one connection, one statement at a time, cancellable, errors as one line."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import PoolProxiedConnection

from sqlcomplete.errors import SqlcompleteError

_CONNECT_TIMEOUT_S = 10
_SCHEMA_READER_S = 5  # how long a DuckDB file may be held for reading its schema
_READS = re.compile(r"\s*(?:\(|select|with|from|values|table|show|describe|explain)\b", re.I)


_BEGINS = re.compile(
    r"\s*(?:begin|start\s+transaction|(commit|end|rollback(?!\s+to\b)|abort))\b", re.I
)


class DatabaseError(SqlcompleteError):
    """The database refused. `position` is the offset into the statement that it complained of,
    in code points, None where it named none."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave. `columns` is empty for one that returns no rows; `more` says that rows
    beyond the limit were left unread. `affected` counts changed rows, None where unknown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool
    affected: int | None
    elapsed_ms: float


class Database:
    """A database that statements run in. Methods block; call them from a worker thread.

    The connection is opened by the first statement and kept, so BEGIN, temporary tables and
    settings last from one statement to the next. Outside BEGIN every statement commits itself.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._engine: Engine | None = None
        self._connection: PoolProxiedConnection | None = None
        self._busy = threading.Lock()
        self._cancelled = False
        self._begun = False  # by the words that ran, for drivers that do not tell

    def run(self, sql: str, *, limit: int = 1000) -> Result:
        """Run one statement and read at most `limit` rows of it.

        Raises:
            DatabaseError: where the database cannot be reached or refuses, or the run is cancelled.
        """
        with self._busy:
            self._cancelled = False
            connection = self._connect()
            began = time.perf_counter()
            try:
                # The driver's own cursor: SQLAlchemy's would read :x and % as parameters.
                cursor: Any = connection.cursor()
                try:
                    cursor.execute(sql)
                    columns = tuple(str(column[0]) for column in cursor.description or ())
                    rows = [tuple(row) for row in cursor.fetchmany(limit + 1)] if columns else []
                    affected = cursor.rowcount if (cursor.rowcount or -1) >= 0 else None
                finally:
                    cursor.close()
            except Exception as error:
                if self._cancelled:
                    raise DatabaseError("cancelled") from None
                if getattr(connection.driver_connection, "closed", False):
                    self._forget()
                raise DatabaseError(_line(error), _position(error, sql)) from None
            self._follow(sql)
            elapsed = (time.perf_counter() - began) * 1000
            if columns == ("Count",) and len(rows) <= 1 and not _READS.match(sql):
                # DuckDB counts changed rows in a row.
                return Result((), (), False, rows[0][0] if rows else None, elapsed)
            if not columns or (columns == ("Success",) and not rows):
                return Result((), (), False, affected, elapsed)
            return Result(columns, tuple(rows[:limit]), len(rows) > limit, None, elapsed)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open: changes wait for COMMIT or ROLLBACK."""
        connection = self._connection
        if connection is None:
            return False
        told = _told_transaction(connection.driver_connection)
        return self._begun if told is None else told

    def cancel(self) -> None:
        """Stop the statement that runs, if any. Safe from any thread."""
        connection = self._connection
        if connection is None or not self._busy.locked():
            return
        self._cancelled = True
        driver: Any = connection.driver_connection
        for name in ("interrupt", "cancel_safe", "cancel"):
            if hasattr(driver, name):
                with suppress(Exception):
                    getattr(driver, name)()
                return

    def close(self) -> None:
        """Stop what runs and let go of the connection."""
        self.cancel()
        self._forget()

    def _follow(self, sql: str) -> None:
        begins = _BEGINS.match(sql)
        if begins:
            self._begun = begins[1] is None

    def _forget(self) -> None:
        self._begun = False
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
        with suppress(Exception):
            if self._engine is not None:
                self._engine.dispose()
        self._connection = self._engine = None

    def _connect(self) -> PoolProxiedConnection:
        if self._connection is not None:
            return self._connection
        try:
            engine = self._made()
            connection = engine.raw_connection()
            if engine.dialect.name != "duckdb":  # which commits by itself and knows no such setting
                driver: Any = connection.dbapi_connection
                engine.dialect.set_isolation_level(driver, "AUTOCOMMIT")
        except NoSuchModuleError:
            raise DatabaseError(f"no driver for {self.url.drivername}: install one") from None
        except ModuleNotFoundError as error:
            raise DatabaseError(
                f"the driver for {self.url.get_backend_name()} is missing: pip install {error.name}"
            ) from None
        except Exception as error:
            raise DatabaseError(f"cannot connect: {_line(error)}") from None
        self._engine, self._connection = engine, connection
        return connection

    def _made(self) -> Engine:
        if self.url.get_backend_name() == "duckdb" and not self.url.query:
            return sa.create_engine(self.url, creator=partial(_open_duckdb, self.url.database))
        return sa.create_engine(self.url, connect_args=self._arguments())

    def _arguments(self) -> dict[str, Any]:
        backend = self.url.get_backend_name()
        if backend == "sqlite":
            return {"check_same_thread": False, "timeout": 5}
        if backend in ("postgresql", "mysql"):
            return {"connect_timeout": _CONNECT_TIMEOUT_S}
        return {}


def _told_transaction(driver: Any) -> bool | None:
    """What the driver itself knows of an open transaction, None where it does not say."""
    told = getattr(driver, "in_transaction", None)  # sqlite3
    if isinstance(told, bool):
        return told
    status = getattr(getattr(driver, "info", None), "transaction_status", None)  # psycopg
    if status is not None:
        return int(status) not in (0, 4)  # idle, unknown
    flags = getattr(driver, "server_status", None)  # pymysql
    return bool(flags & 1) if isinstance(flags, int) else None


def _open_duckdb(database: str | None) -> Any:
    """A DuckDB connection without the settings that its SQLAlchemy dialect adds: all connections of
    a process to one file must have the same, and the schema is read over one of its own."""
    import duckdb
    from duckdb_engine import ConnectionWrapper

    last = time.monotonic() + _SCHEMA_READER_S
    while True:
        try:
            return ConnectionWrapper(duckdb.connect(database or ":memory:"))
        except duckdb.ConnectionException:
            # The schema is just being read, for reading only; it will be done soon.
            if time.monotonic() > last:
                raise
            time.sleep(0.1)


def _line(error: BaseException) -> str:
    """The error's own words, without SQLAlchemy's wrapping, on one line."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = [line.strip() for line in str(original).splitlines() if line.strip()]
    # Below the message, drivers repeat the statement with a caret under it.
    kept = [line for line in lines[:3] if not re.match(r"LINE \d+:|\^", line)]
    text = " ".join(kept) or type(original).__name__
    return text if len(text) <= 300 else text[:299] + "…"


def _position(error: BaseException, sql: str) -> int | None:
    """Where in `sql` the error is, by whatever the driver says of it."""
    stated = getattr(getattr(error, "diag", None), "statement_position", None)
    if stated and str(stated).isdigit():
        return min(int(stated) - 1, len(sql))
    message = str(error)
    caret = re.search(r"LINE (\d+): (.*)\n(\s*)\^", message)
    if caret:
        return _under_caret(sql, int(caret[1]), caret[2], len(caret[3]) - len(f"LINE {caret[1]}: "))
    named = re.search(r'near "([^"]+)"|no such (?:column|table|function): "?([^\s"]+)', message)
    if named:
        word = named[1] or named[2]
        places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", sql)]
        if len(places) == 1 or (places and named[2]):
            return places[0]
    return None


def _under_caret(sql: str, line: int, excerpt: str, column: int) -> int | None:
    """DuckDB shows the line, cut at both ends by dots where it is long."""
    lines = sql.split("\n")
    if not 1 <= line <= len(lines) or column < 0:
        return None
    start = sum(len(text) + 1 for text in lines[: line - 1])
    body = excerpt.removeprefix("...")
    offset = lines[line - 1].find(body.removesuffix("..."))
    if offset < 0:
        return None
    column = column - (len(excerpt) - len(body)) + offset
    return start + column if 0 <= column <= len(lines[line - 1]) else None
