"""Qualifiers before FROM, the default namespace, open parentheses, joins yet unfinished."""

from __future__ import annotations

import pytest

from sqlcomplete.completion import Verdict
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse
from sqlcomplete.verdict import verdict

INDEX = SchemaIndex(
    schema_from_ddl(
        """
        CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);
        CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, status TEXT, amount NUMERIC);
        """,
        "postgres",
    )
)


def judge(drawn: str) -> Verdict:
    """The verdict of the ghost drawn between `«` and `»`."""
    left, rest = drawn.split("«")
    ghost, right = rest.split("»")
    return verdict(analyse(left + right, len(left), INDEX, "postgres"), ghost, INDEX)


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT o.status, «o.amount»",
        "SELECT 1 FROM «public.orders»",
        "SELECT 1 FROM orders WHERE «status IN (» ORDER BY id",
        "SELECT id FROM orders WHERE («amount > 3»",
        "SELECT sum(amount) «OVER (PARTITION BY status»",
        "SELECT «to_char(amount, 'FM9')» FROM orders",
        "SELECT our_own(id), «our_own(customer_id)» FROM orders",
        "MERGE INTO orders o USING customers c ON «o.customer_id = c.id WHEN MATCHED THEN DELETE»",
    ],
)
def test_what_may_go_on_is_valid(drawn: str) -> None:
    assert judge(drawn).status == "valid"


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT o.status, «o.name»",  # no table has both
        "SELECT «o.status»",  # nobody has said o
        "SELECT 1 FROM «private.orders»",
        "SELECT c.id FROM orders o JOIN customers c ON «c.customer_id»",
        "SELECT «made FROM orders EXCEPT SELECT id FROM customers»",
        "SELECT o.status, o.«made FROM »",
        "SELECT «customers(id)» FROM orders",  # a table is no function
        "SELECT «made.up(id)» FROM orders",
        "SELECT 1 FROM orders o JOIN «customers o»",  # one alias for two
        "SELECT 1 FROM orders JOIN «customers AS c ON true» JOIN orders AS c ON true",
    ],
)
def test_names_of_nothing_are_invalid(drawn: str) -> None:
    assert judge(drawn).status == "invalid"


def test_a_join_whose_condition_comes_next_is_no_danger_yet() -> None:
    assert judge("SELECT 1 FROM orders o JOIN «customers c»").warnings == ()
    assert judge("SELECT 1 FROM orders o JOIN «customers c» ON ").warnings == ()


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT 1 FROM orders o JOIN «customers c WHERE o.id = 1»",
        "SELECT 1 FROM orders o, «customers c»",
    ],
)
def test_a_join_without_condition_carries_a_warning(drawn: str) -> None:
    assert "every row of c" in " ".join(judge(drawn).warnings)


def test_a_union_is_ordered_by_its_output() -> None:
    union = "SELECT id AS key FROM orders UNION SELECT id FROM customers ORDER BY "
    assert judge(f"{union}«key»").status == "valid"
    assert judge(f"{union}«made»").status == "invalid"


def test_double_quotes_hold_a_string_in_sqlite_where_a_value_is_compared() -> None:
    text = "SELECT id FROM orders WHERE status = "
    lite = analyse(text, len(text), INDEX, "sqlite")
    assert verdict(lite, '"paid"', INDEX).status == "valid"
    assert judge(f'{text}«"paid"»').status == "invalid"
