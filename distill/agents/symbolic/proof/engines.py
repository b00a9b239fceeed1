"""SQLite and DuckDB in memory, held to a time, without the file system or the network."""

from __future__ import annotations

import atexit
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from distill.agents.symbolic.families import Family, family
from distill.agents.symbolic.proof.limit import Limit, Watch
from distill.agents.symbolic.proof.rows import TableRows
from distill.agents.symbolic.proof.values import Value
from sqlcomplete.schema.model import Table


class EngineError(Exception):
    """What the engine said of a statement, in a line."""


class OutOfTimeError(EngineError):
    """The statement ran longer than it may."""


@dataclass(frozen=True, slots=True)
class Result:
    """`rows` as the engine gives them; `changed` counts what DML touched, None for a query."""

    rows: tuple[tuple[Any, ...], ...]
    changed: int | None = None


class Session(Protocol):
    """One transaction, undone at its end."""

    def run(self, sql: str) -> Result:
        """Runs one statement. Raises: EngineError, OutOfTimeError."""
        ...


class Engine(Protocol):
    """Opens sessions whose tables hold the rows given."""

    dialect: str

    def session(
        self,
        tables: Sequence[tuple[str, TableRows]],
        unique: Sequence[tuple[str, tuple[str, ...]]],
        limit: Limit,
    ) -> AbstractContextManager[Session]:
        """A context manager that gives a Session.

        Args:
            tables: each with the name it has there
            unique: names of tables, and columns of theirs that are to be unique
            limit: how long all that is run in the session may take
        """
        ...


_FORBIDDEN = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA})


class SqliteEngine:
    """A new database in memory for each session."""

    dialect = "sqlite"

    @contextmanager
    def session(
        self,
        tables: Sequence[tuple[str, TableRows]],
        unique: Sequence[tuple[str, tuple[str, ...]]],
        limit: Limit,
    ) -> Iterator[Session]:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            for name, held in tables:
                connection.execute(_create(name, held.table, _SQLITE_TYPES, unique))
                _fill_sqlite(connection, name, held)
            connection.set_authorizer(
                lambda action, *_: (
                    sqlite3.SQLITE_DENY if action in _FORBIDDEN else sqlite3.SQLITE_OK
                )
            )
            connection.set_progress_handler(limit.spent, 2000)
            yield _SqliteSession(connection, limit)
        except sqlite3.Error as error:
            raise EngineError(_line(error)) from error
        finally:
            connection.close()


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection, limit: Limit) -> None:
        self.connection = connection
        self.limit = limit

    def run(self, sql: str) -> Result:
        try:
            cursor = self.connection.execute(sql)
            rows = tuple(tuple(row) for row in cursor.fetchmany(1000))
        except sqlite3.Error as error:
            if self.limit.spent():
                raise OutOfTimeError("ran out of time") from error
            raise EngineError(_line(error)) from error
        except (OverflowError, ValueError, UnicodeDecodeError) as error:
            raise EngineError(_line(error)) from error
        return Result(rows, cursor.rowcount if cursor.rowcount >= 0 else None)


def _fill_sqlite(connection: sqlite3.Connection, name: str, held: TableRows) -> None:
    columns = [c.name.lower() for c in held.table.columns]
    if not columns:
        return
    marks = ", ".join("?" * len(columns))
    rows = [[_for_sqlite(row.get(c)) for c in columns] for row in held.rows]
    connection.executemany(f"INSERT OR IGNORE INTO {_quoted(name)} VALUES ({marks})", rows)


