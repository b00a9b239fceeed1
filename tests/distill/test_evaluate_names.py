"""The judge of names finds every invented one, and calls no true one invented."""

from __future__ import annotations

import pytest

from distill.evaluate.names import KnownNames, judge
from sqlcomplete.schema.model import Column, Schema, Table


def table(name: str, *columns: str, namespace: str | None = None) -> Table:
    return Table(name, tuple(Column(c) for c in columns), namespace=namespace)


NAMES = KnownNames(
    Schema(
        "postgres",
        (
            table("orders", "id", "customer_id", "total"),
            table("customers", "id", "name", "city"),
            table("bookings", "slots", namespace="cd"),
        ),
    )
)

TRUE = [
    "SELECT «id, total FROM orders»",
    "SELECT «id»",
    "SELECT «o.total FROM orders o JOIN customers c ON c.id = o.customer_id»",
    "SELECT id FROM orders «WHERE total > »",
    "SELECT id FROM orders «WHERE »",
    "SELECT id FROM orders «GROUP »",
    "SELECT id FROM orders WHERE id IN «(SELECT customer_id FROM orders»",
    "SELECT «name FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)»",
    "WITH big AS (SELECT id AS oid2 FROM orders) SELECT «oid2 FROM big»",
    "WITH big AS (SELECT * FROM orders) SELECT «big.total FROM big»",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT «n + 1 FROM r) SELECT n FROM r»",
    "SELECT x.total FROM «(SELECT total FROM orders) x»",
    "SELECT sum(total) AS s FROM orders GROUP BY id ORDER BY «s»",
    "INSERT INTO «orders (id, total) VALUES ($1, $2)»",
    "WITH made AS (INSERT INTO orders («id, total»",
    "WITH RECURSIVE r(n) AS (SELECT id FROM orders UNION ALL SELECT x.n FROM r x WHERE «x.n»",
    "SELECT 1 FROM (SELECT id FROM orders) JOIN (SELECT id FROM customers WHERE «name»",
    "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET «total = EXCLUDED.total»",
    "UPDATE orders SET «total = total + 1 WHERE id = $1»",
    "DELETE FROM orders «WHERE customer_id = 3»",
    "SELECT * FROM «cd.bookings»",
    "SELECT id FROM orders CROSS JOIN «generate_series(1, 3) AS g»",
    "SELECT CASE WHEN total > 1 «THEN id»",
    "SELECT count(*) FROM orders o «JOIN customers USING (id)»",
    "SELECT «id» FROM orders",
    "SELECT extract(«year FROM now()) FROM orders»",
    "SELECT id FROM orders WHERE total > sqlc.arg(«least) AND id = 3»",
    "SELECT id FROM orders WHERE total > «sqlc.narg('least»",
    "SELECT u.id FROM (SELECT * FROM orders UNION SELECT * FROM orders) u WHERE «u.total > 0»",
]

FALSE = [
    ("SELECT «id, totl FROM orders»", "totl"),
    ("SELECT id FROM «order»", "order"),
    ("SELECT id FROM orders WHERE total > sqlc.arg(«least) AND city = 3»", "city"),
    ("SELECT id FROM orders WHERE «name = 'x'»", "name"),
    ("SELECT o.id FROM orders o WHERE «o.name = 1»", "o.name"),
    ("SELECT o.id FROM orders o WHERE «x.id = 1»", "x.id"),
    ("SELECT «city» FROM orders", "city"),
    ("WITH big AS (SELECT id FROM orders) SELECT id FROM big WHERE «total > 1»", "total"),
    ("SELECT x.id FROM (SELECT total FROM orders) x WHERE «x.id = 1»", "x.id"),
    ("INSERT INTO orders (id, «amount) VALUES (1, 2)»", "amount"),
    ("UPDATE orders SET «amount = 1»", "amount"),
    ("DELETE FROM orders WHERE «city = 'x'»", "city"),
    ("SELECT id FROM orders o JOIN «clients c ON c.id = o.id»", "clients"),
    ("SELECT «nme»", "nme"),
    ("SELECT id FROM orders WHERE to«tl > 1»", "totl"),
    ("SELECT u.id FROM (SELECT id FROM orders UNION SELECT id FROM orders) u WHERE «u.total > 0»",
     "u.total"),
]  # fmt: skip


def judged(marked: str) -> tuple[str, ...]:
    """The text's ghost stands between « and »."""
    left, _, rest = marked.partition("«")
    ghost, _, right = rest.partition("»")
    return judge(left + ghost + right, len(left), len(left + ghost), NAMES, "postgres").unknown


@pytest.mark.parametrize("marked", TRUE)
def test_true_names_pass(marked: str) -> None:
    assert judged(marked) == ()


@pytest.mark.parametrize(("marked", "name"), FALSE)
def test_invented_names_are_found(marked: str, name: str) -> None:
    assert [n.partition(" ")[0] for n in judged(marked)] == [name]


def test_only_the_ghost_is_judged() -> None:
    assert judged("SELECT wrong «FROM orders»") == ()


def test_what_never_parses_is_judged_by_its_words() -> None:
    text = "SELEC ) id ((( FROM orders, nowhere "
    verdict = judge(text, 8, len(text), NAMES, "postgres")
    assert verdict.how == "by words"
    assert verdict.unknown == ("nowhere",)


def test_sqlite_reads_an_unknown_quoted_name_as_a_string() -> None:
    text = 'SELECT id FROM orders WHERE id = "France"'
    assert judge(text, 22, len(text), NAMES, "sqlite").unknown == ()
