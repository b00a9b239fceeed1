"""What a deadline cut off is read in the background, and gives way."""

from __future__ import annotations

import threading

from sqlcomplete.completer import Completer
from sqlcomplete.model.conversation import open_gate
from sqlcomplete.schema import schema_from_ddl

SCHEMA = schema_from_ddl(
    "".join(
        f"CREATE TABLE table_{n} (id INT, first_name TEXT, second_name TEXT, at_{n} TEXT);"
        for n in range(12)
    ),
    "sqlite",
)
TEXT = "SELECT first_name FROM "


def test_after_a_deadline_the_model_reads_on_and_answers_later() -> None:
    completer = Completer(SCHEMA)
    first = completer.complete(TEXT, len(TEXT), deadline_ms=0.001)
    assert all(item.source == "schema" for item in first.items)
    completer.settle()
    assert completer.session is not None
    tokens = completer.prompt(TEXT, len(TEXT)).tokens
    assert completer.session.known(tokens) == len(tokens)
    later = completer.complete(TEXT, len(TEXT))
    assert later.items[0].source == "model+schema"


def test_the_next_keystroke_does_not_wait_for_all_to_be_read() -> None:
    completer = Completer(SCHEMA)
    completer.complete(TEXT, len(TEXT), deadline_ms=0.001)
    completer.complete(TEXT + "t", len(TEXT) + 1, deadline_ms=0.001)
    completer.settle()
    assert completer.session is not None
    tokens = completer.prompt(TEXT, len(TEXT)).tokens
    assert completer.session.known(tokens) == len(tokens)


def test_a_call_that_could_not_wait_for_another_is_read_after_it() -> None:
    completer = Completer(SCHEMA)
    session = completer.session
    assert session is not None
    inside, go_on = threading.Event(), threading.Event()

    def hold(deadline: float | None) -> None:
        inside.set()
        go_on.wait(20)

    session.gate = hold
    other = threading.Thread(target=completer.complete, args=("SELECT * FROM ", 14))
    other.start()
    try:
        assert inside.wait(60)
        assert completer.complete(TEXT, len(TEXT), deadline_ms=1).model == "late"
    finally:
        session.gate = open_gate
        go_on.set()
        other.join(60)
    completer.settle()
    tokens = completer.prompt(TEXT, len(TEXT)).tokens
    assert session.known(tokens) == len(tokens)
