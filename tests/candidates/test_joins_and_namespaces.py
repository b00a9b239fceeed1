"""No join that the statement has already is offered again; the default namespace may be named."""

from __future__ import annotations

import pytest

from sqlcomplete.candidates import candidates
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Schema, Table
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Kind

INDEX = SchemaIndex(
    schema_from_ddl(
        """
        CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);
        CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id));
        CREATE TABLE items (
            id INT PRIMARY KEY,
            order_id INT REFERENCES orders (id),
            parent_id INT REFERENCES items (id)
        );
        """,
        "postgres",
    )
)


def offered(drawn: str, kind: Kind) -> list[str]:
    """What is offered of that kind where the caret `|` is drawn."""
    cursor = drawn.index("|")
    text = drawn.replace("|", "", 1)
    found = candidates(analyse(text, cursor, INDEX, "postgres"), INDEX)
    return [one.insert for one in found if one.kind is kind]


def test_a_join_made_already_is_not_offered_again() -> None:
    found = offered("SELECT 1 FROM items i JOIN orders o ON o.id = i.order_id JOIN |", Kind.JOIN)
    assert [text.split()[0] for text in found if text.startswith(("orders", "customers"))] == [
        "customers"
    ]


def test_the_second_key_between_two_tables_is_still_offered() -> None:
    found = offered("SELECT 1 FROM items i JOIN items p ON p.id = i.parent_id JOIN |", Kind.JOIN)
    assert any(text.startswith("orders o ") for text in found)


@pytest.mark.parametrize("drawn", ["SELECT * FROM public.|", "SELECT * FROM public.o|"])
def test_the_default_namespace_may_be_named(drawn: str) -> None:
    assert "orders" in offered(drawn, Kind.TABLE)


def test_an_unknown_namespace_has_no_tables() -> None:
    index = SchemaIndex(Schema("postgres", (Table("orders", (Column("id"),), namespace="sales"),)))
    analysis = analyse("SELECT * FROM nowhere.", 22, index, "postgres")
    assert [c.insert for c in candidates(analysis, index) if c.kind is Kind.TABLE] == []


def test_tables_read_without_namespaces_are_meant_whatever_namespace_is_written() -> None:
    assert "orders" in offered("SELECT * FROM sales.|", Kind.TABLE)
    assert "customer_id" in offered("SELECT * FROM sales.orders WHERE |", Kind.COLUMN)
