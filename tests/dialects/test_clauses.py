"""A clause with a record is read, offered and kept to its dialects."""

from __future__ import annotations

import pytest

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Schema, Table
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Expectation, Kind


def _at(text: str, dialect: str) -> Expectation:
    """What is expected at the bar in the text."""
    schema = Schema(dialect, (Table("events", (Column("id"), Column("day"))),))
    cursor = text.index("|")
    return analyse(text.replace("|", ""), cursor, SchemaIndex(schema)).expectation


@pytest.mark.parametrize(
    ("dialect", "phrase", "clause"),
    [
        ("clickhouse", "PREWHERE", Clause.PREWHERE),
        ("snowflake", "QUALIFY", Clause.QUALIFY),
        ("redshift", "QUALIFY", Clause.QUALIFY),
    ],
)
def test_a_condition_stands_in_it(dialect: str, phrase: str, clause: Clause) -> None:
    assert phrase in _at("SELECT id FROM events |", dialect).keywords
    inside = _at(f"SELECT id FROM events {phrase} |", dialect)
    assert inside.clause is clause
    assert Kind.COLUMN in inside.kinds
    after = _at(f"SELECT id FROM events {phrase} id = 1 |", dialect)
    assert {"AND", "ORDER BY", "LIMIT"} <= set(after.keywords)
    assert phrase not in after.keywords


@pytest.mark.parametrize("dialect", ["", "postgres", "mysql", "tsql"])
@pytest.mark.parametrize("phrase", ["PREWHERE", "QUALIFY"])
def test_other_dialects_are_not_offered_it(dialect: str, phrase: str) -> None:
    assert phrase not in _at("SELECT id FROM events |", dialect).keywords


def test_where_may_follow_prewhere() -> None:
    assert "WHERE" in _at("SELECT id FROM events PREWHERE id = 1 |", "clickhouse").keywords
    assert "PREWHERE" not in _at("SELECT id FROM events WHERE id = 1 |", "clickhouse").keywords


def test_its_word_is_a_name_elsewhere() -> None:
    assert _at("SELECT qualify, | FROM events", "snowflake").clause is Clause.SELECT
