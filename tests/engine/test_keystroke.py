"""What a keystroke costs, in counts: the statement is lexed once."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from benchmarks import keystroke
from sqlcomplete.completer import Completer
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.syntax.lex import lex

SCHEMA = schema_from_ddl(
    """
    CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, region TEXT);
    CREATE TABLE orders (
        id INT PRIMARY KEY,
        customer_id INT REFERENCES customers (id),
        status TEXT,
        total NUMERIC
    );
    """,
    "postgres",
)
FILLER = "coalesce(o.total, 0) AS total_of_the_order, o.status, " * 4
CUSTOMERS = "upper(c.name) AS name_in_capitals, c.region, " * 4
TEXTS = (
    f"SELECT {FILLER}o.id FROM orders o JOIN customers c ON |",
    f"SELECT {FILLER}o.id FROM orders o JOIN customers c ON | WHERE c.region = 'north'",
    f"SELECT {FILLER}o.id FROM orders o GRO|",
    f"SELECT {FILLER}o.id FROM orders o WHERE sta| = 'open' ORDER BY o.id",
    f"SELECT {FILLER}o.id FROM orders o JOIN cus| WHERE c.region = 'north'",
    f"SELECT {FILLER}| FROM orders o",
    f"SELECT c.region, count(*), {CUSTOMERS}c.id FROM customers c GROUP BY |",
    f"SELECT {FILLER}o.id FROM orders o WHERE o.st|atus = 'open'",
)


@pytest.fixture(scope="module", params=["schema", "model"])
def completer(request: pytest.FixtureRequest) -> Completer:
    return Completer(SCHEMA, model="embedded" if request.param == "model" else None)


def lexed(completer: Completer, text: str, cursor: int) -> list[int]:
    """How many characters each call of the lexer reads in one keystroke."""
    found: list[int] = []

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is lex.__code__:
            found.append(len(frame.f_locals["text"]) - frame.f_locals["start"])

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        completer.complete(text, cursor)
    finally:
        sys.setprofile(before)
    return found


@pytest.mark.parametrize("drawn", TEXTS)
def test_a_statement_is_lexed_once_a_keystroke(completer: Completer, drawn: str) -> None:
    text, cursor = drawn.replace("|", ""), drawn.index("|")
    whole, *pieces = lexed(completer, text, cursor)
    found = completer.complete(text, cursor)
    proposed = [item.insert for item in found.items]
    if found.ghost is not None:
        proposed.append(found.ghost.text)
    assert whole == len(text)
    # All else is what may be inserted, with the word that it touches on each side.
    longest = 20 + max(len(one) for one in proposed)
    assert all(piece <= longest for piece in pieces)


def test_a_keystroke_stays_as_cheap_as_it_is() -> None:
    """A limit a tenth above what typing the statement of `benchmarks.keystroke` costs: raise it
    only for something that is worth it."""
    completer = Completer(keystroke.SCHEMA, model=None)
    keystroke.typed(completer, keystroke.WARM)
    costs = keystroke.typed(completer, keystroke.STATEMENT)
    assert sum(cost.calls for cost in costs) / len(costs) < 890
    assert sum(cost.files for cost in costs) / len(costs) < 56
    assert sum(cost.lexed_characters for cost in costs) < 1.2 * sum(range(len(costs) + 1))
