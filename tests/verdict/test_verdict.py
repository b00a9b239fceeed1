"""A ghost that is not valid is never shown as valid: names first of all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcomplete.completion import Verdict
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Analysis, Expectation, Scope, Statement, TokenKind
from sqlcomplete.verdict import verdict


def _table(name: str, columns: str, *keys: ForeignKey) -> Table:
    return Table(name, tuple(Column(c) for c in columns.split()), foreign_keys=keys)


INDEX = SchemaIndex(
    Schema(
        "postgres",
        (
            _table("customers", "id name email city"),
            _table(
                "orders",
                "id customer_id status amount placed_at",
                ForeignKey(("customer_id",), "customers", ("id",)),
            ),
            _table("order_items", "order_id product_id quantity price"),
        ),
    )
)
STATEMENTS = (
    "SELECT o.id, o.amount FROM orders o WHERE o.status = 'paid' ORDER BY o.placed_at DESC LIMIT 5",
    "SELECT name, count(*) AS n FROM customers GROUP BY name HAVING count(*) > 1",
    "SELECT c.name FROM customers AS c JOIN orders AS o ON o.customer_id = c.id WHERE o.amount > 3",
    "WITH big AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) "
    "SELECT name, total FROM big JOIN customers ON customers.id = big.customer_id",
    "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE amount > 10)",
    "INSERT INTO orders (id, status) VALUES (1, 'new')",
    "UPDATE orders SET status = 'paid', amount = 3 WHERE id = 7",
    "DELETE FROM orders WHERE placed_at IS NULL",
    "SELECT CASE WHEN amount > 5 THEN 'big' ELSE 'small' END AS size FROM orders",
)
MADE_UP = st.from_regex(r"zq[a-z_]{1,8}", fullmatch=True)


def judge(left: str, ghost: str, right: str = "") -> Verdict:
    text = left + right
    tokens = tuple(t for t in lex(text, "postgres") if t.kind is not TokenKind.COMMENT)
    here = (len(left), len(left))
    analysis = Analysis(
        text, len(left), "postgres", Statement(0, len(text), tokens), Scope(),
        Expectation(frozenset(), Clause.OTHER, "", here),
    )  # fmt: skip
    return verdict(analysis, ghost, INDEX)


def boundaries(sql: str) -> list[int]:
    return [t.end for t in lex(sql, "postgres")]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_the_rest_of_a_true_statement_is_valid_from_every_token(sql: str) -> None:
    for cut in boundaries(sql)[:-1]:
        assert judge(sql[:cut], sql[cut:]).status == "valid", (sql[:cut], sql[cut:])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_made_up_names_are_never_valid(data: st.DataObject) -> None:
    sql = data.draw(st.sampled_from(STATEMENTS))
    known = {"customers", "orders", "name", "amount", "status", "customer_id", "placed_at"}
    places = [
        t
        for before, t in zip(lex(sql, "postgres"), lex(sql, "postgres")[1:], strict=False)
        if t.text in known and before.upper != "AS"
    ]
    token = data.draw(st.sampled_from(places))
    made = data.draw(MADE_UP)
    starts = [0, *(b for b in boundaries(sql) if b <= token.start)]
    start = data.draw(st.sampled_from(starts))
    stops = [b for b in boundaries(sql) if b >= token.end]
    stop = data.draw(st.sampled_from(stops))
    ghost = sql[start : token.start] + made + sql[token.end : stop]
    assert judge(sql[:start], ghost).status == "invalid", (sql[:start], ghost)


@settings(max_examples=80, deadline=None)
@given(left=st.text(max_size=40), ghost=st.text(max_size=20), right=st.text(max_size=20))
def test_any_text_gets_a_verdict(left: str, ghost: str, right: str) -> None:
    assert judge(left, ghost, right).status in ("valid", "unchecked", "invalid")


def test_a_column_of_another_table_is_refused_with_its_name() -> None:
    found = judge("SELECT o.", "email FROM orders o")
    assert found.status == "invalid"
    assert found.detail is not None
    assert "email" in found.detail


def test_what_stands_on_the_right_counts() -> None:
    assert judge("SELECT ", "amount", " FROM orders").status == "valid"
    assert judge("SELECT ", "email", " FROM orders").status == "invalid"


def test_a_ghost_that_does_not_parse_is_invalid() -> None:
    assert judge("SELECT id FROM orders ", "WHERE GROUP").status == "invalid"


def test_a_broken_statement_is_unchecked_but_its_names_are_not() -> None:
    assert judge("SELECT ) FROM orders WHERE ( ", "amount").status == "unchecked"
    assert judge("SELECT ) FROM orders WHERE ( ", "zq_made").status == "invalid"


def test_writing_without_where_is_warned_of() -> None:
    assert judge("UPDATE orders ", "SET status = 'x'").warnings
    assert not judge("UPDATE orders ", "SET status = 'x' WHERE id = 1").warnings
    assert judge("DELETE FROM ", "orders").warnings


def test_a_join_without_condition_is_warned_of() -> None:
    assert judge("SELECT 1 FROM orders", ", customers").warnings
    assert not judge("SELECT 1 FROM orders o", " JOIN customers c ON c.id = o.customer_id").warnings
