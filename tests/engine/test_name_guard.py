"""The guard: what the model may write at a cursor, and what it need not be asked for."""

from __future__ import annotations

import pytest

from sqlcomplete.guard import Guard, schema_names
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

DDL = (
    "CREATE TABLE customer_accounts (id INT, display_name TEXT, signed_up_at TEXT);"
    "CREATE TABLE orders (id INT, customer_account_id INT, total INT);"
)


def guard(drawn: str, dialect: str = "postgres") -> Guard:
    index = SchemaIndex(schema_from_ddl(DDL, dialect))
    text, cursor = drawn.replace("|", ""), drawn.index("|")
    return Guard(analyse(text, cursor, index), schema_names(index, {"SELECT", "WHERE", "count"}))


@pytest.mark.parametrize(
    ("drawn", "text", "may"),
    [
        ("SELECT |", "display_name", True),
        ("SELECT |", "displ", True),
        ("SELECT |", "made_up", False),
        ("SELECT disp|", "lay_name", True),
        ("SELECT disp|", "lace", False),
        ("SELECT id FROM orders AS |", "anything", True),
        ("SELECT id FROM orders |", "o", True),
        ("SELECT id FROM orders WHERE id = |", "'made up'", True),
    ],
)
def test_words_are_known_or_free(drawn: str, text: str, may: bool) -> None:
    assert guard(drawn)(text) is may


def test_numbered_parameters_are_written_where_they_are_at_home() -> None:
    assert guard("SELECT id FROM orders WHERE id = |")("$1")
    assert not guard("SELECT id FROM orders WHERE id = |", "sqlite")("$1")
    assert guard("SELECT id FROM orders WHERE total > $1 AND id = |", "sqlite")("$2")


def test_a_name_that_is_the_only_one_is_forced() -> None:
    assert guard("SELECT disp|").forced("") == "lay_name"
    assert guard("SELECT |").forced("customer_account_i") == "d"
    assert guard("SELECT |").forced("customer_account") == ""  # two go on from here
    assert guard("SELECT |").forced("display_name") == ""
    assert guard("SELECT DISP|").forced("") == ""  # not in the case it was declared in
    assert guard("SELECT id FROM orders AS |").forced("dis") == ""
    assert guard("SELECT id FROM orders WHERE id = |").forced("'disp") == ""
