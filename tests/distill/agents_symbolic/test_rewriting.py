"""Rewriting says the same more clearly, and plans what is hard."""

from __future__ import annotations

import random

import pytest

from distill.agents.record import Record
from distill.agents.symbolic import KEEPS_MEANING, Rewriting, Verification
from distill.agents.symbolic.plan import LONGEST_LINE, MOST_LINES, shortened
from sqlcomplete.schema.model import Schema

from .conftest import record


def rewrite(sql: str, schema: Schema, dialect: str = "postgres", **more: object) -> Record:
    (made,) = Rewriting().work(record(sql, schema, dialect, **more), random.Random(1)).records
    return made


def test_a_rewrite_returns_what_the_original_did(statement: Record) -> None:
    (made,) = Rewriting().work(statement, random.Random(1)).records
    outcome = Verification().work(made, random.Random(2))
    assert outcome.rejects == (), outcome.rejects[0].reason


@pytest.mark.parametrize(
    ("sql", "clear"),
    [
        (
            "SELECT c.name, o.total FROM customers c, orders o "
            "WHERE c.id = o.customer_id AND o.total > 9",
            "SELECT c.name, o.total FROM customers c JOIN orders o ON c.id = o.customer_id "
            "WHERE o.total > 9",
        ),
        (
            "select name,title\nfrom products p, order_items i, orders o, customers c\n"
            "where c.id = o.customer_id and p.id = i.product_id and o.id = i.order_id",
            "select name, title\nfrom products p\n"
            "join order_items i on p.id = i.product_id\njoin orders o on o.id = i.order_id\n"
            "join customers c on c.id = o.customer_id",
        ),
        (
            "SELECT  T1.name ,  count ( * ) FROM customers AS T1 JOIN orders AS T2 "
            "ON T1.id  =  T2.customer_id GROUP BY T1.name",
            "SELECT c.name, count(*) FROM customers AS c JOIN orders AS o "
            "ON c.id = o.customer_id GROUP BY c.name",
        ),
        (
            "-- name: Orders :many\nSELECT id -- the key\nFROM orders\n\n-- new ones\n"
            "WHERE status = '--new'",
            "SELECT id\nFROM orders\nWHERE status = '--new'",
        ),
        # What is clear stays, to the letter.
        ("select id\n  from orders\n where id = $1", "select id\n  from orders\n where id = $1"),
        # Tables that nothing links, or an OR, are nobody's join.
        (
            "SELECT c.name FROM customers c, orders o WHERE o.total > 9",
            "SELECT c.name FROM customers c, orders o WHERE o.total > 9",
        ),
        (
            "SELECT c.name FROM customers c, orders o WHERE c.id = o.customer_id OR o.total > 9",
            "SELECT c.name FROM customers c, orders o WHERE c.id = o.customer_id OR o.total > 9",
        ),
    ],
)
def test_what_is_made_clearer(sql: str, clear: str, shop: Schema) -> None:
    made = rewrite(sql, shop)
    assert made.sql == clear
    if clear != sql:
        assert KEEPS_MEANING in made.provenance[-1].note
        assert made.provenance[-1].before is not None


def test_the_columns_of_a_star_keep_their_order(shop: Schema) -> None:
    sql = (
        "SELECT * FROM products p, customers c, orders o, order_items i "
        "WHERE p.id = i.product_id AND c.id = o.customer_id AND i.order_id = o.id"
    )
    assert "JOIN" not in rewrite(sql, shop).sql


@pytest.mark.parametrize(
    ("question", "tidy"),
    [
        ("  how many  orders are there ??", "How many orders are there?"),
        ("what\u2019s new ?", "What's new?"),
        ("Fine.", "Fine."),
        (None, None),
    ],
)
def test_questions_are_tidied(question: str | None, tidy: str | None, shop: Schema) -> None:
    assert rewrite("SELECT id FROM orders", shop, question=question).question == tidy


def test_easy_statements_get_no_plan(shop: Schema) -> None:
    made = rewrite("SELECT id FROM orders WHERE status = 'new'", shop, plan="look at orders")
    assert made.plan is None


def test_hard_statements_get_a_short_plan(shop: Schema) -> None:
    sql = (
        "WITH spent AS (SELECT customer_id, SUM(total) AS total FROM orders GROUP BY customer_id) "
        "SELECT c.name, spent.total FROM spent JOIN customers c ON c.id = spent.customer_id "
        "WHERE c.country = 'DE' ORDER BY spent.total DESC LIMIT 10"
    )
    assert rewrite(sql, shop).plan == (
        "spent: from orders, sum of total per customer_id\n"
        "spent: join customers on id = customer_id\n"
        "keep rows where country = 'DE'\n"
        "order by total descending, keep the first 10"
    )


def test_plans_are_short_and_without_comment_marks(statement: Record) -> None:
    (made,) = Rewriting().work(statement, random.Random(1)).records
    if made.plan is not None:
        lines = made.plan.splitlines()
        assert 1 <= len(lines) <= MOST_LINES
        assert all(0 < len(line) <= LONGEST_LINE and "--" not in line for line in lines)


def test_a_long_plan_is_shortened() -> None:
    plan = "\n".join(
        f"-- {n}. First, we need to read the table number {n} and then do more with it {'x ' * 60}"
        for n in range(1, 12)
    )
    short = shortened(plan)
    lines = short.splitlines()
    assert len(lines) == MOST_LINES
    assert lines[0].startswith("read the table number 1 and") and lines[0].endswith("...")
    assert shortened(short) == short


def test_what_cannot_be_read_is_a_reject(shop: Schema) -> None:
    outcome = Rewriting().work(record("SELECT FROM", shop), random.Random(1))
    assert outcome.records == () and outcome.rejects[0].reason.startswith("parse:")
