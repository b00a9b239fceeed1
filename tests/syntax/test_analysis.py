"""What stands at the caret: kinds, keywords, scope, compared columns, in any state of the text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Schema, Table
from sqlcomplete.syntax import analyse, lex
from sqlcomplete.syntax.model import Kind

ORDERS = Table(
    "orders",
    (
        Column("id", "int"),
        Column("status", "text", values=("open", "paid")),
        Column("user_id", "int"),
    ),
)
USERS = Table("users", (Column("id", "int"), Column("name", "text")))
INDEX = SchemaIndex(Schema("postgres", (ORDERS, USERS)))
ANY = ("postgres", "mysql", "sqlite", "tsql", "duckdb", "bigquery", "snowflake")


@dataclass(frozen=True)
class Case:
    """`sql` with the caret as `|`. `kinds` and `words` must be offered, `never` must not."""

    sql: str
    clause: Clause
    kinds: frozenset[Kind] = frozenset()
    never: frozenset[Kind | str] = frozenset()
    words: tuple[str, ...] = ()
    relations: tuple[str, ...] | None = None
    compared: str | None = None


def k(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


CASES = (
    Case("|", Clause.START, words=("SELECT", "INSERT INTO"), never=frozenset({Kind.COLUMN})),
    Case(
        "SELECT |",
        Clause.SELECT,
        k(Kind.COLUMN, Kind.STAR, Kind.FUNCTION),
        frozenset({"WHERE"}),
        ("DISTINCT",),
        (),
    ),
    Case(
        "SELECT a |",
        Clause.SELECT,
        k(Kind.OPERATOR),
        frozenset({Kind.COLUMN}),
        ("FROM", "AS"),
    ),
    Case("SELECT | FROM orders o", Clause.SELECT, k(Kind.COLUMN), relations=("o",)),
    Case("SELECT * FROM |", Clause.FROM, k(Kind.TABLE), frozenset({Kind.COLUMN, "WHERE"})),
    Case(
        "SELECT * FROM orders |",
        Clause.FROM,
        k(Kind.NEW_NAME),
        frozenset({Kind.TABLE, "ON"}),
        ("JOIN", "WHERE", "ORDER BY"),
    ),
    Case("SELECT * FROM orders o JOIN |", Clause.FROM, k(Kind.TABLE, Kind.JOIN)),
    Case(
        "SELECT * FROM orders o JOIN users u |",
        Clause.FROM,
        words=("ON", "USING"),
    ),
    Case(
        "SELECT * FROM orders o JOIN users u ON |",
        Clause.ON,
        k(Kind.JOIN_CONDITION, Kind.COLUMN),
        relations=("o", "u"),
    ),
    Case(
        "SELECT * FROM orders WHERE |", Clause.WHERE, k(Kind.COLUMN), frozenset({Kind.STAR, "AND"})
    ),
    Case("SELECT * FROM orders WHERE status = |", Clause.WHERE, k(Kind.LITERAL), compared="status"),
    Case(
        "SELECT * FROM orders WHERE status IN (|", Clause.WHERE, k(Kind.LITERAL), compared="status"
    ),
    Case(
        "SELECT * FROM orders WHERE id = 1 |",
        Clause.WHERE,
        words=("AND", "OR", "GROUP BY"),
        never=frozenset({"ASC", "WHERE", "FROM", Kind.COLUMN}),
    ),
    Case(
        "SELECT * FROM orders WHERE id BETWEEN 1 |",
        Clause.WHERE,
        words=("AND",),
        never=frozenset({"OR"}),
    ),
    Case("SELECT * FROM orders WHERE id IS |", Clause.WHERE, words=("NULL", "NOT NULL")),
    Case(
        "SELECT CASE WHEN id = 1 | FROM orders",
        Clause.SELECT,
        words=("THEN",),
        never=frozenset({"FROM", "END"}),
    ),
    Case(
        "SELECT CASE WHEN id = 1 THEN 2 | FROM orders", Clause.SELECT, words=("ELSE", "WHEN", "END")
    ),
    Case("SELECT status FROM orders GROUP BY |", Clause.GROUP_BY, k(Kind.GROUPING, Kind.COLUMN)),
    Case(
        "SELECT * FROM orders ORDER BY id |",
        Clause.ORDER_BY,
        words=("DESC", "ASC"),
        never=frozenset({"WHERE"}),
    ),
    Case("UPDATE orders SET |", Clause.SET, k(Kind.COLUMN)),
    Case("UPDATE orders SET status = |", Clause.SET, k(Kind.LITERAL), compared="status"),
    Case("INSERT INTO |", Clause.INSERT_INTO, k(Kind.TABLE)),
    Case("INSERT INTO orders (|", Clause.INSERT_COLUMNS, k(Kind.COLUMN, Kind.COLUMN_LIST)),
    Case("INSERT INTO orders (id, status) VALUES (1, |", Clause.VALUES, compared="status"),
    Case("INSERT INTO orders VALUES (1, |", Clause.VALUES, compared="status"),
    Case(
        "WITH a AS (SELECT id FROM orders) SELECT | FROM a",
        Clause.SELECT,
        k(Kind.COLUMN),
        relations=("a",),
    ),
    Case("WITH a AS (|", Clause.WITH, words=("SELECT",)),
    Case(
        "SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE |",
        Clause.WHERE,
        k(Kind.COLUMN),
        relations=("o", "u"),
    ),
)


@pytest.mark.parametrize("dialect", ANY)
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.sql)
def test_caret(case: Case, dialect: str) -> None:
    cursor = case.sql.index("|")
    found = analyse(case.sql.replace("|", ""), cursor, INDEX, dialect)
    expected = found.expectation
    assert expected.clause is case.clause
    assert case.kinds <= expected.kinds
    assert set(case.words) <= set(expected.keywords)
    assert not case.never & (expected.kinds | set(expected.keywords))
    if case.relations is not None:
        assert tuple(r.name for r in found.scope.relations) == case.relations
    if case.compared is not None:
        assert expected.compared is not None and expected.compared.name == case.compared


@pytest.mark.parametrize("sql", ["-- a|", "/* | */", "SELECT 'x|", "SELECT 12|"])
def test_silent(sql: str) -> None:
    found = analyse(sql.replace("|", ""), sql.index("|"), INDEX).expectation
    assert found.silent and not found.kinds and not found.literal_open


def test_string_compared_with_a_column_may_be_completed() -> None:
    sql = "SELECT * FROM orders WHERE status = 'pa"
    found = analyse(sql, len(sql), INDEX).expectation
    assert found.literal_open and not found.silent and found.kinds == {Kind.LITERAL}
    assert found.typed == "pa" and found.compared is not None


PIECES = st.lists(
    st.sampled_from(["SELECT", "FROM", "(", ")", ",", ".", "*", "orders", "o", "'", '"', "`", "--",
                     "/*", "JOIN", "ON", "=", "WITH", "AS", "CASE", "WHEN", "INSERT INTO", "VALUES",
                     "SET", "UPDATE", ";", "\n\n", "1", "$1", "{{", "MERGE", "[", "ORDER BY"]),
    max_size=25,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(PIECES, st.text(max_size=40)),
    at=st.integers(0, 200),
    dialect=st.sampled_from(ANY),
)
def test_any_text_is_read_and_covered(text: str, at: int, dialect: str) -> None:
    found = analyse(text, at, INDEX, dialect)
    start, end = found.expectation.replace
    assert 0 <= start <= found.cursor <= end <= len(text)
    rest, before = [], 0
    for token in lex(text, dialect):
        assert text[token.start : token.end] == token.text and token.start >= before
        rest.append(text[before : token.start])
        before = token.end
    assert not "".join([*rest, text[before:]]).strip()


def test_truncations_never_raise() -> None:
    sql = "SELECT o.id, (SELECT max(id) FROM users) FROM orders o LEFT JOIN users u USING (id)"
    for end in range(len(sql) + 1):
        assert analyse(sql[:end], end, INDEX).cursor == end


def test_scope_of_a_finished_statement_is_the_same_at_every_cursor() -> None:
    sql = "SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id WHERE o.status = 'open'"
    for cursor in range(sql.index("WHERE"), len(sql) + 1):
        names = {r.name for r in analyse(sql, cursor, INDEX).scope.relations}
        assert names == {"o", "u"}


@pytest.mark.parametrize(("dialect", "offered"), [("postgres", True), ("tsql", False)])
def test_limit_is_offered_where_the_dialect_has_it(dialect: str, offered: bool) -> None:
    sql = "SELECT * FROM orders ORDER BY id "
    assert ("LIMIT" in analyse(sql, len(sql), INDEX, dialect).expectation.keywords) is offered


@pytest.mark.parametrize("value", ['= "Jet A', '= "Jet Airways and S', 'LIKE "%w', '<> "50 % o'])
def test_nothing_is_offered_in_a_double_quoted_value(value: str) -> None:
    text = f"SELECT id FROM orders WHERE status {value}"
    assert analyse(text, len(text), INDEX, "sqlite").expectation.silent


def test_after_a_quoted_value_and_on_the_next_line_all_is_offered() -> None:
    for text in (
        'SELECT id FROM orders WHERE status = "Jet" AND ',
        'SELECT id FROM orders WHERE status = "Jet\nAND ',
    ):
        assert not analyse(text, len(text), INDEX, "sqlite").expectation.silent
