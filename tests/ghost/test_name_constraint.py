"""The name constraint: what the model may write at a cursor, and what it need not be asked for."""

from __future__ import annotations

import pytest

from sqlcomplete.ghost.name_constraint import NameConstraint, schema_names
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

DDL = (
    "CREATE TABLE customer_accounts (id INT, display_name TEXT, signed_up_at TEXT);"
    "CREATE TABLE orders (id INT, customer_account_id INT, total INT);"
)


def constraint(drawn: str, dialect: str = "postgres") -> NameConstraint:
    index = SchemaIndex(schema_from_ddl(DDL, dialect))
    text, cursor = drawn.replace("|", ""), drawn.index("|")
    return NameConstraint(
        analyse(text, cursor, index), schema_names(index, {"SELECT", "WHERE", "count"})
    )


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
    assert constraint(drawn)(text) is may


def test_numbered_parameters_are_written_where_they_are_at_home() -> None:
    assert constraint("SELECT id FROM orders WHERE id = |")("$1")
    assert not constraint("SELECT id FROM orders WHERE id = |", "sqlite")("$1")
    assert constraint("SELECT id FROM orders WHERE total > $1 AND id = |", "sqlite")("$2")


def test_a_name_that_is_the_only_one_is_forced() -> None:
    assert constraint("SELECT disp|").forced("") == "lay_name"
    assert constraint("SELECT |").forced("customer_account_i") == "d"
    assert constraint("SELECT |").forced("customer_account") == ""  # two go on from here
    assert constraint("SELECT |").forced("display_name") == ""
    assert constraint("SELECT DISP|").forced("") == ""  # not in the case it was declared in
    assert constraint("SELECT id FROM orders AS |").forced("dis") == ""
    assert constraint("SELECT id FROM orders WHERE id = |").forced("'disp") == ""
