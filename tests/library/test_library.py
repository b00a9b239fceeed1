"""One call gives a completion; `load_schema` reads every kind of source."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sqlcomplete
from sqlcomplete import library
from sqlcomplete.schema import schema_to_json

DDL = "CREATE TABLE customers (id int PRIMARY KEY, name text);"


@pytest.fixture(autouse=True)
def _no_kept_completers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_kept", [])


def _tables(schema: sqlcomplete.Schema) -> list[str]:
    return [table.name for table in schema.tables]


def test_a_schema_of_ddl_text() -> None:
    schema = sqlcomplete.load_schema("-- the shop\n/* of */ " + DDL, "postgresql")
    assert _tables(schema) == ["customers"]
    assert schema.dialect == "postgres"


def test_the_undoing_part_of_a_migration_s_text_is_left_out() -> None:
    schema = sqlcomplete.load_schema(
        f"-- migrate:up\n{DDL}\n-- migrate:down\nDROP TABLE customers;"
    )
    assert _tables(schema) == ["customers"]


def test_a_schema_of_files(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text(DDL)
    assert _tables(sqlcomplete.load_schema(file)) == ["customers"]
    assert _tables(sqlcomplete.load_schema(str(file))) == ["customers"]
    (tmp_path / "2.sql").write_text("CREATE TABLE orders (id int);")
    assert sorted(_tables(sqlcomplete.load_schema(tmp_path))) == ["customers", "orders"]


def test_a_schema_of_json(tmp_path: Path) -> None:
    schema = sqlcomplete.load_schema(DDL, "mysql")
    document = schema_to_json(schema)
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(document))
    for source in (document, json.dumps(document), file):
        assert sqlcomplete.load_schema(source) == schema
    assert sqlcomplete.load_schema(document, "postgres").dialect == "postgres"


def test_a_schema_of_a_database(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(DDL)
    for source in (file, f"sqlite:///{file}"):
        schema = sqlcomplete.load_schema(source)
        assert _tables(schema) == ["customers"]
        assert schema.dialect == "sqlite"


def test_a_file_goes_before_text_of_the_same_spelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("create tables.sql").write_text(DDL)
    assert _tables(sqlcomplete.load_schema("create tables.sql")) == ["customers"]


@pytest.mark.parametrize(
    "source", ["no-such-file.sql", '{"tables": ', "CREATE nothing", "", "x" * 5000, "a\x00b"]
)
def test_a_bad_source_is_an_error_of_one_line(source: str) -> None:
    with pytest.raises(sqlcomplete.SqlcompleteError) as raised:
        sqlcomplete.load_schema(source)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_many_comments_before_no_ddl_are_read_at_once() -> None:
    with pytest.raises(sqlcomplete.SqlcompleteError):
        sqlcomplete.load_schema("/* a */ " * 40 + "nothing")


def test_an_unknown_dialect_is_an_error() -> None:
    with pytest.raises(sqlcomplete.SqlcompleteError, match="did you mean 'postgres'"):
        sqlcomplete.complete("SELECT ", dialect="postgrse", model=None)


def test_one_call_completes() -> None:
    completion = sqlcomplete.complete(
        "SELECT  FROM customers", 7, schema=DDL, dialect="postgres", model=None
    )
    assert "name" in [item.insert for item in completion.items]


def test_the_cursor_is_the_text_s_end_where_none_is_given() -> None:
    completion = sqlcomplete.complete("SELECT * FROM cust", schema=DDL, model=None)
    assert completion.items[0].insert == "customers"
    assert completion.items[0].replace == (14, 18)


def test_one_call_completes_without_a_schema() -> None:
    completion = sqlcomplete.complete("SEL", model=None)
    assert [item.insert.strip() for item in completion.items[:1]] == ["SELECT"]


def test_the_dialect_goes_before_the_schema_s_own() -> None:
    schema = sqlcomplete.load_schema('CREATE TABLE "Odd name" (id int)', "postgres")
    completion = sqlcomplete.complete(
        "SELECT * FROM Od", schema=schema, dialect="mysql", model=None
    )
    assert completion.items[0].insert == "`Odd name`"


def test_options_reach_the_completer() -> None:
    completion = sqlcomplete.complete("SELECT ", schema=DDL, model=None, max_items=2)
    assert len(completion.items) == 2


def test_a_cursor_outside_the_text_is_an_error() -> None:
    with pytest.raises(sqlcomplete.SqlcompleteError, match="cursor 9 is outside"):
        sqlcomplete.complete("SELECT ", 9, model=None)


def test_an_equal_schema_keeps_its_completer(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[sqlcomplete.Schema] = []

    class Counting(sqlcomplete.Completer):
        def __init__(self, schema: sqlcomplete.Schema, **options: object) -> None:
            made.append(schema)
            super().__init__(schema, model=None)

    monkeypatch.setattr(library, "Completer", Counting)
    for _ in range(3):
        sqlcomplete.complete("SELECT ", schema=DDL, model=None)
    assert len(made) == 1
    sqlcomplete.complete("SELECT ", schema=DDL, dialect="mysql", model=None)
    assert len(made) == 2
    for count in range(20):
        sqlcomplete.complete("SELECT ", schema=f"CREATE TABLE t{count} (a int)", model=None)
    assert len(library._kept) == 8


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    for table in ("customers", "custodians"):
        file.write_text(f"CREATE TABLE {table} (id int)")
        completion = sqlcomplete.complete("SELECT * FROM cust", schema=file, model=None)
        assert completion.items[0].insert == table


def test_a_database_is_read_once_in_five_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(DDL)
    url = f"sqlite:///{file}"
    sqlcomplete.complete("SELECT * FROM ", schema=url, model=None)
    file.unlink()
    completion = sqlcomplete.complete("SELECT * FROM cust", schema=url, model=None)
    assert completion.items[0].insert == "customers"


@pytest.mark.parametrize("text", ["EXPLAIN ana", "SHOW TABLES; SELECT ", "GRANT SELECT ON cust"])
def test_nothing_is_logged_while_one_types(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Python prints a warning that nobody handles, and it would be drawn over a prompt."""
    for cursor in range(len(text) + 1):
        sqlcomplete.complete(text[:cursor], schema=DDL, dialect="postgres", model=None)
    assert not caplog.records
