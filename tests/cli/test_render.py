"""How a completion is drawn for a person."""

from __future__ import annotations

import json

import click
from hypothesis import given
from hypothesis import strategies as st

from sqlcomplete.cli.render import ASCII_MARKS, UNICODE_MARKS, marks_for, render_completion
from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict
from sqlcomplete.completion_json import completion_to_json

WARNING = "UPDATE without WHERE changes every row"
ANSWER = Completion(
    "c1",
    Ghost("omers\nWHERE id", 0.83456, "model", Verdict("valid", None, (WARNING,))),
    (
        Item("customers", "customers", (7, 11), "table", 0.71234, "model+schema", "3 columns"),
        Item("\x1b[31mcustody", "custody", (7, 11), "table", 0.2, "schema"),
    ),
    Timings(12.126, 0.9, 1.2, 9.0, 0.8),
)


def drawn(completion: Completion, text: str, cursor: int) -> list[str]:
    return click.unstyle(render_completion(completion, text, cursor, ASCII_MARKS)).split("\n")


def test_the_ghost_stands_in_its_line_with_items_below() -> None:
    lines = drawn(ANSWER, "-- all\nUPDATE cust;\nx", 18)
    assert lines == [
        "2 | UPDATE cust<<omers",
        "  | WHERE id>>;",
        "ghost: 83% sure, from model, valid",
        f"warning: {WARNING}",
        "",
        "  1  customers     table  3 columns   0.712  model+schema",
        "  2  \N{REPLACEMENT CHARACTER}[31mcustody  table              0.200  schema",
        "",
        "12.1 ms (scope 0.9, candidates 1.2, model 9.0, verdict 0.8)",
    ]


def test_nothing_to_offer_is_said() -> None:
    lines = drawn(Completion("c", None, (), Timings()), "SELECT 'it", 10)
    assert lines[:2] == ["1 | SELECT 'it|", "nothing to offer here"]


def test_long_lines_are_cut_around_the_cursor() -> None:
    line = drawn(Completion("c", None, (), Timings()), "a" * 5000, 2500)[0]
    assert line == "1 | ..." + "a" * 100 + "|" + "a" * 100 + "..."


def test_marks_are_those_that_the_terminal_has() -> None:
    assert marks_for("utf-8") is UNICODE_MARKS
    assert marks_for("latin-1") is ASCII_MARKS
    assert marks_for("ascii") is ASCII_MARKS
    assert marks_for(None) is ASCII_MARKS
    assert marks_for("no such encoding") is ASCII_MARKS


@given(st.text(max_size=60), st.data())
def test_no_text_drives_the_terminal(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    ghost = Ghost(data.draw(st.text(max_size=20)), 0.5, "model", Verdict("valid"))
    plain = "\n".join(drawn(Completion("c", ghost, (), Timings()), text, cursor))
    assert all(character.isprintable() or character == "\n" for character in plain)


def test_warnings_are_in_the_json_where_there_are_some() -> None:
    verdict = completion_to_json(ANSWER)["ghost"]["verdict"]
    assert verdict == {"status": "valid", "detail": None, "warnings": [WARNING]}
    assert json.loads(json.dumps(completion_to_json(ANSWER)))["items"][0]["replace"] == [7, 11]
