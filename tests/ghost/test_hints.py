"""The ghost that needs no model: what it shows, and what it leaves alone."""

from __future__ import annotations

import time

import pytest

from sqlcomplete.candidates import candidates
from sqlcomplete.ghost.hint import hint
from sqlcomplete.ranking import rank
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table
from sqlcomplete.syntax import analyse

INDEX = SchemaIndex(
    schema_from_ddl(
        """
        CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, email TEXT);
        CREATE TABLE orders (
            id INT PRIMARY KEY,
            customer_id INT REFERENCES customers (id),
            status TEXT,
            amount NUMERIC
        );
        """,
        "postgres",
    )
)


def ghost(drawn: str) -> str | None:
    cursor = drawn.index("|")
    analysis = analyse(drawn.replace("|", "", 1), cursor, INDEX, "postgres")
    found = hint(rank(candidates(analysis, INDEX), analysis, INDEX), analysis)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("SELECT * FROM orders o JOIN customers c ON |", "o.customer_id = c.id"),
        ("SELECT status, count(*) FROM orders GROUP BY |", "status"),
        ("SELECT * FROM cust|", "omers"),
        ("SELECT ema| FROM customers", "il"),
        ("SELECT * FROM orders GRO|", "UP BY"),
        ("INSERT INTO orders (id, status) VALUES ($1, |", "$2"),
    ],
)
def test_a_ghost_where_little_doubt_is_left(drawn: str, text: str) -> None:
    assert ghost(drawn) == text


@pytest.mark.parametrize(
    "drawn",
    [
        "SELECT * FROM |",  # two tables, both as likely
        "SELECT na|me FROM customers",  # inside a word
        "SELECT 'GRO|",  # inside a string
        "-- SEL|",
        "INSERT INTO orders (id) VALUES (|",  # nobody has used a placeholder
        "SELECT * FROM orders |WHERE",
    ],
)
def test_no_ghost_where_it_would_be_a_guess(drawn: str) -> None:
    assert ghost(drawn) is None


def test_a_thousand_tables_are_offered_and_ranked_within_ten_milliseconds() -> None:
    columns = tuple(Column(f"{name}_{n}", "TEXT") for n in range(10) for name in ("user", "price"))
    tables = tuple(
        Table(f"table_{n}", (Column("id", "INT"), *columns), primary_key=("id",), foreign_keys=keys)
        for n in range(1000)
        for keys in [(ForeignKey(("id",), f"table_{n // 2}", ("id",)),) if n else ()]
    )
    index = SchemaIndex(Schema("postgres", tables))
    for text in ("SELECT ", "SELECT u", "SELECT * FROM ", "SELECT * FROM table_1 a JOIN "):
        analysis = analyse(text, len(text), index, "postgres")
        spent = []
        for _ in range(5):
            begun = time.process_time()
            assert rank(candidates(analysis, index), analysis, index)
            spent.append(time.process_time() - begun)
        assert min(spent) < 0.010


@pytest.mark.parametrize(
    ("drawn", "word"),
    [
        ("SELECT * FROM orders WHERE status IS |", "NULL"),
        ("SELECT * FROM orders WHERE status IS NOT |", "NULL"),
        ("SELECT * FROM orders o LEFT |", "JOIN"),
        ("SELECT status FROM orders GROUP |", "BY"),
    ],
)
def test_the_rest_of_a_phrase_leads_behind_its_first_words(drawn: str, word: str) -> None:
    cursor = drawn.index("|")
    analysis = analyse(drawn.replace("|", "", 1), cursor, INDEX, "postgres")
    found = rank(candidates(analysis, INDEX), analysis, INDEX)
    assert found[0].candidate.insert == word
