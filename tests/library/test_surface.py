"""The public surface changes only together with the changelog."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.errors import SqlcompleteError
from tests.library.surface import (
    CHANGELOG,
    SNAPSHOT,
    entries,
    lines_of,
    public_surface,
    renewed,
    snapshot_of,
)

WHAT_TO_DO = (
    "the public surface changed: add an entry to CHANGELOG.md, "
    "then run `python -m tests.library.surface`"
)


def test_the_public_surface_is_the_one_of_the_snapshot() -> None:
    _, surface = lines_of(SNAPSHOT.read_text(encoding="utf-8"))
    assert public_surface() == surface, WHAT_TO_DO


def test_the_changelog_has_what_the_snapshot_counted() -> None:
    then, _ = lines_of(SNAPSHOT.read_text(encoding="utf-8"))
    assert entries(CHANGELOG.read_text(encoding="utf-8")) >= then, "CHANGELOG.md lost an entry"


def test_a_changed_surface_needs_a_new_entry() -> None:
    before = snapshot_of(["complete(text)"], "- One\n")
    assert renewed(before, ["complete(text, cursor)"], "- One\n") is None
    after = renewed(before, ["complete(text, cursor)"], "- One\n- Two\n")
    assert after is not None
    assert lines_of(after) == (2, ["complete(text, cursor)"])


def test_an_unchanged_surface_needs_none() -> None:
    before = snapshot_of(["complete(text)"], "- One\n")
    assert renewed(before, ["complete(text)"], "- One\n") == before


def test_names_signatures_and_fields_are_the_surface() -> None:
    @dataclass(frozen=True)
    class Pair:
        left: int
        right: str = "r"

    class Answers:
        def __init__(self, size: int) -> None: ...

        def say(self, word: str = "") -> bool: ...

        @property
        def size(self) -> int: ...

        def _hidden(self) -> None: ...

    def ask(text: str, *, loud: bool = False) -> Pair: ...

    assert public_surface(
        {"Pair": Pair, "Answers": Answers, "ask": ask, "Wrong": SqlcompleteError, "word": "w"}
    ) == [
        "class Answers()",
        "    Answers(size: int) -> None",
        "    Answers.say(self, word: str = '') -> bool",
        "    Answers.size: int",
        "class Pair()",
        "    Pair.left: int",
        "    Pair.right: str = 'r'",
        "class Wrong(Exception)",
        "    Wrong.exit_code = 2",
        "ask(text: str, *, loud: bool = False) -> Pair",
        "word: str",
    ]
