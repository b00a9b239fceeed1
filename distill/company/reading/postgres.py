"""PostgreSQL's log: stderr's format whatever its prefix, csvlog and jsonlog."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator

from distill.company.entry import LogEntry, Unread
from distill.company.reading.moments import moment
from distill.company.reading.scripts import LONGEST

_LINE = re.compile(
    r"^(?P<prefix>.{0,300}?)\b(?P<level>LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DETAIL|HINT"
    r"|CONTEXT|STATEMENT|QUERY|LOCATION|DEBUG\d?):  (?P<rest>.*)$",
    re.DOTALL,
)
_STATEMENT = re.compile(
    r"(?:duration: [\d.]+ ms  ?)?(?:statement|execute (?:<unnamed>|[^:]*)): (?P<sql>.*)", re.DOTALL
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:UTC|GMT|[+-]\d\d(?::\d\d)?))?")
_USER = re.compile(r"user=(?P<named>[^,\s]+)|(?P<at>[\w.-]+)@[\w.-]+")
# csvlog's columns, by place, since version 9.
_CSV_TIME, _CSV_USER, _CSV_LEVEL, _CSV_MESSAGE = 0, 1, 11, 13


def read_stderr(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """A line that goes on begins with a tab. Parameters (DETAIL) are not read at all."""
    parts: list[str] = []
    size = 0
    time: float | None = None
    user: str | None = None
    for line in lines:
        if line[:1] == "\t":
            if parts and size <= LONGEST:
                parts.append(line[1:])
                size += len(line)
            continue
        if parts:
            yield _whole(parts, size, time, user)
            parts = []
        found = _LINE.match(line)
        if found is None:
            continue
        if found["level"] == "STATEMENT":
            yield Unread("a query that failed")
        if found["level"] != "LOG":
            continue
        statement = _STATEMENT.match(found["rest"])
        if statement is None:
            continue
        parts, size = [statement["sql"]], len(statement["sql"])
        at, by = _TIME.search(found["prefix"]), _USER.search(found["prefix"])
        time = moment(at.group()) if at else None
        user = (by["named"] or by["at"]) if by else None
    if parts:
        yield _whole(parts, size, time, user)


def _whole(parts: list[str], size: int, time: float | None, user: str | None) -> LogEntry | Unread:
    if size > LONGEST:
        return Unread(f"longer than {LONGEST} characters")
    return LogEntry("".join(parts), time, 1.0, user)


def read_csvlog(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """csvlog: a table without a header, statements among its messages."""
    csv.field_size_limit(min(sys.maxsize, 10_000_000))
    rows = csv.reader(iter(lines))
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unread(f"not CSV: {error}")
            continue
        if len(row) <= _CSV_MESSAGE:
            continue
        found = _message(row[_CSV_LEVEL], row[_CSV_MESSAGE], row[_CSV_TIME], row[_CSV_USER])
        if found is not None:
            yield found


def read_jsonlog(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """jsonlog, of version 15 on."""
    for line in lines:
        try:
            record = json.loads(line)
            level, message = str(record["error_severity"]), str(record["message"])
        except (ValueError, KeyError, TypeError, RecursionError):
            yield Unread("a line that is not a record of jsonlog")
            continue
        found = _message(level, message, record.get("timestamp"), record.get("user"))
        if found is not None:
            yield found


def _message(
    level: str, message: str, time: str | None, user: str | None
) -> LogEntry | Unread | None:
    if level in ("ERROR", "FATAL", "PANIC"):
        return Unread("a query that failed")
    if level != "LOG":
        return None
    statement = _STATEMENT.match(message)
    if statement is None:
        return None
    return LogEntry(statement["sql"], moment(time), 1.0, user or None)
