"""The count of false alarms over a corpus: what it checks, what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import shop
from click.testing import CliRunner

from serve.lsp.alarms import Statement, count_alarms, main
from sqlcomplete.schema import schema_from_ddl

SCHEMA = {
    "db_id": "shop",
    "dialect": "sqlite",
    "tables": [{"name": "orders", "columns": [{"name": "id"}, {"name": "amount"}]}],
}


def test_statements_are_counted_by_what_is_said_of_them() -> None:
    statements = [
        Statement("shop", "sqlite", "SELECT amount FROM orders"),
        Statement("shop", "postgres", "SELECT nope, neither FROM orders"),
        Statement("shop", "postgres", "DROP INDEX a, b"),
        Statement("shop", "sqlite", "SELECT = FROM orders"),
        Statement("elsewhere", "sqlite", "SELECT = FROM orders"),
    ]
    alarms = count_alarms(statements, {"shop": schema_from_ddl(shop.DDL, "sqlite")})
    assert alarms.checked == {"sqlite": 2, "postgres": 2}
    assert alarms.found == {
        ("postgres", "unknown-name"): 1,
        ("postgres", "not-read"): 1,
        ("sqlite", "syntax"): 1,
    }
    assert alarms.rate(["syntax"]) == alarms.rate(["unknown-name"]) == 0.25


def test_the_command_reads_a_corpus_and_shows_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "schemas.jsonl").write_text(json.dumps(SCHEMA) + "\n")
    lines = [
        {"db_id": "shop", "dialect": "sqlite", "sql": sql}
        for sql in ("SELECT id FROM orders", "SELECT nope FROM orders", "SELECT 1", "SELECT 2")
    ]
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    arguments = [str(tmp_path / "queries.jsonl"), "--schemas", str(tmp_path / "schemas.jsonl")]
    said = CliRunner().invoke(main, [*arguments, "--show", "5"], catch_exceptions=False).output
    assert "sqlite: 4 statements" in said
    assert "unknown-name 25.00%" in said
    assert "no column nope" in said
    fewer = CliRunner().invoke(main, [*arguments, "--every", "2"], catch_exceptions=False).output
    assert "sqlite: 2 statements" in fewer
