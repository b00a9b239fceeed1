"""The dialect that a person names."""

from __future__ import annotations

import pytest

from sqlcomplete.dialects.registry import UnknownDialectError, dialect_name, dialect_names


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("postgres", "postgres"),
        ("PostgreSQL", "postgres"),
        (" sqlite3 ", "sqlite"),
        ("mssql", "tsql"),
        ("MariaDB", "mysql"),
        ("", ""),
        ("generic", ""),
    ],
)
def test_usual_names_mean_their_dialect(given: str, name: str) -> None:
    assert dialect_name(given) == name


def test_every_listed_name_is_one() -> None:
    assert "duckdb" in dialect_names()
    assert all(dialect_name(name) == name for name in dialect_names())


@pytest.mark.parametrize("given", ["postgers", "sqlit", "x", "dialect", "\x00", "é" * 1000])
def test_a_wrong_name_is_told_in_one_line(given: str) -> None:
    with pytest.raises(UnknownDialectError) as caught:
        dialect_name(given)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(UnknownDialectError, match="did you mean 'postgres'"):
        dialect_name("postgers")
