"""Where a ghost may end: the same for the model's words and for hints."""

from __future__ import annotations

import pytest

from sqlcomplete.completer import Completer
from sqlcomplete.ghost.ending import good_ending, may_end
from sqlcomplete.ghost.shortening import shortened
from sqlcomplete.model.decode import Continuation
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

SCHEMA = schema_from_ddl(
    "CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);"
    "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id),"
    " total INT);"
    "CREATE TABLE items (order_id INT REFERENCES orders (id), amount INT);",
    "postgres",
)
INDEX = SchemaIndex(SCHEMA)


def at(drawn: str, shown: str, rest: str = "") -> bool:
    text, cursor = drawn.replace("|", ""), drawn.index("|")
    return may_end(shown, rest, analyse(text, cursor, INDEX))


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("SELECT c.| FROM customers c", "name"),
        ("SELECT | FROM customers c", "c.name"),
        ("SELECT | FROM customers c", "*"),
        ("SELECT | FROM customers c", "c.*"),
        ("SELECT DISTINCT | FROM customers", "*"),
        ("SELECT count(|) FROM customers", "*"),
        ("SELECT c.|", "name,"),  # nothing stands on the right
        ("SELECT c.|\n", "name,"),
        ("SELECT c.|;\nSELECT 1", "name,"),  # that is the next statement's
        ("SELECT c.| -- the name", "name,"),
        ("SELECT id FROM orders WHERE total |", ">="),
        ("SELECT id FROM orders WHERE total > |", "1."),
        ("SELECT id FROM orders WHERE name = | ORDER BY id", "'a,'"),
    ],
)
def test_a_good_end(drawn: str, shown: str) -> None:
    assert at(drawn, shown)


@pytest.mark.parametrize(
    ("drawn", "shown", "rest"),
    [
        ("SELECT |", "c.", "name"),
        ("SELECT |", "c.", ""),  # nor where the model stopped there
        ("SELECT | FROM customers c", "c.", ""),
        ("SELECT c|", ".", ""),
        ("SELECT * FROM |", "public.", ""),
        ("SELECT |", '"c".', ""),
        ("SELECT |", "c", ".name"),  # the qualifier without its dot
        ("SELECT c.name, |", "c", ""),
        ("SELECT c.| FROM customers c", "name,", " c.id"),
        ("SELECT c.| FROM customers c", "name, c.", ""),
        ("SELECT c.|, c.id FROM customers c", "name,", ""),
        ("SELECT id FROM orders WHERE total |\nORDER BY id", ">=", ""),
        ("SELECT id FROM orders WHERE |\nORDER BY id", "total =", " 1"),
        ("SELECT | FROM orders", "total *", " 2"),
        ("SELECT | FROM orders", "sum(total) *", ""),
        ("SELECT | FROM orders", "na", "me"),
        ("SELECT id FROM orders |WHERE id = 1", "WHERE", ""),  # WHEREWHERE
        ("SELECT c|.name FROM customers c", ".name", ""),
        ("SELECT |", "'a", ""),
    ],
)
def test_no_end(drawn: str, shown: str, rest: str) -> None:
    assert not at(drawn, shown, rest)


def test_the_models_words_are_cut_back_to_the_last_good_end() -> None:
    text = "SELECT c. FROM customers c"
    analysis = analyse(text, 9, INDEX)
    words = ("name", ",", " c", ".")
    ends = tuple(len("".join(words[: n + 1])) for n in range(len(words)))
    ghost = shortened(analysis, Continuation("".join(words), ends, (0.9, 0.8, 0.7, 0.6)), INDEX)
    assert ghost is not None
    assert (ghost.text, ghost.confidence) == ("name", 0.9)


def test_words_without_a_good_end_are_not_shown() -> None:
    analysis = analyse("SELECT  FROM customers c", 7, INDEX)
    assert shortened(analysis, Continuation("c.", (1, 2), (0.9, 0.9)), INDEX) is None


@pytest.mark.parametrize(
    ("drawn", "text", "kept"),
    [
        ("SELECT | FROM customers", "name, id,", "name, id"),
        ("SELECT | FROM customers c", "c.name, c.", "c.name"),
        ("SELECT |", "c.", ""),
        ("SELECT |", "name, id", "name, id"),
    ],
)
def test_a_hint_is_cut_back_too(drawn: str, text: str, kept: str) -> None:
    analysis = analyse(drawn.replace("|", ""), drawn.index("|"), INDEX)
    assert good_ending(text, analysis) == kept


def test_a_name_of_a_namespace_is_listed_but_no_ghost() -> None:
    schema = schema_from_ddl("CREATE TABLE warehouse.stock (id INT)", "postgres")
    text = "SELECT * FROM ware"
    found = Completer(schema, model=None).complete(text, len(text))
    assert "warehouse." in [item.insert for item in found.items]
    assert found.ghost is None or not found.ghost.text.endswith(".")


@pytest.mark.parametrize(
    ("drawn", "ghost"),
    [
        ("SELECT * FROM items JOIN |", "orders ON items.order_id = orders.id"),
        ("SELECT * FROM items i JOIN |", "orders o ON i.order_id = o.id"),
        ("SELECT o.total FROM items i JOIN |", "orders o ON i.order_id = o.id"),
        ("SELECT * FROM items i LEFT JOIN | WHERE i.amount > 1", "orders o ON i.order_id = o.id"),
    ],
)
def test_a_join_that_is_clearly_the_first_is_shown(drawn: str, ghost: str) -> None:
    found = Completer(SCHEMA, model=None).complete(drawn.replace("|", ""), drawn.index("|"))
    assert found.ghost is not None
    assert found.ghost.text == ghost
    assert found.items[0].insert == ghost


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT * FROM orders o JOIN |",  # customers or items
        "SELECT * FROM items i JOIN |orders o ON o.id = i.order_id",  # it is there already
        "SELECT * FROM items i JOIN | ON i.order_id = o.id",  # its condition is
    ],
)
def test_no_join_is_shown_where_others_are_as_likely_or_it_is_there(drawn: str) -> None:
    found = Completer(SCHEMA, model=None).complete(drawn.replace("|", ""), drawn.index("|"))
    assert found.ghost is None
