"""Schemas as JSON, on disk, and through the one door to all of them."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcomplete.schema import (
    Column,
    ForeignKey,
    Schema,
    SchemaError,
    Table,
    cached_schema,
    forget,
    load_schema,
    refresh,
    refresh_in_background,
    schema_from_json,
    schema_to_json,
)
from sqlcomplete.schema.cache import cache_folder
from sqlcomplete.schema.open import migration_files, without_down

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
# A dot in a name would read as a namespace's where none is given.
BARE = TEXT.filter(lambda t: "." not in t)
COLUMNS = st.builds(
    Column,
    TEXT,
    st.none() | TEXT,
    st.booleans(),
    st.none() | TEXT,
    st.none() | TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
)
KEYS = st.builds(
    lambda columns, table, namespace: ForeignKey(columns, table, columns, namespace),
    st.lists(TEXT, min_size=1, max_size=2).map(tuple),
    BARE,
    st.none() | st.just("elsewhere"),
)
TABLES = st.builds(
    Table,
    BARE,
    st.lists(COLUMNS, max_size=4).map(tuple),
    st.none() | BARE,
    st.sampled_from(["table", "view"]),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(KEYS, max_size=2).map(tuple),
    st.lists(st.lists(TEXT, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    st.none() | TEXT,
)
SCHEMAS = st.builds(
    Schema,
    st.sampled_from(["", "postgres", "mysql"]),
    st.lists(TABLES, max_size=3).map(tuple),
    st.just("public"),
)


@settings(max_examples=80, deadline=None)
@given(SCHEMAS)
def test_json_comes_back_as_it_went(schema: Schema) -> None:
    assert schema_from_json(json.loads(json.dumps(schema_to_json(schema)))) == schema


def test_the_documents_of_corpora() -> None:
    schema = schema_from_json(
        {
            "db_id": "shop",
            "dialect": "postgres",
            "tables": [
                {
                    "name": "app.orders",
                    "columns": [
                        {"name": "id", "type": "INT", "description": None},
                        {"name": "who", "type": None, "description": "the customer"},
                        {"name": "", "type": "TEXT", "description": None},
                    ],
                    "primary_key": ["id"],
                    "foreign_keys": [
                        {"columns": ["who"], "ref_table": "app.people", "ref_columns": ["id"]},
                        {"columns": ["id"], "ref_table": "public.x", "ref_columns": ["id"]},
                    ],
                }
            ],
        }
    )
    (orders,) = schema.tables
    assert (orders.namespace, orders.name) == ("app", "orders")
    assert orders.columns == (Column("id", "INT"), Column("who", comment="the customer"))
    assert orders.foreign_keys == (
        ForeignKey(("who",), "people", ("id",)),
        ForeignKey(("id",), "x", ("id",), "public"),
    )
    assert schema.default_namespace == "public"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "is an object"),
        ({}, '"tables" must be a list'),
        ({"tables": {}}, '"tables" must be a list'),
        ({"tables": [1]}, r"tables\[0\]: expected an object"),
        ({"tables": [{"columns": []}]}, r'tables\[0\]: "name" is missing'),
        ({"tables": [{"name": "t", "columns": [{}]}]}, r'columns\[0\]: "name" is missing'),
        ({"tables": [{"name": "t", "primary_key": [1]}]}, "list of strings"),
        ({"tables": [{"name": "t", "foreign_keys": [{}]}]}, '"ref_table" is missing'),
        ({"dialect": "klingon", "tables": []}, "unknown dialect"),
        ({"dialect": 5, "tables": []}, '"dialect" must be a string'),
    ],
)
def test_other_documents_are_refused(document: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        schema_from_json(document)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    alter(path, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    return path


def alter(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_a_schema_is_kept_by_connection(shop: Path) -> None:
    assert cached_schema(str(shop)) is None
    schema = refresh(str(shop))
    assert cached_schema(str(shop)) == schema
    assert cached_schema(f"sqlite:///{shop}") == schema  # the same database by another spelling
    assert cached_schema(str(shop), max_age=60) == schema
    assert cached_schema(str(shop), max_age=-1) is None
    assert cached_schema(f"sqlite:///{shop}x") is None
    (file,) = cache_folder().iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert forget(str(shop))
    assert cached_schema(str(shop)) is None
    assert not forget(str(shop))


def test_the_cache_knows_no_password(shop: Path) -> None:
    schema = refresh(str(shop))
    (file,) = cache_folder().iterdir()
    document = json.loads(file.read_text())
    plain, hushed = "postgresql://me@host/db", "postgresql://me:hush@host/db?sslpassword=hush"
    from sqlcomplete.schema.cache import _place

    place, source = _place(hushed)
    assert (place, source) == _place(plain)
    assert "hush" not in source
    place.write_text(json.dumps({**document, "source": source}))
    assert cached_schema(plain) == schema


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", '{"format": 0}', "\x00", '{"format": 1, "source": 1}', "[" * 100_000],
)
def test_a_damaged_cache_is_none(shop: Path, damaged: str) -> None:
    schema = refresh(str(shop))
    (file,) = cache_folder().iterdir()
    file.write_text(damaged)
    assert cached_schema(str(shop)) is None
    assert refresh(str(shop)) == schema
    assert cached_schema(str(shop)) == schema


def test_a_cache_that_cannot_be_written_is_no_error(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SQLCOMPLETE_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert len(refresh(str(shop)).tables) == 1
    assert cached_schema(str(shop)) is None


def test_a_change_is_told_once(shop: Path) -> None:
    told: list[Schema] = []
    refresh(str(shop))
    refresh_in_background(str(shop), told.append).join(30)
    assert told == []
    alter(shop, "ALTER TABLE orders ADD COLUMN total REAL")
    refresh_in_background(str(shop), told.append).join(30)
    refresh_in_background(str(shop), told.append).join(30)
    (schema,) = told
    assert [c.name for c in schema.tables[0].columns] == ["id", "total"]


def test_a_background_failure_is_told() -> None:
    errors: list[SchemaError] = []
    done = threading.Event()
    thread = refresh_in_background(
        "sqlite:////no/such.db", lambda _: done.set(), on_error=errors.append
    )
    thread.join(30)
    assert not done.is_set()
    assert "no such file" in str(errors[0])


def names(schema: Schema) -> dict[str, list[str]]:
    return {t.name: [c.name for c in t.columns] for t in schema.tables}


def test_one_door_to_a_database(shop: Path) -> None:
    for source in (str(shop), f"sqlite:///{shop}"):
        schema = load_schema(source)
        assert (schema.dialect, names(schema)) == ("sqlite", {"orders": ["id"]})
        assert cached_schema(source) == schema
    assert load_schema(str(shop), "duckdb").dialect == "duckdb"


@pytest.mark.parametrize(
    ("ddl", "dialect"),
    [
        ("CREATE TABLE t (id BIGSERIAL);", "postgres"),
        ("CREATE TABLE `t` (\n  `id` int AUTO_INCREMENT\n) ENGINE=InnoDB;", "mysql"),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);", "sqlite"),
        ("CREATE TABLE [dbo].[t] ([id] int);\nGO\n", "tsql"),
        ("CREATE TABLE t (id UInt8) ENGINE = MergeTree ORDER BY id;", "clickhouse"),
        ("CREATE TABLE t (id int);", ""),
    ],
)
def test_one_door_to_ddl(tmp_path: Path, ddl: str, dialect: str) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(ddl)
    schema = load_schema(str(path))
    assert (schema.dialect, names(schema)) == (dialect, {"t": ["id"]})
    assert load_schema(str(path), dialect or "snowflake").dialect == (dialect or "snowflake")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_ddl_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "schema.sql"
    path.write_bytes("CREATE TABLE café (id int);".encode(encoding))
    assert names(load_schema(str(path), "tsql")) == {"café": ["id"]}


def test_one_door_to_migrations(tmp_path: Path) -> None:
    files = {
        "1_a.up.sql": "CREATE TABLE a (id int);",
        "1_a.down.sql": "DROP TABLE a;",
        "2_b.sql": "-- +goose Up\nALTER TABLE a ADD b int;\n-- +goose Down\nDROP TABLE a;\n",
        "10_c.sql": "-- migrate:up\nALTER TABLE a RENAME b TO c;\n-- migrate:down\nDROP TABLE a;",
        "11_d/up.sql": "ALTER TABLE a ADD d int",
        "11_d/down.sql": "DROP TABLE a;",
        "12_e/migration.sql": "ALTER TABLE a ADD e int;",
        ".hidden/x.sql": "DROP TABLE a;",
        "notes.txt": "DROP TABLE a;",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert names(load_schema(str(tmp_path))) == {"a": ["id", "c", "d", "e"]}


def test_flyway_order(tmp_path: Path) -> None:
    for name in (
        "V10__x.sql",
        "V2__x.sql",
        "V1.1__x.sql",
        "R__views.sql",
        "U2__x.sql",
        "V1__x.sql",
    ):
        (tmp_path / name).write_text("")
    assert [f.name for f in migration_files(tmp_path)] == [
        "V1__x.sql",
        "V1.1__x.sql",
        "V2__x.sql",
        "V10__x.sql",
        "R__views.sql",
    ]


def test_undoing_parts_keep_the_lines_numbers() -> None:
    text = "-- +goose Up\na;\n-- +goose Down\nb;\n-- +goose Up\nc;\n"
    assert [line.strip() for line in without_down(text).split("\n")] == [
        "-- +goose Up",
        "a;",
        "",
        "",
        "-- +goose Up",
        "c;",
        "",
    ]


def test_a_bad_migration_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("\nCREATE TABLE;")
    with pytest.raises(SchemaError, match=r"1\.sql: line 2"):
        load_schema(str(tmp_path))


def test_one_door_to_json(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"dialect": "mysql", "tables": [{"name": "t", "columns": [{"name": "a"}]}]}')
    assert names(load_schema(str(path))) == {"t": ["a"]}
    path.write_text('{"tables": [\n}')
    with pytest.raises(SchemaError, match=r"schema\.json: line 2: this is not JSON"):
        load_schema(str(path))


def test_what_is_no_schema(tmp_path: Path) -> None:
    (tmp_path / "binary.sql").write_bytes(bytes(range(256)))
    (tmp_path / "empty").mkdir()
    for source, message in [
        (str(tmp_path / "binary.sql"), "binary file"),
        (str(tmp_path / "empty"), r"no \.sql file"),
        (str(tmp_path / "missing.sql"), "neither a database URL nor a file"),
        ("x" * 5000, "cannot read|neither"),
        ("bad\x00name", "cannot read|neither"),
    ]:
        with pytest.raises(SchemaError, match=message) as caught:
            load_schema(source)
        assert "\n" not in str(caught.value)
