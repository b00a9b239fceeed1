"""`sqlcomplete schema` on real sources."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from invoking import Here

DDL = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER REFERENCES customers (id),
    state TEXT CHECK (state IN ('open', 'paid'))
);
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(DDL)
    return path


def test_a_database_is_drawn(here: Here, shop: Path) -> None:
    ended = here("schema", "show", f"sqlite:///{shop}")
    assert ended.code == 0
    lines = [line.rstrip() for line in ended.out.splitlines()]
    assert lines[0] == "2 tables, 5 columns, sqlite"
    assert "orders" in lines
    assert any(
        line.split() == ["customer_id", "INTEGER", "->", "customers", "(id)"] for line in lines
    )
    assert any("one of open, paid" in line for line in lines)


def test_its_json_is_a_source_again(here: Here, shop: Path, tmp_path: Path) -> None:
    printed = here("schema", "show", str(shop), "--json").out
    copy = tmp_path / "copy.json"
    copy.write_text(printed, encoding="utf-8")
    assert here("schema", "show", str(copy), "--json").out == printed


def test_ddl_files_and_dialects(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "shop.sql"
    path.write_text(DDL, encoding="utf-8")
    document = json.loads(here("schema", "show", str(path), "--dialect", "pg", "--json").out)
    assert document["dialect"] == "postgres"
    wrong = here("schema", "show", str(path), "--dialect", "postgers")
    assert wrong.code == 2
    assert wrong.err == ("sqlcomplete: unknown dialect 'postgers': did you mean 'postgres'?\n")


def test_refresh_sees_what_changed(here: Here, shop: Path) -> None:
    source = f"sqlite:///{shop}"
    assert here("schema", "refresh", source).out == "2 tables, 5 columns\n"
    with closing(sqlite3.connect(shop)) as database:
        database.execute("CREATE TABLE parts (id INTEGER)")
    counts = json.loads(here("schema", "refresh", source, "--json").out)
    assert counts == {"dialect": "sqlite", "tables": 3, "columns": 6}


@pytest.mark.parametrize(
    "source",
    [
        "no/such/file.sql",
        "nosuch://host/name",
        "postgresql://127.0.0.1:1/shop",
        "sqlite:////no/such/folder/shop.db",
        "://",
        "a\x00b",
        "x" * 5000,
    ],
)
def test_a_source_that_cannot_be_read_ends_in_one_line(here: Here, source: str) -> None:
    ended = here("schema", "show", source)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("sqlcomplete: ")
    assert len(ended.err.splitlines()) == 1
    assert len(ended.err) < 1000


def test_files_that_hold_no_schema_end_in_one_line(here: Here, tmp_path: Path) -> None:
    binary = tmp_path / "binary.sql"
    binary.write_bytes(bytes(range(256)))
    broken = tmp_path / "broken.json"
    broken.write_text('{"tables": 7}', encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for path in (binary, broken, tmp_path / "empty"):
        ended = here("schema", "show", str(path))
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.err.splitlines()) == 1


def test_a_database_that_never_answers_is_given_up(here: Here) -> None:
    pytest.importorskip("psycopg")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()
        ended = here("schema", "show", f"postgresql+psycopg://127.0.0.1:{port}/shop")
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert time.monotonic() - started < 30
