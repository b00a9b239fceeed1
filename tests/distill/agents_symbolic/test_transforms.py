"""Every transform's output parses, resolves and runs; what must not change does not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from distill.agents.record import Record
from distill.agents.symbolic import (
    KEEPS_MEANING,
    TRANSFORMS,
    Expansion,
    ExpansionSettings,
    Verification,
)
from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.reading import index_of, read, unknown
from distill.agents.symbolic.transforms.naming import STYLES, plural, renamed, singular
from distill.agents.symbolic.transforms.renaming import in_names
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.model import Schema

from .conftest import DDL, STATEMENTS, record

SHOP = schema_from_ddl(DDL, "postgres")


def apply(
    name: str, sql: str, seed: int, dialect: str = "postgres", **more: object
) -> Change | None:
    one = record(sql, SHOP, dialect, **more)
    return TRANSFORMS[name](Subject(one, read(sql, dialect)), random.Random(seed))


@pytest.mark.parametrize("name", TRANSFORMS)
@given(st.sampled_from(STATEMENTS), st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_output_parses_and_resolves(name: str, sql: str, seed: int) -> None:
    change = apply(name, sql, seed)
    if change is None:
        return
    reading = read(change.sql, change.dialect or "postgres")
    assert unknown(reading, index_of(change.schema or SHOP)) is None
    assert change.sql != sql


@pytest.mark.parametrize("name", TRANSFORMS)
def test_output_runs_on_rows_made_for_it(name: str) -> None:
    applied = ran = 0
    verification = Verification()
    for number, sql in enumerate(STATEMENTS):
        change = apply(name, sql, number)
        if change is None:
            continue
        applied += 1
        made = record(change.sql, change.schema or SHOP, change.dialect or "postgres")
        outcome = verification.work(made, random.Random(1))
        # A filter may well ask for what another forbids: that is for verification to find.
        assert all(r.reason.startswith("empty") for r in outcome.rejects), outcome.rejects
        ran += len(outcome.records)
    assert applied >= 1
    assert ran >= applied * 0.8


@pytest.mark.parametrize("name", ["to CTE", "from CTE", "aliases", "reformat"])
def test_what_keeps_the_meaning_returns_the_same_rows(name: str) -> None:
    settings_ = ExpansionSettings(transforms=((name, 1.0),), children=1)
    applied = 0
    for number, sql in enumerate(STATEMENTS):
        for child in Expansion(settings_).work(record(sql, SHOP), random.Random(number)).records:
            applied += 1
            assert KEEPS_MEANING in child.provenance[-1].note
            outcome = Verification().work(child, random.Random(number))
            assert outcome.rejects == (), outcome.rejects[0].reason
    assert applied


# Renaming


def shape(tree: exp.Expr) -> str:
    """The tree without the names of tables and columns."""
    copy = tree.copy()
    for node in copy.find_all(exp.Identifier):
        if not isinstance(node.parent, (exp.TableAlias, exp.Alias)):
            node.set("this", "_")
            node.set("quoted", False)
    return repr(copy)


@given(st.sampled_from(STATEMENTS), st.sampled_from(sorted(STYLES)))
@settings(max_examples=40, deadline=None)
def test_renaming_keeps_the_tree_up_to_names(sql: str, style: str) -> None:
    renaming = renamed(SHOP, style)
    reading = read(sql, "postgres")
    made = in_names(reading, index_of(SHOP), renaming)
    assert made is not None
    there = read(made, "postgres")
    assert shape(there.tree) == shape(reading.tree)
    assert unknown(there, index_of(renaming.schema)) is None


@pytest.mark.parametrize(
    ("style", "table", "column", "text"),
    [
        ("camelCase", "orderItems", "unitPrice", 'SELECT "unitPrice" FROM "orderItems"'),
        ("PascalCase", "OrderItem", "UnitPrice", 'SELECT "UnitPrice" FROM "OrderItem"'),
        ("snake_case singular", "order_item", "unit_price", "SELECT unit_price FROM order_item"),
    ],
)
def test_styles_rename_schema_and_statement_alike(
    style: str, table: str, column: str, text: str
) -> None:
    renaming = renamed(SHOP, style)
    items = renaming.schema.tables[3]
    assert (items.name, items.columns[3].name) == (table, column)
    assert items.foreign_keys[0].ref_table == renaming.schema.tables[2].name
    made = in_names(
        read("SELECT unit_price FROM order_items", "postgres"), index_of(SHOP), renaming
    )
    assert made == text


def test_a_style_gives_one_schema_for_all_statements() -> None:
    again = schema_from_ddl(DDL, "postgres")
    for style in STYLES:
        assert renamed(SHOP, style).schema is renamed(SHOP, style).schema
        assert renamed(SHOP, style).schema == renamed(again, style).schema


def test_output_names_and_aliases_stay_under_new_names() -> None:
    sql = (
        "WITH c AS (SELECT id, name AS title FROM customers) "
        "SELECT c.id, c.title, orders.total FROM c JOIN orders ON orders.customer_id = c.id"
    )
    made = in_names(read(sql, "postgres"), index_of(SHOP), renamed(SHOP, "prefixed"))
    assert made is not None
    prefix = made.split("FROM ")[1].split("customer")[0]
    assert made == (
        f"WITH c AS (SELECT id, name AS title FROM {prefix}customer) "
        f"SELECT c.id, c.title, {prefix}order.total FROM c "
        f"JOIN {prefix}order ON {prefix}order.customer_id = c.id"
    )


@pytest.mark.parametrize(
    ("one", "many"),
    [("category", "categories"), ("box", "boxes"), ("person", "people"), ("day", "days"),
     ("address", "addresses"), ("status", "statuses"), ("order", "orders")],
)  # fmt: skip
def test_singular_and_plural(one: str, many: str) -> None:
    assert (plural(one), singular(many), plural(many), singular(one)) == (many, one, many, one)


# What people would write


def test_a_filter_goes_where_the_statement_has_its_others() -> None:
    sql = "select id\nfrom orders\nwhere customer_id = @customer_id\n  and total > 5\nlimit 3"
    change = apply("filter", sql, 3, question="Orders of a customer.")
    assert change is not None
    head, added, tail = change.sql.partition("\n  and total > 5\n  and ")
    assert head == "select id\nfrom orders\nwhere customer_id = @customer_id" and added
    assert tail.endswith("\nlimit 3")
    assert change.question is not None
    assert change.question.startswith("Orders of a customer, only those whose ")


def test_an_or_is_put_in_parentheses() -> None:
    change = apply("filter", "SELECT id FROM orders WHERE total > 5 OR total < 1", 1)
    assert change is not None
    assert change.sql.startswith("SELECT id FROM orders WHERE (total > 5 OR total < 1) AND ")


@pytest.mark.parametrize(
    ("sql", "new"),
    [
        ("SELECT id FROM orders WHERE total > $1 AND id < $2", "$3"),
        ("SELECT id FROM orders WHERE total > ?", "?"),
        ("SELECT id FROM orders WHERE total > :minTotal", ":"),
        ("SELECT id FROM orders WHERE total > %(least)s", "%("),
    ],
)
def test_placeholders_go_on_as_the_statement_has_them(sql: str, new: str) -> None:
    made = [c.sql for n in range(20) if (c := apply("filter", sql, n)) is not None]
    assert any(new in text.removeprefix(sql) for text in made)


def test_joins_follow_foreign_keys_and_qualify_what_was_bare() -> None:
    for seed in range(12):
        change = apply("join", "SELECT id, total FROM orders WHERE status = 'new'", seed)
        assert change is not None
        tree = read(change.sql, "postgres").tree
        assert all(column.table for column in tree.find_all(exp.Column))
        join = tree.args["joins"][0]
        keys = {c.name for c in join.args["on"].find_all(exp.Column)}
        assert keys in ({"customer_id", "id"}, {"order_id", "id"})


def test_changes_of_rows_keep_the_condition() -> None:
    sql = "SELECT o.id FROM orders o\nWHERE o.status = 'new' AND o.total > 10\nORDER BY o.id"
    change = apply("delete", sql, 1, question="New orders")
    assert change is not None
    first = "DELETE FROM orders\nWHERE status = 'new' AND total > 10"
    assert change.sql.startswith(first)
    assert change.question == "Delete the orders where status = 'new' and total > 10"
    assert apply("delete", "SELECT id FROM orders", 1) is None
    update = apply("update", sql, 1)
    assert update is not None and "WHERE status = 'new' AND total > 10" in update.sql


def test_rows_go_to_a_table_that_they_fit() -> None:
    change = apply("insert", "SELECT * FROM orders WHERE total > 10", 4)
    assert change is not None
    assert change.sql.startswith(("INSERT INTO archived_orders (", "INSERT INTO order_items ("))
    assert change.sql.endswith(" FROM orders WHERE total > 10")


def test_a_dialect_that_cannot_say_it_is_left_alone() -> None:
    sql = "SELECT id FROM orders WHERE id = ANY($1::int[]) AND notes ~ 'x'"
    for seed in range(10):
        change = apply("transpile", sql, seed)
        assert change is None or change.dialect in ("duckdb", "snowflake", "bigquery")


def test_transpiling_speaks_as_people_do() -> None:
    sql = "SELECT id FROM orders WHERE id NOT IN (1, 2) AND total != $1 ORDER BY id DESC LIMIT 5"
    texts = {}
    for seed in range(25):
        change = apply("transpile", sql, seed)
        assert change is not None and change.schema is not None
        assert change.schema.dialect == change.dialect
        texts[change.dialect] = change.sql
    where = sql.replace("$1", "?")
    assert texts["mysql"] == texts["sqlite"] == where
    assert texts["tsql"] == where.replace("SELECT", "SELECT TOP 5").replace(" LIMIT 5", "").replace(
        "?", "@p1"
    )


# The agent


def test_children_say_where_they_come_from(statement: Record) -> None:
    agent = Expansion(ExpansionSettings(children=4))
    outcome = agent.work(statement, random.Random(5))
    assert 1 <= len(outcome.records) <= 4
    assert len({r.sql for r in outcome.records}) == len(outcome.records)
    for child in outcome.records:
        step = child.provenance[0]
        assert (step.agent, step.back_end) == ("expansion", "symbolic")
        assert step.note.split(":")[0] in TRANSFORMS
        assert child.seed == statement.seed and child.sql != statement.sql


def test_the_same_chance_gives_the_same_children(statement: Record) -> None:
    work: Callable[[], object] = lambda: Expansion().work(statement, random.Random(11))  # noqa: E731
    assert work() == work()


def test_settings_choose_transforms() -> None:
    agent = Expansion(ExpansionSettings(transforms=(("rename", 1.0),), children=5, reformatted=0))
    outcome = agent.work(record(STATEMENTS[3], SHOP), random.Random(1))
    assert [r.provenance[0].note.split(":")[0] for r in outcome.records] == ["rename"]
    with pytest.raises(ValueError, match="no transform 'renmae'"):
        ExpansionSettings(transforms=(("renmae", 1.0),))


def test_what_cannot_be_read_is_a_reject(shop: Schema) -> None:
    outcome = Expansion().work(record("SELECT FROM", shop), random.Random(1))
    assert outcome.records == () and outcome.rejects[0].reason.startswith("parse:")
    outcome = Expansion().work(record("SELECT x FROM orders", shop), random.Random(1))
    assert outcome.records == () and outcome.rejects[0].reason.startswith("unknown name:")
