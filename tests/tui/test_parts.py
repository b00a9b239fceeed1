"""The pieces under the screen: targets, databases, statements, colours, folding."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from sqlcomplete.syntax.lex import lex
from tui.demo.load import make_shop
from tui.demo.tour import STOPS
from tui.editing.folding import fold
from tui.editing.highlight import highlights
from tui.runner.database import Database, DatabaseError
from tui.runner.statement import place, statement_to_run, unfiltered_write
from tui.runner.target import TargetError, find_target


def test_a_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "no_suffix")
    assert find_target(str(shop)).dialect == "sqlite"
    ddl = tmp_path / "looks_like.db"
    ddl.write_text("CREATE TABLE t (a INT)")
    assert find_target(str(ddl)).url is None


def test_duckdb_files_open_and_run(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("duckdb_engine")
    path = tmp_path / "a.duckdb"
    duckdb.connect(str(path)).close()
    target = find_target(str(path))
    assert target.dialect == "duckdb" and target.url is not None
    database = Database(target.url)
    try:
        assert database.run("CREATE TABLE t (a INT)").columns == ()
        assert database.run("INSERT INTO t VALUES (1), (2)").affected == 2
        assert database.run("SELECT a FROM t ORDER BY a").rows == ((1,), (2,))
        with pytest.raises(DatabaseError) as caught:
            database.run("SELECT a\nFROM t\nWHERE zz = 1")
        assert caught.value.position == 22
    finally:
        database.close()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.db", "no such file"),
        ("sqlite:///nowhere.db", "no such file"),
        ("://", "not a database URL"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line(
    source: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetError) as caught:
        find_target(source)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_driver_that_is_missing_is_named() -> None:
    with pytest.raises(DatabaseError, match="no driver for nosuch"):
        Database(make_url("nosuch://x")).run("SELECT 1")


def test_signs_that_drivers_take_for_parameters_are_left_alone(tmp_path: Path) -> None:
    database = Database(make_url(f"sqlite:///{tmp_path / 'x.db'}"))
    assert database.run("SELECT '100%s :name ?'").rows == (("100%s :name ?",),)
    database.close()


def test_every_statement_commits_itself(shop: Path) -> None:
    database = Database(make_url(f"sqlite:///{shop}"))
    database.run("UPDATE products SET name = 'x' WHERE id = 1")
    with sqlite3.connect(shop) as other:
        assert other.execute("SELECT name FROM products WHERE id = 1").fetchone() == ("x",)
    other.close()
    database.close()


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("UPDATE t SET a = 1", "UPDATE"),
        ("delete from t", "DELETE"),
        ("WITH x AS (SELECT 1 WHERE 1 = 1) DELETE FROM t", "DELETE"),
        ("UPDATE t SET a = (SELECT b FROM u WHERE u.id = 1)", "UPDATE"),
        ("UPDATE t SET a = 1 WHERE b = 2", None),
        ("SELECT 'DELETE FROM t'", None),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", None),
        ("CREATE TRIGGER x AFTER UPDATE ON t BEGIN SELECT 1; END", None),
        ("-- WHERE\nDELETE FROM t", "DELETE"),
    ],
)
def test_writes_without_a_filter_are_recognised(sql: str, verb: str | None) -> None:
    statement = statement_to_run(sql, 0, "sqlite")
    assert statement is not None
    assert unfiltered_write(statement) == verb


@given(st.text(alphabet="SELECT fromt1;'\"-/*\n(),$", max_size=60), st.data())
def test_the_statement_to_run_is_a_piece_of_the_text(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    found = statement_to_run(text, cursor, "sqlite")
    if found is None:
        assert all(t.text == ";" or t.kind == "comment" for t in lex(text, "sqlite"))
    else:
        assert found.tokens
        assert text[found.start : found.end].strip()


def test_a_place_counts_lines_and_columns_from_one() -> None:
    assert place("a\nbc", 0) == "line 1, column 1"
    assert place("a\nbc", 3) == "line 2, column 2"


@given(st.text(alphabet="SELECT ä日'\"-/*\n\r(),$:x1", max_size=80))
def test_colours_stay_inside_their_lines(text: str) -> None:
    text = text.replace("\r", "")
    lines = text.split("\n")
    for row, spans in highlights(text, "postgres").items():
        size = len(lines[row].encode())
        for start, end, _ in spans:
            assert end is not None
            assert 0 <= start < end <= size
            lines[row].encode()[start:end].decode()


def test_strings_and_comments_over_several_lines_are_coloured_whole() -> None:
    found = highlights("SELECT 'a\nb' /* c\nd */ FROM t.select", "")
    assert found[0] == [(0, 6, "keyword"), (7, 9, "string")]
    assert found[1] == [(0, 2, "string"), (3, 7, "comment")]
    assert found[2] == [(0, 4, "comment"), (5, 9, "keyword")]


@given(st.text(alphabet="ab 日\n", max_size=80), st.integers(0, 12), st.integers(8, 20))
def test_folding_loses_no_letter_and_no_line_is_too_wide(ghost: str, first: int, room: int) -> None:
    from rich.cells import cell_len

    lines = fold(ghost, first, room)
    letters = "".join(lines).replace("↪", "").replace(" ", "")
    assert letters == ghost.replace("\n", "").replace(" ", "")
    assert cell_len(lines[0]) <= max(first, 0)
    assert all(cell_len(line) <= room for line in lines[1:])


def test_the_tour_marks_one_caret_a_stop() -> None:
    assert len(STOPS) >= 10
    assert all(stop.text.count("|") == 1 for stop in STOPS)


def test_the_demo_is_the_same_every_time_and_whole(tmp_path: Path) -> None:
    dumps = []
    for name in ("a", "b"):
        connection = sqlite3.connect(make_shop(tmp_path / name))
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        dumps.append(list(connection.iterdump()))
        connection.close()
    assert dumps[0] == dumps[1]
