"""Peers are told all that the schema holds, and are not handicapped by the adapter."""

from __future__ import annotations

import pytest

from distill.evaluate.system import Session, Suggestion
from distill.evaluate.systems import system
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

SCHEMA = Schema(
    "postgres",
    (
        Table(
            "Orders",
            (
                Column("id", "int"),
                Column("customer_id", "int"),
                Column("Total", "numeric"),
                Column("state", "text", values=("open", "paid")),
            ),
            primary_key=("id",),
            foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
        ),
        Table("customers", (Column("id", "int"), Column("name", "text")), primary_key=("id",)),
        Table("recent", (Column("id", "int"),), kind="view"),
        Table("bookings", (Column("slots", "int"),), namespace="cd"),
    ),
)


def session(name: str) -> Session:
    module = "pgcli.pgcompleter" if name == "pgcli" else name
    pytest.importorskip(module)
    return system(name).start(SCHEMA)


def inserts(name: str, text: str) -> list[str]:
    found = session(name).complete(text, len(text)).items
    assert all(0 <= s.replace[0] <= s.replace[1] == len(text) for s in found)
    assert len(set(found)) == len(found)
    return [s.insert for s in found]


@pytest.mark.parametrize("name", ["pysqlsuggestions", "pgcli"])
def test_knows_tables_views_columns_and_keys(name: str) -> None:
    assert {"orders", "customers", "recent"} <= set(inserts(name, "SELECT * FROM "))
    assert "total" in inserts(name, "SELECT * FROM orders WHERE to")
    joins = inserts(name, "SELECT * FROM orders JOIN cu")
    assert any("customer_id" in join and " ON " in join.upper() for join in joins)


def test_pysqlsuggestions_drops_the_qualifier_of_a_lone_relation() -> None:
    assert "name" in inserts("pysqlsuggestions", "SELECT * FROM customers c WHERE na")
    two = inserts("pysqlsuggestions", "SELECT * FROM customers c, orders o WHERE na")
    assert "c.name" in two


def test_pysqlsuggestions_counts_up_to_the_cursor_it_leaves() -> None:
    assert "count(" in inserts("pysqlsuggestions", "SELECT cou")


def test_pysqlsuggestions_offers_known_values() -> None:
    found = inserts("pysqlsuggestions", "SELECT * FROM orders WHERE state = ")
    assert "'open'" in found


def test_pgcli_replaces_the_word_begun() -> None:
    text = "SELECT * FROM orders WHERE to"
    found = session("pgcli").complete(text, len(text)).items
    assert Suggestion("total", (len(text) - 2, len(text))) in found
