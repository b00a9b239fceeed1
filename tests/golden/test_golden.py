"""The engine's answers without a model are those of the golden files."""

from __future__ import annotations

import re

import pytest

from .differences import differences
from .record import DIALECTS, FOLDER, answer, completer_of, read, statements

_WORD = re.compile(r"\w+|[^\w\s]")


def _some(text: str) -> list[int]:
    """Both ends of each word and sign, and a place inside each longer word."""
    places = {0, len(text)}
    for word in _WORD.finditer(text):
        places |= {word.start(), word.end(), min(word.start() + 2, word.end())}
    return sorted(places)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_answers_at_words(dialect: str) -> None:
    _compare(dialect, every=False)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_answers_at_every_cursor(dialect: str) -> None:
    _compare(dialect, every=True)


def test_the_files_hold_just_the_statements() -> None:
    for dialect in DIALECTS:
        golden = read(FOLDER / "expected" / f"{dialect}.txt")
        assert list(golden) == list(dict.fromkeys(statements(dialect)))


def _compare(dialect: str, *, every: bool) -> None:
    completer = completer_of(dialect)
    golden = read(FOLDER / "expected" / f"{dialect}.txt")
    found = []
    for text in statements(dialect):
        cursors = range(len(text) + 1) if every else _some(text)
        found += differences(dialect, golden, text, (answer(text, c, completer) for c in cursors))
    if found:
        one = found[0]
        change = "; ".join(f"{what}: {was} -> {now}" for what, was, now in one.changes())
        pytest.fail(
            f"{len(found)} cursors differ, the first at {one.place!r}: {change}"
            " (python -m tests.golden prints all; --renew accepts them)"
        )
