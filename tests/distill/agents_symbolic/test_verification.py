"""Verification passes what people write, and says in a line what is wrong with the rest."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from distill.agents.record import Record, Step
from distill.agents.symbolic import (
    KEEPS_MEANING,
    Rewriting,
    Verification,
    VerificationSettings,
)
from sqlcomplete.schema.model import Schema

from .conftest import STATEMENTS, record


def work(one: Record, **settings: object) -> tuple[float | None, str]:
    outcome = Verification(VerificationSettings(**settings)).work(one, random.Random(1))  # type: ignore[arg-type]
    if outcome.records:
        return dict(outcome.records[0].scores)["executed"], ""
    return None, outcome.rejects[0].reason


def test_statements_run_and_return_something(statement: Record) -> None:
    assert work(statement) == (1.0, "")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT FROM WHERE", "parse:"),
        ("SELECT id FROM orders; SELECT 1", "parse: 2 statements"),
        ("SELECT id FROM {{ ref('orders') }}", "parse: a template"),
        ("SELECT nme FROM customers", "unknown name: no column nme"),
        ("SELECT id FROM custmers", "unknown name: no table custmers"),
        ("SELECT id FROM orders o JOIN customers c ON o.customer_id = c.id", "engine error:"),
        ("SELECT name, COUNT(*) FROM customers GROUP BY country", "engine error:"),
        ("SELECT id FROM orders UNION SELECT id, name FROM customers", "engine error:"),
        ("INSERT INTO orders (id, customer_id) VALUES (1, 2, 3)", "engine error:"),
        ("SELECT id FROM orders WHERE 1 = 0", "empty:"),
        ("SELECT id FROM orders WHERE total > 10 AND total < 5", "empty:"),
        ("DELETE FROM orders WHERE status IS NULL AND status = 'new'", "empty:"),
        ("SELECT COUNT(*) FROM orders WHERE total > 10 AND total < 5", "empty:"),
    ],
)
def test_a_reject_says_its_class_and_reason_in_one_line(
    sql: str, reason: str, shop: Schema
) -> None:
    score, said = work(record(sql, shop))
    assert score is None
    assert said.startswith(reason)
    assert "\n" not in said


def test_what_no_engine_here_can_run_passes_unexecuted(shop: Schema) -> None:
    assert work(record("SELECT ST_AsText(notes) FROM orders", shop)) == (0.0, "")


def rewritten(before: str, after: str, schema: Schema, note: str = KEEPS_MEANING) -> Record:
    step = Step("rewriting", "a model", note, before=before)
    return record(before, schema).after(step, sql=after)


def test_a_rewrite_must_return_what_the_original_did(shop: Schema) -> None:
    before = "SELECT c.name FROM customers c, orders o WHERE c.id = o.customer_id AND o.total > 99"
    same = "SELECT c.name FROM customers c JOIN orders o ON c.id = o.customer_id WHERE o.total > 99"
    assert work(rewritten(before, same, shop)) == (1.0, "")
    other = same.replace("> 99", ">= 99")
    left = same.replace("JOIN", "LEFT JOIN").replace(" WHERE o.total > 99", "")
    score, reason = work(rewritten(before, left, shop))
    assert score is None and reason.startswith("differs:")
    # A step that does not claim it is not held to it.
    assert work(rewritten(before, other, shop, note="adds a filter")) == (1.0, "")


def test_the_clock_may_go_on_between_two_runs(shop: Schema) -> None:
    before = "UPDATE orders SET placed_at = GETDATE() WHERE id = @id"
    step = Step("rewriting", "symbolic", KEEPS_MEANING, before=before)
    made = record(before, shop, "tsql").after(step, sql=before.lower())
    assert work(made) == (1.0, "")


def test_a_rewrite_of_dml_must_leave_the_same_rows(shop: Schema) -> None:
    before = "UPDATE orders SET total = total + $1 WHERE id = $2"
    assert work(rewritten(before, before.replace("total + $1", "$1 + total"), shop))[0] == 1.0
    assert work(rewritten(before, before.replace("+ $1", "- $1"), shop))[1].startswith("differs")


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_a_statement_without_end_is_stopped(dialect: str, shop: Schema) -> None:
    sql = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT COUNT(*) FROM n JOIN orders ON orders.id = n.i"
    )
    begun = time.monotonic()
    score, reason = work(record(sql, shop, dialect), seconds=0.3)
    assert (score, reason) == (None, "engine error: ran out of time")
    assert time.monotonic() - begun < 60


def test_nothing_reaches_the_file_system(shop: Schema, tmp_path: object) -> None:
    sql = f"SELECT * FROM read_csv('{tmp_path}/x.csv') AS f JOIN orders ON TRUE"
    assert work(record(sql, shop, "duckdb"))[0] in (None, 0.0)


def test_threads_do_not_meet_in_an_engine(shop: Schema) -> None:
    records = [record(sql, shop) for sql in STATEMENTS]
    with ThreadPoolExecutor(4) as pool:
        assert all(found == (1.0, "") for found in pool.map(work, records))


def test_sums_of_zero_are_not_nothing(shop: Schema) -> None:
    sql = "SELECT SUM(CASE WHEN status = 'never' THEN 1 ELSE 0 END) FROM orders WHERE total > 5"
    assert work(record(sql, shop)) == (1.0, "")


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_placeholders_have_the_same_values_before_and_after(dialect: str, shop: Schema) -> None:
    before = (
        "SELECT c.name FROM customers c, orders o "
        "WHERE o.status = ? AND c.id = o.customer_id AND o.total > ? AND c.country = ?"
    )
    (made,) = Rewriting().work(record(before, shop, dialect), random.Random(1)).records
    assert "JOIN" in made.sql
    assert work(made) == (1.0, "")


def test_a_limit_may_keep_any_of_the_rows_that_tie(shop: Schema) -> None:
    before = "SELECT o.id, c.name FROM customers c, orders o WHERE c.id = o.customer_id LIMIT 2"
    turned = "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 2"
    assert work(rewritten(before, turned, shop)) == (1.0, "")
    assert work(rewritten(before, turned.replace("o.id, ", "c.id, "), shop))[0] is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM customers WHERE NOT is_active",
        "SELECT total FROM orders WHERE total > $1 AND id NOT IN ($2)",
        "SELECT COUNT(CASE WHEN country = 'DE' THEN 1 END) * 1.0 / "
        "NULLIF(COUNT(CASE WHEN country = 'FR' THEN 1 END), 0) FROM customers",
        "SELECT id FROM products WHERE price < stock OR price > stock",
        "SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id "
        "WHERE o.total > (SELECT AVG(total) FROM orders)",
        "SELECT id FROM orders WHERE placed_at >= NOW() - INTERVAL '7 days'",
        "SELECT id FROM orders WHERE EXTRACT(YEAR FROM placed_at) = 2021 AND notes ILIKE '%gift_'",
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING SUM(total) > 1000",
        "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM order_items i WHERE order_id = o.id)",
        "SELECT id FROM customers EXCEPT SELECT customer_id FROM orders",
        "SELECT o.id FROM orders o JOIN customers c USING (id) WHERE c.country IN ('DE', 'FR')",
        "UPDATE orders SET total = $1 WHERE id = ANY($2::int[]) RETURNING *",
        "DELETE FROM orders USING customers c WHERE c.id = customer_id AND c.email LIKE $1",
    ],
)
def test_rows_are_made_to_fit(sql: str, shop: Schema) -> None:
    assert work(record(sql, shop)) == (1.0, "")
