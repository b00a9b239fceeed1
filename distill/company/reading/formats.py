"""The formats by name, told from a file's first lines where nobody names one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.reading.mysql import read_general, read_slow
from distill.company.reading.opening import head_of, opened
from distill.company.reading.own import read_editor, read_events
from distill.company.reading.postgres import read_csvlog, read_jsonlog, read_stderr
from distill.company.reading.scripts import read_script
from distill.company.reading.tables import QUERY_COLUMNS, read_csv, read_jsonl

Reader = Callable[[Iterable[str]], Iterator[LogEntry | Unread]]

FORMATS: dict[str, str] = {
    "sql": "statements that end in semicolons",
    "csv": "a table with a column of queries (pg_stat_statements, Snowflake, BigQuery)",
    "jsonl": "the same, a JSON object a line",
    "postgres": "PostgreSQL's log, as stderr has it",
    "postgres-csv": "PostgreSQL's csvlog",
    "postgres-json": "PostgreSQL's jsonlog",
    "mysql": "MySQL's general log",
    "mysql-slow": "MySQL's slow log",
    "events": "what the server keeps of suggestions accepted and dismissed",
    "editor": "a saved session of the editor",
}
_READERS: dict[str, Reader] = {
    "sql": read_script,
    "postgres": read_stderr,
    "postgres-csv": read_csvlog,
    "postgres-json": read_jsonlog,
    "mysql": read_general,
    "mysql-slow": read_slow,
    "events": read_events,
    "editor": read_editor,
}
_POSTGRES = re.compile(r"^.{0,300}?\b(?:LOG|ERROR|FATAL|DETAIL|STATEMENT):  ", re.MULTILINE)
_CSVLOG = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:.]+ \w+,[^\n]*,(?:LOG|ERROR|FATAL|WARNING),", re.MULTILINE
)
_GENERAL = re.compile(
    r"^(?:\d{4}-\d\d-\d\dT\S+|\d{6} +[\d:]+)?\s+\d+ (?:Query|Connect|Execute|Prepare|Quit)\b"
    r"|^Time +Id +Command",
    re.MULTILINE,
)
_SLOW = re.compile(r"^# (?:User@Host|Query_time): ", re.MULTILINE)
_SQL = re.compile(
    r"\s*(?:--|/\*|\(|with\b|select\b|insert\b|update\b|delete\b|merge\b|create\b|set\b|begin\b"
    r"|alter\b|drop\b|use\b|copy\b|\{\{|\{%)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file to read, and the format it is read in."""

    path: Path
    format: str


def find_logs(path: Path, format_: str | None = None) -> list[LogFile]:
    """The file itself, or the .sql files below a folder.

    Raises: LogError, where there is nothing to read or its format cannot be told.
    """
    if format_ is not None and format_ not in FORMATS:
        raise LogError(f"no format {format_!r}; choose one of {', '.join(FORMATS)}")
    if path.is_dir():
        files = sorted(
            file
            for file in path.rglob("*.sql")
            if file.is_file() and not any(p.startswith(".") for p in file.relative_to(path).parts)
        )
        if not files:
            raise LogError(f"{path}: no .sql file in it; name the log's file")
        return [LogFile(file, "sql") for file in files]
    if not path.is_file():
        raise LogError(f"{path}: no such file")
    return [LogFile(path, format_ or sniff(path))]


def sniff(path: Path) -> str:
    """The format that the file's beginning shows. Raises: LogError, where none does."""
    head = head_of(path)
    if not head.strip():
        raise LogError(f"{path}: empty")
    first = head.lstrip().split("\n", 1)[0]
    if first.startswith("{"):
        return _json_format(first, head)
    if _CSVLOG.search(head):
        return "postgres-csv"
    if _POSTGRES.search(head):
        return "postgres"
    if _SLOW.search(head):
        return "mysql-slow"
    if _GENERAL.search(head):
        return "mysql"
    if _is_table(first):
        return "csv"
    name = path.name.lower()
    if ".sql" in name or _SQL.match(head):
        return "sql"
    if ".csv" in name or ".tsv" in name:
        return "csv"
    raise LogError(f"{path}: which format is this? Say --format {'|'.join(FORMATS)}")


def _json_format(first: str, head: str) -> str:
    try:
        record = json.loads(first)
    except ValueError:
        return "editor" if '"buffers"' in head else "jsonl"
    if "buffers" in record:
        return "editor"
    if "error_severity" in record and "message" in record:
        return "postgres-json"
    if record.get("type") in ("view", "select", "dismiss"):
        return "events"
    return "jsonl"


def _is_table(first: str) -> bool:
    """Whether a line is a header that names a column of queries."""
    names = [name.strip().strip('"').lower() for name in re.split(r"[,;\t|]", first)]
    return len(names) > 1 and any(name in QUERY_COLUMNS for name in names)


def read_log(log: LogFile, *, query_column: str | None = None) -> Iterator[LogEntry | Unread]:
    """Streams what the file holds. Raises: LogError, with the file's name."""
    reader = _READERS.get(log.format)
    if reader is None:
        table = read_csv if log.format == "csv" else read_jsonl
        reader = partial(table, query_column=query_column)
    with opened(log.path) as text:
        try:
            yield from reader(text)
        except LogError as error:
            raise LogError(f"{log.path}: {error}") from None
