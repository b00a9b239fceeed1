"""Every named state has a handler: one without would end a keystroke by an error."""

from __future__ import annotations

from collections.abc import Container, Iterable

import pytest

from sqlcomplete.syntax.expression import ExpressionAt, walking
from sqlcomplete.syntax.grammar import brackets, calls, expressions
from sqlcomplete.syntax.grammar.calls import CallAt
from sqlcomplete.syntax.grammar.roles import Role
from sqlcomplete.syntax.query import FromAt, relations


@pytest.mark.parametrize(
    ("states", "tables"),
    [
        (ExpressionAt, [walking._HANDLERS]),
        (ExpressionAt, [expressions._HANDLERS, expressions._WORDS, expressions._KINDS]),
        (FromAt, [relations._HANDLERS]),
        (CallAt, [calls._HANDLERS]),
        (Role, [brackets._HANDLERS]),
    ],
)
def test_every_state_has_a_handler(states: Iterable[str], tables: Iterable[Container[str]]) -> None:
    for state in states:
        assert sum(state in table for table in tables) == 1, state
