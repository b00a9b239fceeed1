"""The records of dialects say what sqlglot's tokenizers say, but for the listed differences."""

from __future__ import annotations

import pytest
from sqlglot.dialects.dialect import Dialect as SqlglotDialect

from sqlcomplete.dialects import DIALECTS, Dialect

ACCEPTED = {
    ("", "identifiers"): "the generic dialect reads backticks too: most SQL must be read",
    ("", "nested comments"): "most databases do not nest comments",
    ("", "dollar quotes"): "the generic dialect reads PostgreSQL's strings",
    ("", "folding"): "names are shown as they are declared",
    ("athena", "identifiers"): "backticks are for Athena's DDL, which is Hive's",
    ("athena", "backslash"): "in queries a backslash is a character like another",
    ("athena", "nested comments"): "Trino does not nest comments",
    ("clickhouse", "nested comments"): "its lexer ends a comment at the first */",
    ("drill", "identifiers"): "double quotes are an option of Drill's parser",
    ("drill", "backslash"): "strings are read as MySQL's are",
    ("drill", "nested comments"): "Calcite does not nest comments",
    ("drill", "folding"): "names are shown as they are declared",
    ("exasol", "nested comments"): "its manual knows no nested comments",
    ("fabric", "double quotes"): "QUOTED_IDENTIFIER is on unless turned off: names",
    ("hive", "nested comments"): "Hive's grammar has line comments only",
    ("redshift", "backslash"): "only in E strings, as in PostgreSQL",
    ("redshift", "folding"): "sqlglot compares without case; names are still written folded",
    ("spark2", "nested comments"): "since Spark 3",
    ("starrocks", "hash comments"): "its lexer is MySQL's here",
    ("teradata", "nested comments"): "Teradata does not nest comments",
    ("teradata", "folding"): "names keep their case and are compared without it",
    ("tsql", "double quotes"): "QUOTED_IDENTIFIER is on unless turned off: names",
}
"""What our records say on purpose otherwise, with the reason."""


def _facts(dialect: Dialect) -> dict[str, tuple[object, object]]:
    """What we say and what sqlglot says, by subject."""
    theirs = SqlglotDialect.get_or_raise(dialect.name or None)
    tokenizer = theirs.tokenizer_class
    quotes = set(tokenizer._QUOTES)
    dollars = {"$", "$$"} & (quotes | set(tokenizer._FORMAT_STRINGS))
    return {
        "identifiers": (set(dialect.identifier_quotes), set(tokenizer._IDENTIFIERS)),
        "double quotes": (dialect.double_quoted_strings, '"' in quotes),
        "backslash": (dialect.backslash_escapes, "\\" in tokenizer._STRING_ESCAPES),
        "hash comments": (dialect.hash_comments, "#" in tokenizer._COMMENTS),
        "nested comments": (dialect.nested_comments, tokenizer.NESTED_COMMENTS),
        "dollar quotes": (dialect.dollar_quotes, bool(dollars)),
        "folding": (dialect.folds_lower, theirs.NORMALIZATION_STRATEGY.value == "LOWERCASE"),
    }


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name or "generic")
def test_lexing_is_sqlglots(dialect: Dialect) -> None:
    for subject, (ours, theirs) in _facts(dialect).items():
        if (dialect.name, subject) in ACCEPTED:
            assert ours != theirs, f"{subject} is the same now: take it off the list"
        else:
            assert ours == theirs, subject


def test_every_dialect_is_one_of_sqlglots() -> None:
    for dialect in DIALECTS:
        assert SqlglotDialect.get_or_raise(dialect.name or None) is not None


def test_no_dialect_is_listed_twice() -> None:
    names = [name for d in DIALECTS for name in (d.name, *d.other_names)]
    assert len(names) == len(set(names))
