"""A small corpus for the agents: statements of rising difficulty, and a schema that is dev's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from distill.agents.record import Record, Step
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

SHOP = Schema(
    "sqlite",
    (
        Table(
            "customers",
            (Column("id", "INTEGER"), Column("name", "TEXT"), Column("city", "TEXT")),
            primary_key=("id",),
        ),
        Table(
            "orders",
            (
                Column("id", "INTEGER"),
                Column("customer_id", "INTEGER"),
                Column("total", "REAL"),
                Column("placed", "DATE"),
            ),
            primary_key=("id",),
            foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
        ),
    ),
)

STATEMENTS = (
    "SELECT id, total FROM orders",
    "SELECT name FROM customers WHERE city = 'Rome'",
    "SELECT COUNT(*) FROM orders WHERE total > 10",
    "SELECT city, COUNT(*) FROM customers GROUP BY city",
    "SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer_id = c.id",
    "SELECT c.city, SUM(o.total) FROM customers AS c JOIN orders AS o ON o.customer_id = c.id"
    " GROUP BY c.city HAVING SUM(o.total) > 100",
    "UPDATE orders SET total = 0 WHERE id = 3",
    "DELETE FROM orders WHERE placed < '2020-01-01'",
    "INSERT INTO customers (name, city) VALUES ('Ann', 'Oslo')",
    "WITH big AS (SELECT customer_id FROM orders WHERE total > 50)"
    " SELECT name FROM customers WHERE id IN (SELECT customer_id FROM big)",
    "SELECT name, RANK() OVER (PARTITION BY city ORDER BY id) FROM customers",
    "SELECT id FROM customers UNION SELECT customer_id FROM orders",
)


def record(sql: str, *, seed: str = "s1", made: bool = False, **changes: Any) -> Record:
    """A record on the shop; `made` as if expansion had made it."""
    steps = (Step("expansion", "symbolic", "made"),) if made else ()
    values: dict[str, Any] = {
        "source": "hand",
        "schema": SHOP,
        "dialect": "sqlite",
        "question": "What?",
        "provenance": steps,
    }
    return Record(seed=seed, sql=sql, **(values | changes))


def write_shop(folder: Path, *, repeat: int = 1) -> Path:
    """The corpus in a folder: `repeat` times the statements, told apart by a number in them."""
    folder.mkdir(parents=True, exist_ok=True)
    queries = []
    for turn in range(repeat):
        for number, sql in enumerate(STATEMENTS):
            text = sql if turn == 0 else sql.replace("id", f"id /* {turn} */", 1)
            queries.append(
                {
                    "id": f"shop-{turn}-{number}",
                    "db_id": "shop",
                    "source": "hand",
                    "dialect": "sqlite",
                    "question": f"Question {number} of {turn}.",
                    "sql": text,
                    "split": "train",
                }
            )
    secret = queries[0] | {"id": "secret-1", "db_id": "secret"}
    queries += [secret | {"split": "dev"}, secret | {"id": "secret-2"}]
    tables = [
        {
            "name": table.name,
            "columns": [{"name": c.name, "type": c.type} for c in table.columns],
            "primary_key": list(table.primary_key),
            "foreign_keys": [
                {
                    "columns": list(k.columns),
                    "ref_table": k.ref_table,
                    "ref_columns": list(k.ref_columns),
                }
                for k in table.foreign_keys
            ],
        }
        for table in SHOP.tables
    ]
    schemas = [
        {"db_id": name, "dialect": "sqlite", "tables": tables} for name in ("shop", "secret")
    ]
    for name, lines in (("queries", queries), ("schemas", schemas)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder
