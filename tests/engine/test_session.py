"""What a session keeps from one keystroke to the next."""

from __future__ import annotations

import threading
import time

import pytest

from sqlcomplete.completer import Completer
from sqlcomplete.completion import Ghost, Verdict
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.session import Session, Written
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.timing import Deadline
from sqlcomplete.verdict import verdict

SCHEMA = schema_from_ddl(
    "CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);"
    "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id));",
    "postgres",
)
COMPLETER = Completer(SCHEMA, model=None)
GHOST = Ghost("customers c", 0.8, "model", Verdict("valid"))


def at(drawn: str) -> Analysis:
    return analyse(drawn.replace("|", ""), drawn.index("|"), COMPLETER.index)


def test_a_ghost_typed_along_stays() -> None:
    session = Session(None)
    assert session.typed_along(at("SELECT * FROM |")) is None
    session.show(at("SELECT * FROM | WHERE"), GHOST)
    left = session.typed_along(at("SELECT * FROM cust| WHERE"))
    assert left is not None
    assert (left.text, left.confidence, left.verdict) == ("omers c", 0.8, GHOST.verdict)


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT * FROM CUST| WHERE",  # other letters
        "SELECT * FROM cust| WHERE x",  # another text on the right
        "SELECT * FROM| WHERE",  # before it
        "SELECT * FROM customers c| WHERE",  # all of it
        "SELECT * FROM customers | WHERE",  # a letter that is left is no ghost
    ],
)
def test_anything_else_ends_it(drawn: str) -> None:
    session = Session(None)
    session.show(at("SELECT * FROM | WHERE"), GHOST)
    assert session.typed_along(at(drawn)) is None


def test_what_was_said_answers_the_same_question_only() -> None:
    session = Session(None)
    written = Written(GHOST, ())
    session.say(at("SELECT * FROM |"), written)
    assert session.said(at("SELECT * FROM |")) is written
    assert session.said(at("SELECT * FROM c|")) is None
    assert session.said(at("SELECT * FROM | ")) is None


def test_one_thread_has_the_conversation_and_the_others_wait_until_their_deadline() -> None:
    session = Session(None)
    found: list[bool] = []

    def ask() -> None:
        with session.held(Deadline(time.perf_counter(), 0.02)) as held:
            found.append(held)

    with session.held(Deadline.from_now(None)) as held:
        assert held
        other = threading.Thread(target=ask)
        other.start()
        other.join(10)
        assert found == [False]
    ask()
    assert found == [False, True]


def test_a_hint_typed_along_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def counted(analysis: Analysis, text: str, index: SchemaIndex) -> Verdict:
        judged.append(text)
        return verdict(analysis, text, index)

    monkeypatch.setattr("sqlcomplete.pipeline.verdict", counted)
    completer = Completer(SCHEMA, model=None)
    text, rest = "SELECT * FROM orders o JOIN cu", "stomers c ON o.customer_id = c.id"
    for typed in range(5):
        now = text + rest[:typed]
        found = completer.complete(now, len(now)).ghost
        assert found is not None
        assert found.text == rest[typed:]
        # The answer is that of a completer which did not see the letters before.
        assert found == Completer(SCHEMA, model=None).complete(now, len(now)).ghost
    assert judged.count(rest) == 2  # once each where the letters began
    assert judged.count(rest[1:]) == 1  # the other completer's alone
