"""Logs that are tables: CSV and JSON lines, of whatever product, and the exports of some.

pg_stat_statements, Snowflake's QUERY_HISTORY and BigQuery's INFORMATION_SCHEMA.JOBS differ in the
names of their columns alone.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.reading.moments import moment

QUERY_COLUMNS = (
    "query_text", "query", "sql", "sql_text", "statement", "statement_text", "querytext",
    "normalized_query", "digest_text", "text", "argument", "info",
)  # fmt: skip
_TIMES = (
    "start_time", "creation_time", "query_start", "query_start_time", "event_time", "timestamp",
    "time", "ts", "last_seen", "last_call", "executed_at", "started_at", "created_at", "start",
    "log_time", "date", "end_time", "stats_since",
)  # fmt: skip
_COUNTS = ("calls", "count", "executions", "execution_count", "exec_count", "count_star", "runs")
_USERS = ("user_name", "user_email", "usename", "user", "username", "rolname", "userid")
_FAILED = (
    ("execution_status", ("FAIL", "FAILED_WITH_ERROR", "FAILED_WITH_INCIDENT")),
    ("error_result", None),
    ("error_code", None),
)


@dataclass(frozen=True, slots=True)
class _Columns:
    query: str
    time: str | None
    count: str | None
    user: str | None
    failed: tuple[tuple[str, tuple[str, ...] | None], ...]


def read_csv(
    lines: Iterable[str], *, query_column: str | None = None
) -> Iterator[LogEntry | Unread]:
    """A CSV file with a header; its separator is told by the header.

    Raises: LogError, where no column can be the query's.
    """
    csv.field_size_limit(min(sys.maxsize, 10_000_000))
    source = iter(lines)
    header = next(source, "")
    delimiter = max(",;\t|", key=header.count)
    names = [
        name.strip().strip('"').lstrip("\ufeff")
        for name in next(csv.reader([header], delimiter=delimiter), [])
    ]
    columns = _columns(names, query_column)
    rows = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unread(f"not CSV: {error}")
            continue
        if not row:
            continue
        if len(row) < len(names):
            yield Unread("a row with too few fields")
            continue
        yield _entry(dict(zip(names, row, strict=False)), columns)


def read_jsonl(
    lines: Iterable[str], *, query_column: str | None = None
) -> Iterator[LogEntry | Unread]:
    """JSON, an object a line. Raises: LogError, where no field of the first can be the query's."""
    columns: _Columns | None = None
    for line in lines:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            yield Unread("a line that is not JSON")
            continue
        if not isinstance(record, dict):
            yield Unread("a line that is no JSON object")
            continue
        if columns is None:
            columns = _columns(list(record), query_column)
        yield _entry(record, columns)


def _columns(names: list[str], asked: str | None) -> _Columns:
    low = {name.lower(): name for name in reversed(names)}
    if asked is not None:
        query = low.get(asked.lower())
    else:
        query = next((low[name] for name in QUERY_COLUMNS if name in low), None)
    if query is None:
        shown = ", ".join(names[:30])
        raise LogError(
            f"no column {asked!r} (there are: {shown[:300]})"
            if asked is not None
            else f"which column holds the query? There are: {shown[:300]}; say --query-column NAME"
        )

    def first(known: tuple[str, ...]) -> str | None:
        return next((low[name] for name in known if name in low and low[name] != query), None)

    failed = tuple((low[name], values) for name, values in _FAILED if name in low)
    return _Columns(query, first(_TIMES), first(_COUNTS), first(_USERS), failed)


def _entry(record: Mapping[str, Any], columns: _Columns) -> LogEntry | Unread:
    text = record.get(columns.query)
    if not isinstance(text, str) or not text.strip():
        return Unread("a row without a query")
    for name, values in columns.failed:
        said = record.get(name)
        if said in (None, "", "null", "{}"):
            continue
        if values is None or str(said).upper() in values:
            return Unread("a query that failed")
    time = moment(record.get(columns.time)) if columns.time else None
    return LogEntry(
        text,
        time,
        _count(record.get(columns.count or "")),
        _user(record, columns),
        running_total=columns.count is not None and columns.time is None,
    )


def _count(value: Any) -> float:
    try:
        return max(1.0, float(value))
    except (TypeError, ValueError):
        return 1.0


def _user(record: Mapping[str, Any], columns: _Columns) -> str | None:
    value = record.get(columns.user) if columns.user else None
    return None if value in (None, "") else str(value)
