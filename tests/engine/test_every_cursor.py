"""At every cursor of statements that people write: an answer, and nothing inside strings."""

from __future__ import annotations

import pytest

from sqlcomplete.completer import Completer
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind

COMPLETER = Completer(
    schema_from_ddl(
        """
        CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, email TEXT);
        CREATE TABLE orders (
            id INT PRIMARY KEY,
            customer_id INT REFERENCES customers (id),
            status TEXT CHECK (status IN ('open', 'paid')),
            amount NUMERIC,
            placed_at TIMESTAMP
        );
        """,
        "postgres",
    ),
    model=None,
)

STATEMENTS = [
    "SELECT c.name, count(*) AS n FROM customers c LEFT JOIN orders o ON o.customer_id = c.id"
    " WHERE o.status IN ('open', 'paid') /* all */ GROUP BY c.name HAVING count(*) > 3 LIMIT 5",
    "WITH RECURSIVE up (top) AS (SELECT id FROM orders UNION ALL SELECT u.top FROM up u)"
    " SELECT top FROM up ORDER BY top DESC NULLS LAST -- done",
    "INSERT INTO orders (id, status) VALUES ($1, 'it''s') ON CONFLICT (id) DO UPDATE"
    " SET status = EXCLUDED.status, amount = coalesce(orders.amount, 0) + 1 RETURNING id",
    "UPDATE orders SET placed_at = now() - INTERVAL '1 day' WHERE id = ANY($2::int[])",
    'DELETE FROM public."orders" USING log.visits v WHERE v.order_id = orders.id AND v.x IS NULL',
    "SELECT sum(amount) OVER (PARTITION BY status ORDER BY id ROWS BETWEEN 1 PRECEDING AND"
    " CURRENT ROW), CASE WHEN amount > 1 THEN 'a' ELSE $tag$ b $tag$ END FROM orders",
    "UPDATE orders SET status = sqlc.narg('status'), amount = sqlc.arg( amount ) WHERE id = ANY("
    "sqlc.slice(ids)) AND placed_at > @since AND customer_id = :customer",
]


@pytest.mark.parametrize("text", STATEMENTS)
@pytest.mark.parametrize("cut", [True, False], ids=["cut", "whole"])
def test_every_cursor_gets_an_answer(text: str, cut: bool) -> None:
    for at in range(len(text) + 1):
        shown = text[:at] if cut else text
        inside = next((t for t in lex(shown, "postgres") if t.start < at < t.end), None)
        answer = COMPLETER.complete(shown, at)
        for item in answer.items:
            start, end = item.replace
            assert 0 <= start <= at <= end <= len(shown)
        if inside is not None and inside.kind is TokenKind.COMMENT:
            assert not answer.items and answer.ghost is None
        if inside is not None and inside.kind is TokenKind.STRING:
            assert {item.kind for item in answer.items} <= {"literal"}
