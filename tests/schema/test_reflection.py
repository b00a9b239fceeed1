"""Schemas of real databases: SQLite, DuckDB and PostgreSQL."""

from __future__ import annotations

import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from sqlcomplete.schema import Schema, SchemaError, SchemaIndex, Table, load_schema, schema_from_url

POSTGRES = """
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN app.size AS text CHECK (VALUE IN ('S', 'M', 'L'));
CREATE TABLE customers (
  id bigserial PRIMARY KEY,
  email varchar(200) NOT NULL UNIQUE,
  tags text[],
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE app.orders (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  status text CHECK (status IN ('new', 'paid')),
  feeling app.mood,
  size app.size,
  total numeric(10, 2)
);
CREATE TABLE app.lines (
  order_id int REFERENCES app.orders,
  "Line No" int,
  PRIMARY KEY (order_id, "Line No")
);
CREATE UNIQUE INDEX ON app.orders (customer_id, status);
CREATE UNIQUE INDEX ON app.orders (total) WHERE status = 'paid';
CREATE VIEW app.paid AS SELECT id, total FROM app.orders WHERE status = 'paid';
CREATE MATERIALIZED VIEW app.sums AS SELECT customer_id, sum(total) AS total FROM app.orders
  GROUP BY 1;
COMMENT ON TABLE customers IS 'who buys';
COMMENT ON COLUMN app.orders.total IS 'with VAT';
COMMENT ON VIEW app.paid IS 'money in';
"""


