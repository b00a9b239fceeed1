"""The completer with the model that ships, and without: what every face relies on."""

from __future__ import annotations

import threading

import pytest

from sqlcomplete.completer import Completer, CursorError
from sqlcomplete.completion import Completion
from sqlcomplete.model import EMBEDDED
from sqlcomplete.model.conversation import open_gate
from sqlcomplete.model.session import MODEL_FILE
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.model import Column, Schema, Table

SCHEMA = schema_from_ddl(
    """
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT);
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER REFERENCES customers (id),
        status TEXT CHECK (status IN ('open', 'paid')),
        total NUMERIC
    );
    """,
    "sqlite",
)
TEXTS = (
    "SELECT |",
    "SELECT na| FROM customers",
    "SELECT * FROM cus|",
    "SELECT * FROM orders o JOIN customers c ON |",
    "SELECT status, COUNT(*) FROM orders GROUP BY |",
    "UPDATE orders SET |",
    "INSERT INTO orders |",
    "-- orders that are paid\nSELECT |",
    "SELECT c.| FROM customers c",
    "DELETE FROM orders|",
)


@pytest.fixture(scope="module", params=["schema", "model"])
def completer(request: pytest.FixtureRequest) -> Completer:
    if request.param == "schema":
        return Completer(SCHEMA, model=None)
    assert (EMBEDDED / MODEL_FILE).is_file(), "the package has no model"
    return Completer(SCHEMA)


def ask(completer: Completer, drawn: str) -> Completion:
    return completer.complete(drawn.replace("|", ""), drawn.index("|"))


@pytest.mark.parametrize("drawn", TEXTS)
def test_there_are_items_and_the_ghost_agrees_with_the_first(
    completer: Completer, drawn: str
) -> None:
    found = ask(completer, drawn)
    assert found.items
    for item in found.items:
        assert 0 <= item.replace[0] <= item.replace[1] <= len(drawn) - 1
    if found.ghost is not None:
        assert found.ghost.verdict.status != "invalid"
        cursor = drawn.index("|")
        written = drawn[found.items[0].replace[0] : cursor] + found.ghost.text
        first = found.items[0].insert.lower()
        assert written.lower().startswith(first) or first.startswith(written.lower())


@pytest.mark.parametrize("drawn", TEXTS)
def test_the_same_question_has_the_same_answer(completer: Completer, drawn: str) -> None:
    first, second, third = (ask(completer, drawn) for _ in range(3))
    assert second.items == first.items == third.items
    assert second.ghost == first.ghost == third.ghost
    assert second.model == first.model


def test_waiting_for_another_threads_call_counts_to_the_deadline() -> None:
    """Beside a call that has all the time it wants, on the same completer."""
    completer = Completer(SCHEMA)
    assert completer.session is not None
    inside, go_on = threading.Event(), threading.Event()

    def hold(deadline: float | None) -> None:
        inside.set()
        go_on.wait(20)

    completer.session.gate = hold
    unbounded = threading.Thread(target=completer.complete, args=("SELECT * FROM orders o ", 23))
    unbounded.start()
    try:
        assert inside.wait(60)
        found = completer.complete("SELECT * FROM cus", 17, deadline_ms=100)
        # Nothing has let the other call go: this one was answered while it held the model.
        assert not go_on.is_set()
        assert found.model == "late"
        assert found.items[0].insert == "customers"
    finally:
        completer.session.gate = open_gate
        go_on.set()
        unbounded.join(60)


LONE = "\ud800"


@pytest.mark.parametrize(
    "drawn",
    [
        f"SELECT * FROM cus| -- {LONE}",
        f"-- {LONE} orders\nSELECT |",
        f"SELECT '{LONE}', na| FROM customers",
        f"SELECT {LONE}|",
        f"SELECT {LONE}a| FROM orders",
        f'SELECT "{LONE}| FROM orders',
        f"SELECT * FROM orders {LONE} JOIN customers c ON |",
        f"SELECT 1; {LONE}; SELECT |{LONE}",
    ],
)
def test_half_of_a_surrogate_pair_is_text_like_any_other(completer: Completer, drawn: str) -> None:
    found = ask(completer, drawn)
    assert all(item.replace[0] <= drawn.index("|") for item in found.items)


def test_half_of_a_surrogate_pair_may_stand_in_a_name() -> None:
    odd = Schema("sqlite", (Table(f"t{LONE}", (Column(f"c{LONE}"), Column(f"d{LONE}"))),))
    completer = Completer(odd)
    for text in ("SELECT * FROM ", f'SELECT c FROM "t{LONE}" WHERE ', "SELECT "):
        assert completer.complete(text, len(text)).items


def test_a_name_is_completed(completer: Completer) -> None:
    assert ask(completer, "SELECT * FROM cus|").items[0].insert == "customers"
    found = ask(completer, "SELECT * FROM orders WHERE total > 1 AND stat|")
    assert found.items[0].insert == "status"


def test_nothing_is_offered_in_a_comment(completer: Completer) -> None:
    found = ask(completer, "SELECT 1 -- cust|")
    assert found.ghost is None
    assert found.items == ()


def test_a_cursor_outside_the_text_is_refused(completer: Completer) -> None:
    with pytest.raises(CursorError, match="outside"):
        completer.complete("SELECT 1", 9)


def test_an_hour_that_is_past_leaves_the_deterministic_answer() -> None:
    late = Completer(SCHEMA)
    found = late.complete("SELECT * FROM cus", 17, deadline_ms=0.001)
    assert found.items[0].insert == "customers"
    assert found.ghost is None or found.ghost.source == "schema"


def test_typing_along_a_ghost_keeps_it() -> None:
    completer = Completer(SCHEMA)
    text = "SELECT * FROM orders o JOIN customers c ON o.cust"
    ghost = completer.complete(text, len(text)).ghost
    assert ghost is not None
    assert len(ghost.text) > 3
    text += ghost.text[0]
    again = completer.complete(text, len(text)).ghost
    assert again is not None
    assert again.text == ghost.text[1:]
