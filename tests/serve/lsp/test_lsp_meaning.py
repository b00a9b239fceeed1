"""What a name means, what a call takes, and where things are declared."""

from __future__ import annotations

import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from serve.lsp.declaring import created, find
from serve.lsp.describing import describe
from serve.lsp.lookup import symbol_at
from serve.lsp.signatures import signature_at

INDEX = shop.index()


@pytest.mark.parametrize(
    ("marked", "kind", "says"),
    [
        ("SELECT * FROM ord|ers", "table", "REFERENCES customers (id)"),
        ("SELECT |o.id FROM orders o", "alias", "alias of `orders`"),
        ("SELECT o.id FROM orders AS |o", "alias", "alias of `orders`"),
        ("SELECT o.amo|unt FROM orders o", "column", "orders.amount DECIMAL(10, 2)"),
        ("SELECT customer_i|d FROM orders", "column", "`customer_id` references `customers (id)`"),
        ("SELECT stat|us FROM customers", "column", "one of `new`, `old`"),
        ("UPDATE orders SET am|ount = 1", "column", "default `0`"),
        ("INSERT INTO orders (i|d) VALUES (1)", "column", "primary key"),
        ("WITH t AS (SELECT id AS n FROM orders) SELECT n FROM |t", "cte", "n INTEGER"),
        ("WITH |t AS (SELECT id AS n FROM orders) SELECT n FROM t", "cte", "n INTEGER"),
        ("WITH t AS (SELECT id AS n FROM orders) SELECT |n FROM t", "column", "orders.id"),
        ("SELECT s.n FROM (SELECT 1 AS n) |s", "alias", "alias of a subquery"),
        ("SELECT amount * 2 AS twice FROM orders ORDER BY tw|ice", "output", "amount * 2 AS twice"),
        ("SELECT coal|esce(amount, 0) FROM orders", "function", "coalesce(value, …)"),
        ('SELECT "amount|" FROM orders', "column", "orders.amount"),
        ("SELECT '日本😀', amo|unt FROM orders", "column", "orders.amount"),
        ("SELECT 1; SELECT amo|unt FROM orders; SELECT 2", "column", "orders.amount"),
    ],
)
def test_a_name_means_what_its_statement_says(marked: str, kind: str, says: str) -> None:
    text, offset = shop.cursor_in(marked)
    symbol = symbol_at(text, offset, INDEX)
    assert symbol is not None
    assert (symbol.kind, says in describe(symbol)) == (kind, True), describe(symbol)
    assert symbol.start <= offset <= symbol.end


@pytest.mark.parametrize(
    "marked",
    ["SEL|ECT 1", "SELECT 'am|ount'", "SELECT 1 -- am|ount", "SELECT nothing| FROM orders", "|"],
)
def test_what_is_no_known_name_means_nothing(marked: str) -> None:
    assert symbol_at(*shop.cursor_in(marked), INDEX) is None


@given(st.text(alphabet="SELECT frmo.,()'\"o1;\n-*😀", max_size=60), st.data())
def test_any_text_may_be_asked(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    symbol = symbol_at(text, offset, INDEX)
    assert symbol is None or describe(symbol)
    signature_at(text, offset, INDEX)
    created(text, "sqlite")


@pytest.mark.parametrize(
    ("marked", "label", "active"),
    [
        ("SELECT round(amount, |", "round(number, digits)", "digits"),
        ("SELECT coalesce(a, b, c, |d)", "coalesce(value, …)", "…"),
        ("SELECT round(coalesce(a, 'x,|'), 2)", "coalesce(value, …)", "…"),
        ("SELECT round(coalesce(a, 'x'), |2)", "round(number, digits)", "digits"),
        (
            "INSERT INTO orders (id, amount) VALUES (1, |",
            "orders(id INTEGER, amount DECIMAL(10, 2))",
            "amount DECIMAL(10, 2)",
        ),
        (
            "INSERT INTO customers VALUES (1, 'a', 'new'), (|",
            "customers(id INTEGER, name TEXT, status TEXT)",
            "id INTEGER",
        ),
        ("SELECT round(a, 1, |", "round(number, digits)", None),
    ],
)
def test_a_call_shows_what_it_takes(marked: str, label: str, active: str | None) -> None:
    found = signature_at(*shop.cursor_in(marked), INDEX)
    assert found is not None
    assert found.label == label
    shown = None if found.active is None else found.text(found.parameters[found.active])
    assert shown == active


@pytest.mark.parametrize(
    "marked", ["SELECT (1, |2)", "SELECT 1 /* round( | */", "round(1); |", "|"]
)
def test_no_call_shows_nothing(marked: str) -> None:
    assert signature_at(*shop.cursor_in(marked), INDEX) is None


def test_declarations_are_found_by_table_namespace_and_column() -> None:
    ddl = (
        'CREATE TABLE IF NOT EXISTS main."Orders" (id int, "customer id" int, PRIMARY KEY (id));\n'
        "CREATE OR REPLACE VIEW orders_view AS SELECT 1;\n"
        "CREATE TABLE other.orders (id int);\n"
        "CREATE UNIQUE INDEX orders_id ON orders (id);"
    )
    declared = created(ddl, "sqlite")
    assert [(one.namespace, one.name) for one in declared] == [
        ("main", "Orders"),
        (None, "orders_view"),
        ("other", "orders"),
    ]

    def text(name: str, namespace: str | None, column: str | None = None) -> tuple[int, str] | None:
        found = find(declared, name, namespace, column)
        return None if found is None else (found[0], ddl[found[0] : found[1]])

    assert text("orders", None) == (ddl.index('"Orders"'), '"Orders"')
    assert text("orders", "other") == (ddl.index("other.orders") + 6, "orders")
    assert text("orders", "main", "customer id") == (ddl.index('"customer'), '"customer id"')
    assert text("orders", None, "no such column") == (ddl.index('"Orders"'), '"Orders"')
    assert text("nothing", None) is None
