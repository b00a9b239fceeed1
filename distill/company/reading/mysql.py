"""MySQL's general and slow logs (MariaDB's too)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from distill.company.entry import LogEntry, Unread
from distill.company.reading.moments import moment
from distill.company.reading.scripts import LONGEST

_RECORD = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\d{6} +[\d:]+)?\s+(?P<id>\d+) "
    r"(?P<command>Query|Execute|Prepare|Connect|Quit|Init DB|Close stmt|Statistics|Field List"
    r"|Change user|Ping|Reset stmt|Fetch|Long Data|Binlog Dump\w*|Refresh|Debug|Daemon|Sleep"
    r"|Register Slave|Kill|Reset Connection)\b\t?(?P<argument>.*)$",
    re.DOTALL,
)
_HEADER = re.compile(r".*, Version: .* started with:|Tcp port: |Time +Id +Command")
_CONNECT = re.compile(r"(?P<user>[^@\s]*)@")
_SLOW_TIME = re.compile(r"# Time: (?P<time>\S+)")
_SLOW_SET = re.compile(r"SET timestamp=(?P<time>\d+);", re.IGNORECASE)
_SLOW_USER = re.compile(r"# User@Host: (?P<user>[^\[\s]*)")


def read_general(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """The general log: a record goes on until the next one's head."""
    users: dict[str, str] = {}
    parts: list[str] = []
    size = 0
    time: float | None = None
    last: float | None = None
    user: str | None = None
    for line in lines:
        found = _RECORD.match(line)
        if found is None:
            if _HEADER.match(line):
                continue
            if parts and size <= LONGEST:
                parts.append(line)
                size += len(line)
            continue
        if parts:
            yield _whole(parts, size, time, user)
            parts = []
        if found["time"]:
            last = moment(_dated(found["time"]))
        connection = found["id"]
        if found["command"] == "Connect":
            named = _CONNECT.match(found["argument"])
            if named and len(users) < 100_000:
                users[connection] = named["user"]
        elif found["command"] == "Quit":
            users.pop(connection, None)
        elif found["command"] in ("Query", "Execute"):
            parts, size = [found["argument"]], len(found["argument"])
            time, user = last, users.get(connection)
    if parts:
        yield _whole(parts, size, time, user)


def _dated(text: str) -> str:
    """A time of version 5.6 and before, `240131  7:05:09`, in the later form."""
    if "T" in text:
        return text
    day, _, clock = text.partition(" ")
    return f"20{day[:2]}-{day[2:4]}-{day[4:]} {clock.strip().rjust(8, '0')}"


def read_slow(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """The slow log: heads in comments, then the statement with its semicolon."""
    parts: list[str] = []
    size = 0
    time: float | None = None
    user: str | None = None
    for line in lines:
        if line.startswith("#"):
            at, by = _SLOW_TIME.match(line), _SLOW_USER.match(line)
            if at:
                time = moment(at["time"]) or time
            if by:
                user = by["user"] or None
            continue
        stamp = _SLOW_SET.match(line)
        if stamp:
            time = moment(stamp["time"])
            continue
        if _HEADER.match(line) or (not parts and re.match(r"use \S+;\s*$", line, re.IGNORECASE)):
            continue
        if size <= LONGEST:
            parts.append(line)
            size += len(line)
        if line.rstrip().endswith(";"):
            yield _whole(parts, size, time, user)
            parts, size = [], 0
    if parts and "".join(parts).strip():
        yield _whole(parts, size, time, user)


def _whole(parts: list[str], size: int, time: float | None, user: str | None) -> LogEntry | Unread:
    if size > LONGEST:
        return Unread(f"longer than {LONGEST} characters")
    return LogEntry("".join(parts), time, 1.0, user)
