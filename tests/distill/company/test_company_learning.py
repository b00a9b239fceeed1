"""From a schema and logs to a profile: what is kept, mined, reported, and read only once."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from distill.company.commands import train
from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.intake import Intake
from distill.company.learning import Request, learn
from distill.company.log import split_log
from distill.company.mining import mine
from sqlcomplete.completer import Completer
from sqlcomplete.profile import load_profile
from sqlcomplete.schema import schema_from_ddl

DDL = """
CREATE TABLE customers (id int PRIMARY KEY, full_name text, email text, region_code text);
CREATE TABLE orders (id int PRIMARY KEY, buyer int, state text, total numeric, placed_at timestamp);
CREATE TABLE order_lines (order_id int REFERENCES orders (id), line int, sku text);
"""
SCHEMA = schema_from_ddl(DDL, "postgres")
DAY = 86_400.0


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SQLCOMPLETE_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "schema.sql").write_text(DDL)
    return tmp_path / "data"


def taken(*entries: LogEntry | Unread | str, most: int = 1000) -> Intake:
    intake = Intake(SCHEMA, most=most)
    for entry in entries:
        intake.take(LogEntry(entry) if isinstance(entry, str) else entry)
    return intake


def test_repetitions_are_one_statement_with_their_runs_and_times() -> None:
    intake = taken(
        LogEntry("SELECT id FROM orders WHERE id = 17", 100.0, 2, "ann"),
        LogEntry("select id from orders where id = 18 -- again", 50.0, 3, "bob"),
        LogEntry("BEGIN; SELECT id FROM orders WHERE id = 19; COMMIT", 70.0),
    )
    (one,) = intake.statements()
    assert (one.count, one.first_seen, one.last_seen) == (6, 50.0, 100.0)
    assert intake.counts.users == 2
    assert intake.counts.aside["not a query"] == 2


def test_every_statement_that_is_not_kept_is_counted_with_its_reason() -> None:
    counts = taken(
        "SELECT id FROM nowhere",
        "SELECT FROM WHERE orders (((",
        "SELECT id AS k9Xw2pLz7Qr4Tn8Bv1Ms FROM orders",
        Unread("a query that failed"),
        "SELECT id FROM orders WHERE total > 5",
    ).counts
    assert counts.kept == 1
    assert counts.aside["names no table of the schema"] >= 1
    assert counts.aside["a query that failed"] == 1
    assert counts.refused == {"random token": 1}
    assert counts.kept + sum(counts.aside.values()) + sum(counts.refused.values()) == 5


def test_memory_is_bounded_and_what_runs_often_stays() -> None:
    often = "SELECT total FROM orders WHERE id = 5"
    rare = [f"SELECT id AS a{i} FROM orders" for i in range(60)]
    intake = taken(*[often] * 9, *rare, often, most=20)
    statements = intake.statements()
    assert len(statements) <= 20
    assert max(statements, key=lambda s: s.count).count == 10
    assert intake.counts.let_go > 0


def test_mining_finds_joins_filters_and_habits_by_weight() -> None:
    intake = taken(
        *[
            LogEntry(
                "SELECT o.id, o.total FROM orders o JOIN customers c ON c.id = o.buyer "
                f"WHERE o.state = 'x{i}' ORDER BY o.placed_at DESC",
                100 * DAY,
            )
            for i in range(8)
        ],
        LogEntry("SELECT l.sku FROM order_lines l, orders o WHERE l.order_id = o.id", 100 * DAY),
        LogEntry("SELECT email FROM customers WHERE region_code LIKE 'a%'", 10 * DAY),
        LogEntry("INSERT INTO orders (id, buyer, state) VALUES (1, 5, 'n')", 100 * DAY),
        LogEntry("UPDATE orders SET state = 'paid' WHERE id = 3", 100 * DAY),
    )
    profile = mine("shop", SCHEMA, intake.statements(), half_life_days=90)
    first, second = profile.joins
    assert (first.table, first.columns, first.ref_table, first.ref_columns, first.declared) == (
        "orders", ("buyer",), "customers", ("id",), False,
    )  # fmt: skip
    assert (second.table, second.ref_table, second.declared) == ("order_lines", "orders", True)
    assert first.count == 8
    assert first.weight == pytest.approx(4.0)  # 1 + log2(8)
    by_column = {(p.table, p.column): p for p in profile.predicates}
    assert by_column["customers", "region_code"].operator == "LIKE"
    assert by_column["customers", "region_code"].weight == pytest.approx(0.5)  # one half-life old
    assert ("order", "orders", ("placed_at DESC",)) in {
        (t.clause, t.table, t.columns) for t in profile.together
    }
    assert ("insert", "orders", ("id", "buyer", "state")) in {
        (t.clause, t.table, t.columns) for t in profile.together
    }
    columns = {(c.table, c.column): dict(c.clauses) for c in profile.columns}
    assert set(columns["orders", "state"]) == {"where", "set", "insert"}
    assert profile.tables[0].table == "orders"
    assert profile.tables[0].aliases[0][0] == "o"
    assert profile.style.lower_keywords == 0


def test_the_log_is_split_by_time_and_near_duplicates_are_left_out() -> None:
    entries = [
        LogEntry(f"SELECT {c} FROM orders WHERE {w} = $1 ORDER BY {c}", float(at))
        for at, (c, w) in enumerate(
            (c, w)
            for c in ("id", "buyer", "state", "total")
            for w in ("placed_at", "total", "state")
            if c != w
        )
    ]
    long = "SELECT id, buyer, state, total FROM orders WHERE state = $1 AND buyer = $2 ORDER BY id"
    entries.append(LogEntry(long, -1.0))
    late = LogEntry(long + " DESC", 999.0)
    log = split_log("shop", SCHEMA, taken(late, *entries).statements())
    assert [s.first_seen for s in log.train] == sorted(s.first_seen or 0 for s in log.train)
    assert max(s.first_seen or 0 for s in log.train) < min(s.first_seen or 0 for s in log.held_out)
    assert log.left_out >= 1
    assert len(log.train) + len(log.held_out) + log.left_out == len(entries) + 1


def request(tmp_path: Path, *logs: Path, since_last: bool = False) -> Request:
    return Request(
        "shop", str(tmp_path / "schema.sql"), tuple(map(str, logs)), "postgres",
        since_last=since_last,
    )  # fmt: skip


def test_nothing_of_a_logs_values_is_on_disk(tmp_path: Path, data: Path) -> None:
    log = tmp_path / "app.sql"
    log.write_text(
        "SELECT id FROM orders WHERE state = 'canary-one' AND id = 987654321;\n"
        'SELECT id AS "canary two" FROM orders WHERE total > 31337.25;\n'
        "SELECT id FROM customers WHERE email = 'canary3@example.com' -- canary4\n;\n"
        'SELECT id FROM customers WHERE full_name = "canary5 x";\n'
        "INSERT INTO customers (id, email) VALUES (55512345, 'canary6'), (55512346, 'canary7');\n"
    )
    learned = learn(request(tmp_path, log))
    from distill.company.report import write_report

    write_report(learned)
    for file in data.rglob("*"):
        if file.is_file():
            text = file.read_text()
            for secret in ("canary-one", "canary3", "canary4", "canary5", "canary6", "canary7",
                           "987654321", "31337", "5551234"):  # fmt: skip
                assert secret not in text, (file, secret)
    assert learned.counts.replaced >= 6


def test_since_last_reads_only_what_is_new(tmp_path: Path) -> None:
    log = tmp_path / "app.sql"
    log.write_text("SELECT id FROM orders WHERE id = 5;\n")
    assert learn(request(tmp_path, log)).profile.runs == 1
    again = learn(request(tmp_path, log, since_last=True))
    assert (again.profile.runs, again.files[0].new) == (1, 0)
    with log.open("a") as more:
        more.write("SELECT id FROM orders WHERE id = 6;\nSELECT total FROM orders;\n")
    grown = learn(request(tmp_path, log, since_last=True))
    assert (grown.profile.runs, grown.profile.statements, grown.files[0].new) == (3, 2, 2)
    log.write_text("SELECT state FROM orders WHERE id = 7;\n")  # rotated
    assert learn(request(tmp_path, log, since_last=True)).profile.statements == 3
    assert learn(request(tmp_path, log)).profile.statements == 1  # from the beginning


def test_an_export_that_overlaps_the_last_one_counts_once(tmp_path: Path) -> None:
    rows = [
        f"2024-05-0{day} 10:00:00,SELECT id FROM orders WHERE id = {day}" for day in range(1, 6)
    ]
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("\n".join(["start_time,query_text", *rows[:3]]) + "\n")
    two.write_text("\n".join(["start_time,query_text", *rows[1:]]) + "\n")
    assert learn(request(tmp_path, one)).profile.runs == 3
    assert learn(request(tmp_path, two, since_last=True)).profile.runs == 5


def test_a_dbt_project_is_schema_and_log_at_once(tmp_path: Path) -> None:
    target = tmp_path / "dbt" / "target"
    target.mkdir(parents=True)
    (tmp_path / "dbt" / "dbt_project.yml").write_text("name: shop\n")
    with_columns = {"columns": {"id": {"data_type": "int"}, "buyer": {"description": "who"}}}
    nodes = {
        "model.shop.stg": {"resource_type": "model", "name": "stg_orders", "schema": "main",
                           "raw_code": "SELECT id, buyer FROM {{ source('app', 'orders') }}",
                           **with_columns},
        "model.shop.top": {"resource_type": "model", "name": "top_buyers", "schema": "main",
                           "columns": {},
                           "raw_code": "{{ config(x='y') }} SELECT buyer, count(*) AS n FROM "
                                       "{{ ref('stg_orders') }} GROUP BY buyer"},
    }  # fmt: skip
    sources = {"source.shop.app.orders": {"resource_type": "source", "name": "orders",
                                          "schema": "main", **with_columns}}  # fmt: skip
    document = {"metadata": {"adapter_type": "duckdb"}, "nodes": nodes, "sources": sources}
    (target / "manifest.json").write_text(json.dumps(document))
    catalog = {"nodes": {"model.shop.top": {"columns": {"N": {"type": "BIGINT"}}}}}
    (target / "catalog.json").write_text(json.dumps(catalog))
    learned = learn(Request("dbt", str(tmp_path / "dbt"), ()))
    assert learned.profile.dialect == "duckdb"
    assert {t.table for t in learned.profile.tables} >= {"orders", "stg_orders"}
    (target / "manifest.json").unlink()
    with pytest.raises(LogError, match="dbt compile"):
        learn(Request("dbt", str(tmp_path / "dbt"), ()))


def invoke(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(train, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return getattr(done.exception, "exit_code", 99), str(done.exception)
    return done.exit_code, done.output


def test_the_command_learns_a_profile_that_completion_uses(tmp_path: Path) -> None:
    log = tmp_path / "app.sql"
    log.write_text(
        "SELECT id, total FROM orders WHERE region = 1;\n" * 2
        + "SELECT sku, line FROM order_lines WHERE order_id = 9 ORDER BY line;\n" * 3
    )
    schema = ["--schema", str(tmp_path / "schema.sql"), "--dialect", "postgres"]
    code, said = invoke(*schema, "--log", str(log), "--name", "shop", "--profile-only")
    assert code == 0, said
    assert "5 of 5 statements kept; 2 different ones" in said
    profile = load_profile("shop")
    text = "SELECT sku"
    found = Completer(SCHEMA, model=None, profile=profile).complete(text, len(text))
    assert any(i.insert == "sku, line FROM order_lines WHERE order_id = " for i in found.items)
    code, said = invoke(*schema, "--log", str(log), "--name", "shop", "--profile-only", "--json")
    assert code == 0
    assert json.loads(said.splitlines()[-1])["different"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "x"], "give one of --db and --schema"),
        (["--schema", "{schema}", "--name", "x", "--profile-only"], "name at least one log"),
        (["--schema", "{schema}", "--name", "../x", "--log", "{log}"], "name '../x'"),
        (["--schema", "{schema}", "--name", "x", "--log", "nowhere.sql"], "no such file"),
        (["--schema", "{schema}", "--name", "x", "--log", "{log}"], "no statement of use"),
        (["--schema", "nowhere.sql", "--name", "x", "--log", "{log}"], "neither a database URL"),
    ],
)
def test_a_users_error_is_one_line_and_nothing_is_written(
    tmp_path: Path, data: Path, arguments: list[str], said: str
) -> None:
    log = tmp_path / "junk.sql"
    log.write_text("SET x = 1;\n")
    places = {"{schema}": str(tmp_path / "schema.sql"), "{log}": str(log)}
    code, output = invoke(*(places.get(a, a) for a in arguments))
    assert code == 2
    assert said in output
    assert not data.exists()


def test_the_schema_may_come_from_a_live_database(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(DDL)
    log = tmp_path / "app.sql"
    log.write_text("SELECT id, total FROM orders WHERE state = 'x';\n")
    url = f"sqlite:///{database}"
    code, said = invoke("--db", url, "--log", str(log), "--name", "live", "--profile-only")
    assert code == 0, said
    assert load_profile("live").dialect == "sqlite"
