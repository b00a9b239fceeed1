"""Every format is told from its beginning and read as its product writes it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.reading import read_log
from distill.company.reading.formats import find_logs
from distill.company.reading.moments import moment
from distill.company.reading.mysql import read_general, read_slow
from distill.company.reading.own import read_editor, read_events
from distill.company.reading.postgres import read_csvlog, read_jsonlog, read_stderr
from distill.company.reading.scripts import read_script
from distill.company.reading.tables import read_csv, read_jsonl


def read(
    tmp_path: Path, name: str, text: str, query_column: str | None = None
) -> tuple[str, list[LogEntry], list[str]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (log,) = find_logs(path)
    found = list(read_log(log, query_column=query_column))
    entries = [e for e in found if isinstance(e, LogEntry)]
    return log.format, entries, [e.reason for e in found if isinstance(e, Unread)]


def test_a_file_of_sql(tmp_path: Path) -> None:
    text = (
        "-- name: A :one\nSELECT 1; -- it's one\nSELECT 'a;\nb'\n  FROM t;\n"
        "COPY t (a) FROM stdin;\nsecret data;\n\\.\nSELECT 3"
    )
    format_, entries, _ = read(tmp_path, "q.sql", text)
    assert format_ == "sql"
    joined = [" ".join(e.text.split()) for e in entries]
    assert joined[-2].endswith("SELECT 'a; b' FROM t;")
    assert joined[-1] == "SELECT 3"
    assert not any("secret" in text for text in joined)


def test_pg_stat_statements_counts_runs(tmp_path: Path) -> None:
    text = 'userid,dbid,query,calls,total_exec_time\n10,5,"SELECT id\nFROM t WHERE a = $1",41,3.2\n'
    format_, (entry,), _ = read(tmp_path, "pgss.csv", text)
    assert format_ == "csv"
    assert (entry.count, entry.user, entry.running_total) == (41, "10", True)
    assert entry.text == "SELECT id\nFROM t WHERE a = $1"


def test_snowflakes_query_history(tmp_path: Path) -> None:
    text = (
        "QUERY_ID,QUERY_TEXT,USER_NAME,EXECUTION_STATUS,START_TIME\n"
        "1,SELECT 1,ANN,SUCCESS,2024-05-01 10:00:00.000 -0700\n"
        "2,SELECT x,BOB,FAILED_WITH_ERROR,2024-05-01 10:00:01.000 -0700\n"
    )
    _, (entry,), aside = read(tmp_path, "history.csv", text)
    assert entry == LogEntry("SELECT 1", 1714582800.0, 1.0, "ANN")
    assert aside == ["a query that failed"]


def test_bigquerys_jobs_as_json_lines(tmp_path: Path) -> None:
    rows = [
        {"creation_time": "2024-05-01 10:00:00 UTC", "user_email": "a@b.c", "query": "SELECT 1",
         "error_result": None},
        {"creation_time": "2024-05-01 10:00:01 UTC", "query": "SELECT x",
         "error_result": {"reason": "invalidQuery"}},
        {"creation_time": "2024-05-01 10:00:02 UTC", "query": None, "error_result": None},
    ]  # fmt: skip
    text = "\n".join([*(json.dumps(row) for row in rows), "{broken"])
    format_, (entry,), aside = read(tmp_path, "jobs.json", text)
    assert format_ == "jsonl"
    assert (entry.text, entry.time) == ("SELECT 1", 1714557600.0)
    assert aside == ["a query that failed", "a row without a query", "a line that is not JSON"]


def test_a_table_names_its_column_of_queries_or_is_told(tmp_path: Path) -> None:
    _, (entry,), _ = read(tmp_path, "x.csv", "when;what\n2024-01-01;SELECT 1\n", "what")
    assert entry.text == "SELECT 1"
    with pytest.raises(LogError, match=r"x\.csv: which column.*when, what.*--query-column"):
        read(tmp_path, "x.csv", "when;what\n2024-01-01;SELECT 1\n")
    with pytest.raises(LogError, match="no column 'sqls'"):
        read(tmp_path, "x.csv", "when;what\n2024-01-01;SELECT 1\n", "sqls")


def test_postgres_stderr_with_lines_that_go_on(tmp_path: Path) -> None:
    text = (
        "2024-05-01 10:00:00.123 UTC [12] ann@shop LOG:  statement: SELECT id\n"
        "\tFROM t\n\tWHERE a = 'x: LOG:  y'\n"
        "2024-05-01 10:00:01.000 UTC [12] ann@shop LOG:  duration: 0.5 ms  execute <unnamed>: "
        "SELECT b FROM t WHERE c = $1\n"
        "2024-05-01 10:00:01.000 UTC [12] ann@shop DETAIL:  parameters: $1 = 'secret'\n"
        "2024-05-01 10:00:02.000 UTC [12] ann@shop LOG:  duration: 0.1 ms  parse s1: SELECT\n"
        '2024-05-01 10:00:03.000 UTC [12] ann@shop ERROR:  column "z" does not exist\n'
        "2024-05-01 10:00:03.000 UTC [12] ann@shop STATEMENT:  SELECT z\n"
        "2024-05-01 10:00:04.000 UTC [1] LOG:  checkpoint starting: time\n"
    )
    format_, entries, aside = read(tmp_path, "postgresql.log", text)
    assert format_ == "postgres"
    assert [" ".join(e.text.split()) for e in entries] == [
        "SELECT id FROM t WHERE a = 'x: LOG: y'",
        "SELECT b FROM t WHERE c = $1",
    ]
    assert entries[0].time == pytest.approx(1714557600.123)
    assert entries[0].user == "ann"
    assert aside == ["a query that failed"]


def test_postgres_csvlog_and_jsonlog(tmp_path: Path) -> None:
    row = (
        '2024-05-01 10:00:00.000 UTC,"ann","shop",12,"[local]",66.1,1,"SELECT",2024-05-01,3/4,0,'
        'LOG,00000,"statement: SELECT id\nFROM t",,,,,,,,,"psql","client backend",,0\n'
    )
    format_, (entry,), _ = read(tmp_path, "pg.csv", row)
    assert format_ == "postgres-csv"
    assert (entry.text, entry.user) == ("SELECT id\nFROM t", "ann")
    record = {"timestamp": "2024-05-01 10:00:00.000 UTC", "user": "ann", "error_severity": "LOG",
              "message": "execute s1: SELECT 1"}  # fmt: skip
    format_, (entry,), _ = read(tmp_path, "pg.json", json.dumps(record) + "\n")
    assert (format_, entry.text) == ("postgres-json", "SELECT 1")


def test_mysqls_general_log(tmp_path: Path) -> None:
    text = (
        "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306\n"
        "Time                 Id Command    Argument\n"
        "2024-05-01T10:00:00.000000Z\t    8 Connect\tann@localhost on shop using Socket\n"
        "2024-05-01T10:00:01.000000Z\t    8 Query\tSELECT id\nFROM t\n"
        "2024-05-01T10:00:02.000000Z\t    8 Prepare\tSELECT b FROM t WHERE c = ?\n"
        "2024-05-01T10:00:02.000000Z\t    8 Execute\tSELECT b FROM t WHERE c = 7\n"
        "2024-05-01T10:00:03.000000Z\t    8 Quit\t\n"
    )
    format_, entries, _ = read(tmp_path, "general.log", text)
    assert format_ == "mysql"
    assert [e.text.strip() for e in entries] == ["SELECT id\nFROM t", "SELECT b FROM t WHERE c = 7"]
    assert (entries[0].time, entries[0].user) == (1714557601.0, "ann")


def test_mysqls_slow_log(tmp_path: Path) -> None:
    text = (
        "# Time: 2024-05-01T10:00:00.000000Z\n# User@Host: ann[ann] @ localhost []  Id: 8\n"
        "# Query_time: 2.0  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 9\n"
        "use shop;\nSET timestamp=1714557600;\nSELECT id\nFROM t;\n"
    )
    format_, (entry,), _ = read(tmp_path, "slow.log", text)
    assert format_ == "mysql-slow"
    assert (entry.text, entry.time, entry.user) == ("SELECT id\nFROM t;\n", 1714557600.0, "ann")


def test_our_own_events_and_sessions(tmp_path: Path) -> None:
    events = [
        {"type": "view", "id": "1"},
        {"type": "select", "text": "SELECT id FROM t", "time": 1714557600},
        {"type": "dismiss", "id": "2"},
        {"type": "select", "prefix": "SELECT ", "accepted": "b", "suffix": " FROM t"},
    ]
    text = "\n".join(map(json.dumps, events))
    format_, entries, aside = read(tmp_path, "events.jsonl", text)
    assert format_ == "events"
    assert [e.text for e in entries] == ["SELECT id FROM t", "SELECT b FROM t"]
    assert len(aside) == 2
    session = {"buffers": [{"text": "SELECT 1;", "path": None}, {"text": " "}], "active": 0}
    format_, (entry,), _ = read(tmp_path, "session.json", json.dumps(session))
    assert (format_, entry.text) == ("editor", "SELECT 1;")


def test_packed_files_and_folders(tmp_path: Path) -> None:
    packed = tmp_path / "log.sql.gz"
    packed.write_bytes(gzip.compress(b"SELECT 1;\nSELECT 2;\n"))
    (log,) = find_logs(packed)
    assert len(list(read_log(log))) == 2
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(LogError, match="cannot be read"):
        list(read_log(log))
    folder = tmp_path / "queries"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "x.sql").write_text("SELECT 9;")
    (folder / "a.sql").write_text("SELECT 1;")
    assert [log.path.name for log in find_logs(folder)] == ["a.sql"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("e.log", "", "empty"),
        ("x.bin", "what is this\n", "which format"),
        ("none", None, "no such"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(LogError, match=said):
        find_logs(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-05-01 10:00:00", 1714557600.0),
        ("2024-05-01T10:00:00.5Z", 1714557600.5),
        ("2024-05-01 12:00:00+02", 1714557600.0),
        ("2024-05-01 12:00:00 +0200", 1714557600.0),
        ("1714557600", 1714557600.0),
        (1714557600000, 1714557600.0),
        ("1714557600000000", 1714557600.0),
        ("yesterday", None),
        ("2024-13-01 10:00:00", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(text: str | float | None, seconds: float | None) -> None:
    assert moment(text) == seconds


_PIECES = st.sampled_from(
    ["2024-05-01 10:00:00 UTC [1] a@b LOG:  statement: SELECT 1", "\tFROM t", "'", '"', ";", ",",
     "{", '{"query": "SELECT 1"}', "query,calls", "SELECT 'x;", "$$", "/*", "--", "\x00", "\\.",
     "COPY t FROM stdin;", "2024-05-01T10:00:01.0Z\t8 Query\tSELECT 1", "# Time: x", "é", "[]"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.lists(_PIECES, max_size=3).map("".join), max_size=12))
def test_no_text_breaks_a_reader(lines: list[str]) -> None:
    for reader in (read_script, read_stderr, read_csvlog, read_jsonlog, read_general, read_slow,
                   read_events, read_editor, read_csv, read_jsonl):  # fmt: skip
        try:
            found = list(reader(iter(f"{line}\n" for line in lines)))
        except LogError:
            continue  # no column of queries
        assert all(isinstance(one, LogEntry | Unread) for one in found)
