"""Each case of the peers' suites stands as it is known to: a fix is recorded, a loss fails."""

from __future__ import annotations

from collections import Counter

import pytest

from sqlcomplete.completion import Item
from tests.peer_cases.__main__ import table
from tests.peer_cases.case import Case
from tests.peer_cases.judge import breaches
from tests.peer_cases.known import KNOWN
from tests.peer_cases.results import Result, promised_names, results
from tests.peer_cases.schemas import schema_named
from tests.peer_cases.suites import SUITES


@pytest.fixture(scope="module")
def found() -> list[Result]:
    return list(results())


def test_no_case_is_lost(found: list[Result]) -> None:
    lost = [
        f"{result.name}: {result.case.text!r}: {'; '.join(result.breaches)}"
        for result in found
        if not result.holds and result.known is None
    ]
    assert not lost, "cases that held before fail now:\n" + "\n".join(lost)


def test_no_fix_goes_unrecorded(found: list[Result]) -> None:
    fixed = [result.name for result in found if result.holds and result.known is not None]
    assert not fixed, "take these out of tests/peer_cases/known.py:\n" + "\n".join(fixed)


def test_what_is_known_is_of_cases_that_are_there() -> None:
    known = [promise for entry in KNOWN for promise in entry.promises]
    assert not set(known) - set(promised_names())
    assert [promise for promise, count in Counter(known).items() if count > 1] == []


def test_each_case_has_a_name_of_its_own_and_promises_something() -> None:
    cases = [
        (peer, case) for (peer, _), groups in SUITES.items() for g in groups for case in g.cases
    ]
    names = Counter((peer, case.name) for peer, case in cases)
    assert [name for name, count in names.items() if count > 1] == []
    for _, case in cases:
        assert case.text.count("¦") == 1, case.name
        assert case.offers or case.refuses or case.order or case.first or case.silent, case.name


def test_names_that_must_not_be_offered_are_of_the_schema_or_words(found: list[Result]) -> None:
    """A misspelled name would be refused for ever: each is known to some schema or is a word."""
    names = {
        name.casefold()
        for schema in {result.case.schema for result in found}
        for t in schema_named(schema).tables
        for name in (t.name, t.namespace or "", *(column.name for column in t.columns))
    }
    for result in found:
        for refused in result.case.refuses:
            last = refused.strip('"`').casefold().rsplit(".", 1)[-1].strip('"`')
            plain = last in names or not last.isidentifier() or refused.isupper()
            assert plain or last in _OTHER_NAMES, f"{result.name}: {refused}"


# Names of the statements themselves: aliases, CTEs, output names, functions and types.
_OTHER_NAMES = {
    *("foo", "mail", "au", "u", "e", "o", "null", "true", "period", "amount"),
    *("int", "integer", "text", "set_returning_func"),
}


def test_the_table_counts_every_case(found: list[Result]) -> None:
    last = table(found).splitlines()[-1]
    assert f"| both | all | {len(found)} |" in last


def _item(insert: str, kind: str = "column") -> Item:
    return Item(insert, insert, (0, 0), kind, 1.0, "schema")


@pytest.mark.parametrize(
    ("name", "insert", "kind", "same"),
    [
        ("email", "email", "column", True),
        ("email", "u.email", "column", True),
        ("u.email", "email", "column", False),
        ("EMAIL", "email", "column", True),
        ('"Users"', '"Users"', "table", True),
        ("Users", '"Users"', "table", False),
        ("count", "COUNT(", "function", True),
        ("count", "COUNT(*)", "function", True),
        ("u", "u.", "relation", True),
        ("a.id = b.a_id", "b.a_id = a.id", "join condition", True),
        ("a.id = b.a_id", "b.a_id = a.x", "join condition", False),
        ("b* ON *.a_id = a.id", "b b2 ON a.id = b2.a_id", "join", True),
        ("b* ON *.a_id = a.id", "c ON a.id = c.a_id", "join", False),
        ("FETCH", "FETCH FIRST", "keyword", True),
        ("FETCH", "FETCHED", "keyword", False),
    ],
)
def test_how_names_are_compared(name: str, insert: str, kind: str, same: bool) -> None:
    case = Case("n", "one", "¦", offers=(name,))
    assert (not breaches(case, (_item(insert, kind),))) is same


def test_refused_silent_ordered_and_first_names_are_judged() -> None:
    items = (_item("id"), _item("name"))
    assert breaches(Case("n", "one", "¦", refuses=("name",)), items)
    assert breaches(Case("n", "one", "¦", silent=True), items)
    assert breaches(Case("n", "one", "¦", order=("name", "id")), items)
    assert breaches(Case("n", "one", "¦", order=("id", "email")), items)
    assert breaches(Case("n", "one", "¦", first="name"), items)
    assert not breaches(Case("n", "one", "¦", order=("id", "name"), first="id"), items)
    assert not breaches(Case("n", "one", "¦", silent=True), ())
    assert breaches(Case("n", "one", "¦", first="id"), ())
