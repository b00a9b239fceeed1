"""A ghost stops where a reader would."""

from __future__ import annotations

import pytest

from sqlcomplete.ghost.incomplete import is_incomplete
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

INDEX = SchemaIndex(schema_from_ddl("CREATE TABLE t (id INT, name TEXT)", "sqlite"))


@pytest.mark.parametrize(
    ("left", "shown", "incomplete"),
    [
        ("SELECT T1.", "id, T1", True),  # of what?
        ("SELECT a.id FROM t a WHERE a.", "id = 3 AND a", True),
        ("SELECT T1.", "id, T1.name", False),
        ("SELECT T1.id FROM ", "t AS T1", False),  # the alias itself
        ("SELECT T1.id FROM ", "t T1", False),
        ("SELECT ", "id, name", False),
        ("SELECT id FROM t WHERE name = ", "'a", True),
        ("SELECT id FROM t WHERE name = 'a", "b'", False),
    ],
)
def test_no_stop_inside_quotes_or_behind_a_qualifier(
    left: str, shown: str, incomplete: bool
) -> None:
    assert is_incomplete(shown, analyse(left, len(left), INDEX)) is incomplete
