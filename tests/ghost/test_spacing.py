"""The blank after a word that a statement cannot end with comes with the word."""

from __future__ import annotations

import pytest

from sqlcomplete.completer import Completer
from sqlcomplete.ghost.spacing import with_space
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

SCHEMA = schema_from_ddl(
    "CREATE TABLE users (id INT PRIMARY KEY, name TEXT);"
    "CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users (id), total INT)",
    "postgres",
)
INDEX = SchemaIndex(SCHEMA)


def written(before: str, text: str, after: str = "") -> str:
    """`text`, given at the cursor between `before` and `after`, as it would be inserted."""
    analysis = analyse(before + after, len(before), INDEX)
    return with_space(text, len(before), analysis)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "SELECT"),
        ("SELECT id ", "FROM"),
        ("SELECT id F", "ROM"),
        ("select id from users ", "left join"),
        ("SELECT id FROM users WHERE id > 1 ", "AND"),
        ("SELECT id FROM users ", "WHERE name IS NOT"),
        ("SELECT id FROM users WHERE id ", "="),
        ("SELECT id FROM users WHERE", " id ="),
        ("SELECT id FROM users ORDER ", "BY"),
    ],
)
def test_a_word_that_must_go_on_brings_its_blank(before: str, text: str) -> None:
    assert written(before, text) == text + " "


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("SELECT id FROM ", "users", ""),  # may be the end
        ("SELECT id FROM users ORDER BY id ", "DESC", ""),
        ("SELECT ", "count", ""),
        ("SELECT id FROM users WHERE id", "=", ""),  # written without blanks
        ("SELECT id FROM users WHERE id ", "IN", ""),  # IN( is as common
        ("SELECT u.", "set", ""),  # a column of that name
        ("SELECT id FROM users WHERE name = 'from ", "select", ""),
        ('SELECT "', "from", ""),
        ("SELECT id -- and ", "from", ""),
        ("SELECT id ", "FROM", " users"),
        ("SELECT id ", "FROM", "("),
        ("SELECT\n    id\n", "FROM", ""),  # this one breaks its lines after such words
    ],
)
def test_any_other_stays_as_it_is(before: str, text: str, after: str) -> None:
    assert written(before, text, after) == text


def test_a_line_end_right_of_the_cursor_is_no_hindrance() -> None:
    assert written("SELECT id ", "FROM", "\nWHERE id = 1") == "FROM "
    assert written("SELECT id\nFROM users\n", "WHERE") == "WHERE "


def test_ghost_and_list_agree_on_it() -> None:
    text = "INSERT IN"
    found = Completer(SCHEMA, model=None).complete(text, len(text))
    assert found.ghost is not None
    assert found.ghost.text == "TO "
    assert found.items[0].insert == "INTO "
    assert found.items[0].label == "INTO"