def _for_sqlite(value: Value) -> str | int | float | None:
    if isinstance(value, list):
        return str(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


_SQLITE_TYPES = {
    "int": "INTEGER", "real": "REAL", "bool": "INTEGER", "blob": "TEXT", "json": "TEXT",
}  # fmt: skip
_DUCKDB_TYPES = {
    "int": "BIGINT", "real": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "time": "TIME",
    "timestamp": "TIMESTAMP", "uuid": "UUID", "json": "JSON", "blob": "BLOB",
    "interval": "INTERVAL",
}  # fmt: skip


def _create(
    name: str,
    table: Table,
    types: dict[str, str],
    unique: Sequence[tuple[str, tuple[str, ...]]],
) -> str:
    lines = []
    for column in table.columns:
        kind = family(column)
        text = types.get(kind.kind, "VARCHAR" if types is _DUCKDB_TYPES else "TEXT")
        if kind.array:
            text = f"{text}[]" if types is _DUCKDB_TYPES else "TEXT"
        lines.append(f"{_quoted(column.name)} {text}")
    for owner, columns in unique:
        if owner == name:
            lines.append(f"UNIQUE ({', '.join(map(_quoted, columns))})")
    if not lines:
        lines.append('"_" INTEGER')
    return f"CREATE TABLE {_quoted(name)} ({', '.join(lines)})"


class DuckdbEngine:
    """One database a thread; a session is a transaction that is rolled back."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self._local = threading.local()
        self._watch = Watch()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None or self._local.process != os.getpid():
            connection = duckdb.connect(
                ":memory:",
                config={
                    "threads": 1,
                    "memory_limit": "512MB",
                    "enable_external_access": "false",
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
            self._local.connection = connection
            self._local.process = os.getpid()
            # A connection that outlives the interpreter is reported as a leak on stderr.
            atexit.register(self._close, connection)
        return connection

    def _close(self, connection: Any) -> None:
        connection.close()
        self._local = threading.local()

    @contextmanager
    def session(
        self,
        tables: Sequence[tuple[str, TableRows]],
        unique: Sequence[tuple[str, tuple[str, ...]]],
        limit: Limit,
    ) -> Iterator[Session]:
        connection = self._connection()
        try:
            connection.execute("BEGIN TRANSACTION")
            text = [_create(name, held.table, _DUCKDB_TYPES, unique) for name, held in tables]
            owners = {owner for owner, _ in unique}
            text += [_filling(name, held, name in owners) for name, held in tables if held.rows]
            if text:
                connection.execute(";".join(text))
            with self._watch.over(limit, connection.interrupt):
                yield _DuckdbSession(connection, limit)
        except duckdb.Error as error:
            raise EngineError(_line(error)) from error
        finally:
            try:
                connection.execute("ROLLBACK")
            except (duckdb.Error, RuntimeError):
                connection.close()
                self._local.connection = None


class _DuckdbSession:
    def __init__(self, connection: Any, limit: Limit) -> None:
        self.connection = connection
        self.limit = limit

    def run(self, sql: str) -> Result:
        try:
            cursor = self.connection.execute(sql)
            described: list[Any] = list(cursor.description or [])
            rows = tuple(tuple(row) for row in cursor.fetchmany(1000))
        except (duckdb.Error, RuntimeError) as error:
            if self.limit.spent():
                raise OutOfTimeError("ran out of time") from error
            raise EngineError(_line(error)) from error
        changed = None
        if len(described) == 1 and described[0][0] == "Count" and len(rows) == 1:
            changed = rows[0][0] if isinstance(rows[0][0], int) else None
        return Result(rows, changed)


def _filling(name: str, held: TableRows, unique: bool) -> str:
    columns = [c.name.lower() for c in held.table.columns]
    kinds = [family(c) for c in held.table.columns]
    rows = ", ".join(
        "(" + ", ".join(_literal(row.get(c), k) for c, k in zip(columns, kinds, strict=True)) + ")"
        for row in held.rows
    )
    return f"INSERT {'OR IGNORE ' if unique else ''}INTO {_quoted(name)} VALUES {rows}"


def _literal(value: Value, kind: Family) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(v, kind) for v in value) + "]"
    return "'" + value.replace("'", "''").replace("\x00", "") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split("\n", 1)[0].split())
    return text[:160] or type(error).__name__