@pytest.fixture(scope="module")
def postgres(postgres_url: str) -> Iterator[Schema]:
    engine = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE reflection")
    url = sqlalchemy.make_url(postgres_url).set(database="reflection")
    shop = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with shop.begin() as connection:
        connection.exec_driver_sql(POSTGRES)
    yield schema_from_url(url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE reflection WITH (FORCE)")
    engine.dispose()


def table(schema: Schema, name: str) -> Table:
    found = SchemaIndex(schema).table(name)
    assert found is not None, name
    return found


def values(schema: Schema, name: str) -> dict[str, tuple[str, ...]]:
    return {c.name: c.values for c in table(schema, name).columns if c.values}


def test_postgres_gives_every_namespace_but_its_own(postgres: Schema) -> None:
    assert postgres.dialect == "postgres"
    assert postgres.default_namespace == "public"
    assert {(t.namespace, t.name) for t in postgres.tables} == {
        ("public", "customers"),
        ("app", "orders"),
        ("app", "lines"),
        ("app", "paid"),
        ("app", "sums"),
    }


def test_postgres_gives_columns_types_and_comments(postgres: Schema) -> None:
    customers = table(postgres, "customers")
    assert [(c.name, c.nullable) for c in customers.columns] == [
        ("id", False),
        ("email", False),
        ("tags", True),
        ("created_at", False),
    ]
    types = {c.name: (c.type or "").upper() for c in customers.columns}
    assert types["id"] == "BIGINT"
    assert types["email"] == "VARCHAR(200)"
    assert types["tags"] == "TEXT[]"
    assert types["created_at"] == "TIMESTAMP WITH TIME ZONE"
    assert customers.comment == "who buys"
    assert customers.unique == (("email",),)
    orders = table(postgres, "orders")
    assert {c.name: c.comment for c in orders.columns}["total"] == "with VAT"
    assert table(postgres, "paid").comment == "money in"


def test_postgres_gives_keys_across_namespaces(postgres: Schema) -> None:
    orders = table(postgres, "orders")
    assert orders.primary_key == ("id",)
    (key,) = orders.foreign_keys
    assert (key.columns, key.ref_table, key.ref_columns) == (("customer_id",), "customers", ("id",))
    assert key.ref_namespace == "public"
    assert orders.unique == (("customer_id", "status"),)  # the partial index makes nothing unique
    lines = table(postgres, "lines")
    assert lines.primary_key == ("order_id", "Line No")
    assert lines.foreign_keys[0].ref_columns == ("id",)
    assert lines.foreign_keys[0].ref_namespace is None


def test_postgres_gives_views_and_known_values(postgres: Schema) -> None:
    assert [c.name for c in table(postgres, "paid").columns] == ["id", "total"]
    assert table(postgres, "paid").kind == table(postgres, "sums").kind == "view"
    assert table(postgres, "orders").kind == "table"
    assert values(postgres, "orders") == {
        "status": ("new", "paid"),
        "feeling": ("sad", "it's ok", "happy"),
        "size": ("S", "M", "L"),
    }


def test_postgres_says_why_it_refuses(postgres_url: str) -> None:
    url = sqlalchemy.make_url(postgres_url).set(username="stranger", password="hush-hush")
    with pytest.raises(SchemaError) as caught:
        schema_from_url(url.render_as_string(hide_password=False))
    message = str(caught.value)
    assert "stranger" in message
    assert "\n" not in message
    assert "hush-hush" not in message


SQLITE = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, note);
CREATE TABLE "order" (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customers,
  state TEXT DEFAULT 'new' CHECK (state IN ('new', 'paid')),
  code TEXT
);
CREATE UNIQUE INDEX by_code ON "order" (code) WHERE code IS NOT NULL;
CREATE VIEW paid AS SELECT o.id AS order_id, c.email FROM "order" o JOIN customers c;
"""


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "a shop.db"
    connection = sqlite3.connect(path)
    connection.executescript(SQLITE)
    connection.close()
    return path


@pytest.mark.parametrize("form", ["url", "path"])
def test_sqlite(sqlite_file: Path, form: str) -> None:
    schema = schema_from_url(f"sqlite:///{sqlite_file}" if form == "url" else str(sqlite_file))
    assert (schema.dialect, schema.default_namespace) == ("sqlite", None)
    assert {(t.namespace, t.name, t.kind) for t in schema.tables} == {
        (None, "customers", "table"),
        (None, "order", "table"),
        (None, "paid", "view"),
    }
    order = table(schema, "order")
    assert order.primary_key == ("id",)
    assert order.unique == ()
    assert order.foreign_keys[0].ref_table == "customers"
    assert SchemaIndex(schema).foreign_keys_from(order)[0][0].ref_columns == ("id",)
    assert values(schema, "order") == {"state": ("new", "paid")}
    assert order.columns[2].default == "'new'"
    assert table(schema, "customers").unique == (("email",),)
    assert [c.name for c in table(schema, "paid").columns] == ["order_id", "email"]


def test_reading_creates_no_sqlite_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no such file"):
        schema_from_url(f"sqlite:///{tmp_path}/typo.db")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_sqlite_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40)
    with pytest.raises(SchemaError, match=r"cannot read sqlite:.*bad\.db") as caught:
        load_schema(str(path))
    assert "\n" not in str(caught.value)


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Path:
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "lake.duckdb"
    connection = duckdb.connect(str(path))
    for statement in (
        "CREATE SCHEMA app",
        "CREATE TYPE mood AS ENUM ('sad', 'happy')",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR NOT NULL UNIQUE, m mood)",
        "CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
        " state VARCHAR CHECK (state IN ('new', 'paid')), parts STRUCT(a INTEGER, b VARCHAR)[])",
        "CREATE TABLE app.log (moment TIMESTAMP DEFAULT now(), text VARCHAR)",
        "CREATE VIEW happy AS SELECT id AS who FROM customers WHERE m = 'happy'",
        "COMMENT ON TABLE customers IS 'who buys'",
        "COMMENT ON COLUMN orders.state IS 'where it is'",
    ):
        connection.execute(statement)
    connection.close()
    return path


@pytest.mark.parametrize("form", ["url", "path"])
def test_duckdb(duckdb_file: Path, form: str) -> None:
    schema = schema_from_url(f"duckdb:///{duckdb_file}" if form == "url" else str(duckdb_file))
    assert (schema.dialect, schema.default_namespace) == ("duckdb", "main")
    assert {(t.namespace, t.name, t.kind) for t in schema.tables} == {
        ("main", "customers", "table"),
        ("main", "orders", "table"),
        ("main", "happy", "view"),
        ("app", "log", "table"),
    }
    orders = table(schema, "orders")
    assert orders.primary_key == ("id",)
    (key,) = orders.foreign_keys
    assert (key.columns, key.ref_table, key.ref_columns) == (("customer_id",), "customers", ("id",))
    assert orders.columns[3].type == "STRUCT(a INTEGER, b VARCHAR)[]"
    assert values(schema, "orders") == {"state": ("new", "paid")}
    assert values(schema, "customers") == {"m": ("sad", "happy")}
    assert table(schema, "customers").unique == (("email",),)
    assert table(schema, "customers").comment == "who buys"
    assert {c.name: c.comment for c in orders.columns}["state"] == "where it is"
    assert [c.name for c in table(schema, "happy").columns] == ["who"]


def test_duckdb_open_elsewhere_in_this_process(duckdb_file: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect(str(duckdb_file))
    connection.execute("CREATE TABLE fresh (a INTEGER)")
    assert SchemaIndex(schema_from_url(str(duckdb_file))).table("fresh") is not None
    connection.close()


def test_a_dead_database_is_one_line() -> None:
    pytest.importorskip("psycopg")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SchemaError, match="cannot read postgresql") as caught:
        schema_from_url(f"postgresql://me:s3cret@127.0.0.1:{port}/shop")
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_never_answers_is_given_up() -> None:
    pytest.importorskip("psycopg")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        keep: list[socket.socket] = []
        threading.Thread(target=lambda: keep.append(silent.accept()[0]), daemon=True).start()
        start = time.monotonic()
        with pytest.raises(SchemaError, match="cannot read postgresql"):
            schema_from_url(
                f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/shop?connect_timeout=2"
            )
        assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("postgresql://me@nowhere/shop", "psycopg", "sqlcomplete[postgres]"),
        ("mysql://me@nowhere/shop", "pymysql", "sqlcomplete[mysql]"),
        ("duckdb:////nowhere.duckdb", "duckdb", "sqlcomplete[duckdb]"),
    ],
)
def test_a_missing_driver_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SchemaError) as caught:
        schema_from_url(url)
    assert extra in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "nosuchdb://me:s3cret@host/x",
        "postgresql://me:s3cret@host:port:port/x",
        "postgresql://me:s3cret@[::bad/x",
        "://s3cret",
        "/no/such/file.db",
        "",
    ],
)
def test_bad_sources_are_one_line(source: str) -> None:
    with pytest.raises(SchemaError) as caught:
        schema_from_url(source)
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value) or source == "://s3cret"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(SchemaError, match="neither a SQLite nor a DuckDB database"):
        schema_from_url(str(path))
