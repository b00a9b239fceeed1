"""What schema and syntax prove may stand at the cursor is offered, and nothing unknown."""

from __future__ import annotations

from sqlcomplete.candidates import candidates
from sqlcomplete.candidates.matching import FUZZY, NONE, PREFIX, WORD, match_tier
from sqlcomplete.candidates.naming import free_alias, write_name
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import (
    Analysis,
    Expectation,
    Kind,
    OutputColumn,
    Relation,
    Scope,
    Statement,
)

CUSTOMERS = Table("customers", (Column("id"), Column("name"), Column("Full Name")))
ORDERS = Table(
    "orders",
    (Column("id"), Column("customer_id"), Column("status", "text", values=("new", "paid"))),
    foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
)
INDEX = SchemaIndex(Schema("postgres", (CUSTOMERS, ORDERS)))


def relation(table: Table, alias: str, start: int) -> Relation:
    columns = tuple(OutputColumn(c.name, c.type, table, c) for c in table.columns)
    return Relation(alias, "table", columns, table, alias, start=start)


def inserts(
    text: str,
    clause: Clause,
    kind: Kind,
    *relations: Relation,
    typed: str = "",
    compared: OutputColumn | None = None,
    silent: bool = False,
) -> list[str]:
    cursor = len(text)
    tokens = tuple(lex(text, "postgres"))
    expectation = Expectation(
        frozenset({kind}), clause, typed, (cursor - len(typed), cursor),
        compared=compared, silent=silent,
    )  # fmt: skip
    here = Analysis(
        text, cursor, "postgres", Statement(0, cursor, tokens), Scope(relations), expectation
    )
    return [c.insert for c in candidates(here, INDEX) if c.kind is kind]


def test_a_foreign_key_gives_the_condition_of_a_join() -> None:
    text = "SELECT 1 FROM orders o JOIN customers c ON "
    found = inserts(
        text,
        Clause.ON,
        Kind.JOIN_CONDITION,
        relation(ORDERS, "o", 14),
        relation(CUSTOMERS, "c", 28),
    )
    assert set(found) == {"c.id = o.customer_id", "o.customer_id = c.id"}


def test_tables_by_prefix_and_none_that_do_not_exist() -> None:
    assert inserts("SELECT 1 FROM cu", Clause.FROM, Kind.TABLE, typed="cu") == ["customers"]
    assert inserts("SELECT 1 FROM zq", Clause.FROM, Kind.TABLE, typed="zq") == []


def test_columns_are_those_of_the_scope_qualified_where_there_is_an_alias() -> None:
    found = inserts(
        "SELECT 1 FROM orders o WHERE ", Clause.WHERE, Kind.COLUMN, relation(ORDERS, "o", 14)
    )
    assert found[:3] == ["o.id", "o.customer_id", "o.status"]
    assert found[3:] == ["id", "customer_id", "status"]  # right too, but not as it is written here


def test_a_name_that_needs_quotes_gets_them() -> None:
    found = inserts(
        "SELECT c.id FROM customers c WHERE Fu", Clause.WHERE, Kind.COLUMN,
        relation(CUSTOMERS, "c", 17), typed="Fu",
    )  # fmt: skip
    assert found == ['c."Full Name"', '"Full Name"']
    assert write_name("order", "mysql") == "`order`"
    assert write_name("amount", "postgres") == "amount"


def test_values_of_the_compared_column() -> None:
    status = relation(ORDERS, "o", 14).columns[2]
    found = inserts(
        "SELECT 1 FROM orders o WHERE o.status = ", Clause.WHERE, Kind.LITERAL,
        relation(ORDERS, "o", 14), compared=status,
    )  # fmt: skip
    assert found[:2] == ["'new'", "'paid'"]


def test_nothing_inside_comments_and_strings() -> None:
    assert inserts("SELECT 1 -- cu", Clause.SELECT, Kind.COLUMN, typed="cu", silent=True) == []


def test_a_wide_schema_does_not_crowd_out_other_kinds() -> None:
    wide = Table("wide", tuple(Column(f"c{n}") for n in range(900)))
    index = SchemaIndex(Schema("postgres", (wide,)))
    text = "SELECT "
    expectation = Expectation(
        frozenset({Kind.COLUMN, Kind.FUNCTION}), Clause.SELECT, "", (7, 7), keywords=("DISTINCT",)
    )
    here = Analysis(
        text, 7, "postgres", Statement(0, 7, tuple(lex(text, "postgres"))),
        Scope((relation(wide, "wide", 14),)), expectation,
    )  # fmt: skip
    found = candidates(here, index, limit=200)
    assert len(found) <= 200
    assert {Kind.COLUMN, Kind.FUNCTION, Kind.KEYWORD} <= {c.kind for c in found}


def test_how_letters_fit_names() -> None:
    assert match_tier("ord", "order_items") == PREFIX
    assert match_tier("item", "order_items") == WORD
    assert match_tier("oi", "order_items") == FUZZY
    assert match_tier("xyz", "order_items") == NONE


def test_an_alias_is_short_free_and_no_keyword() -> None:
    assert free_alias("order_items", ()) == "oi"
    assert free_alias("order_items", ("oi",)) != "oi"
    assert free_alias("annual_sales", ()) not in ("as",)
