"""The task of a statement, read from its tree, is what a person would call it."""

from __future__ import annotations

import pytest
from agents_shop import STATEMENTS

from distill.agents.taxonomy import CATEGORIES, UNREAD, distribution, traits


@pytest.mark.parametrize(
    ("sql", "dialect", "category"),
    [
        ("SELECT a FROM t", "sqlite", "select: plain"),
        ("SELECT a FROM t WHERE b = 1", "sqlite", "select: filter"),
        ("SELECT max(a) FROM t WHERE b = 1", "sqlite", "select: aggregate"),
        ("SELECT a, count(*) FROM t GROUP BY a", "mysql", "select: grouped"),
        ("SELECT t.a FROM t JOIN u ON t.a = u.a", "postgres", "select: join"),
        ("SELECT t.a FROM t, u, v WHERE t.a = u.a", "postgres", "select: many joins"),
        ("SELECT a, sum(b) FROM t JOIN u USING (a) GROUP BY 1", "duckdb", "select: join, grouped"),
        ("SELECT a FROM t WHERE b IN (SELECT b FROM u)", "sqlite", "select: subquery"),
        ("SELECT a FROM (SELECT a FROM t) AS x", "sqlite", "select: subquery"),
        ("WITH x AS (SELECT 1 AS a) SELECT a FROM x", "tsql", "select: CTE"),
        ("SELECT a FROM t UNION ALL SELECT a FROM u", "sqlite", "select: set operation"),
        ("SELECT a, row_number() OVER (ORDER BY a) FROM t", "snowflake", "select: window"),
        ("INSERT INTO t (a) VALUES ($1) RETURNING a", "postgres", "insert"),
        ("INSERT INTO t (a) SELECT a FROM u", "sqlite", "insert from select"),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING", "postgres", "upsert"),
        ("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", "mysql", "upsert"),
        ("UPDATE t SET a = 1 FROM u WHERE u.b = t.b", "postgres", "update"),
        ("WITH x AS (SELECT 1) DELETE FROM t WHERE b IN (SELECT * FROM x)", "sqlite", "delete"),
        ("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "postgres", "merge"),
        ("CREATE TABLE t (a INT)", "sqlite", "definition"),
        ("SELECT FROM WHERE", "sqlite", UNREAD),
        ("SELECT 1; SELECT 2", "sqlite", UNREAD),
    ],
)  # fmt: skip
def test_categories(sql: str, dialect: str, category: str) -> None:
    assert traits(sql, dialect).category == category
    assert category in CATEGORIES


def test_a_cte_is_no_subquery_and_a_window_no_aggregate() -> None:
    found = traits(
        "WITH x AS (SELECT a FROM t UNION SELECT a FROM u) SELECT sum(a) OVER () FROM x", "sqlite"
    )
    assert (found.ctes, found.set_operations, found.windows) == (1, 1, 1)
    assert (found.nesting, found.aggregates) == (0, 0)


def test_difficulty_rises_with_what_is_asked_of_the_writer() -> None:
    rising = [
        "SELECT a FROM t WHERE b = 1",
        "SELECT a, count(*) FROM t WHERE b = 1 GROUP BY a",
        "SELECT a, count(*) FROM t JOIN u USING (a) WHERE b = 1 GROUP BY a HAVING sum(c) > 1",
        "WITH x AS (SELECT a, rank() OVER (ORDER BY b) AS r FROM t JOIN u USING (a))"
        " SELECT a FROM x WHERE r = 1 AND a IN (SELECT a FROM v) UNION SELECT a FROM w",
    ]
    hardness = [traits(sql, "sqlite").difficulty for sql in rising]
    assert hardness == sorted(hardness)
    assert hardness[0] < 2 < 6 < hardness[-1]


def test_distribution_counts_all() -> None:
    counts = distribution((sql, "sqlite") for sql in STATEMENTS)
    assert sum(counts.values()) == len(STATEMENTS)
    assert counts["update"] == 1
