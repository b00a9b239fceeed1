"""Which clauses, words and signs may follow in each place, likeliest first."""

from __future__ import annotations

from sqlcomplete.syntax.model import Clause

STATEMENTS = (
    "SELECT",
    "INSERT INTO",
    "UPDATE",
    "DELETE FROM",
    "WITH",
    "CREATE TABLE",
    "ALTER TABLE",
    "DROP TABLE",
    "CREATE INDEX",
    "CREATE VIEW",
    "TRUNCATE TABLE",
    "EXPLAIN",
    "MERGE INTO",
    "VALUES",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "CREATE",
    "ALTER",
    "DROP",
)
SUBQUERY = ("SELECT", "WITH", "VALUES")

COMPARISONS: tuple[str, ...] = ("=", ">", "<", ">=", "<=", "<>", "!=")
ARITHMETIC: tuple[str, ...] = ("+", "-", "*", "/", "%", "||")
PREDICATES: tuple[str, ...] = (
    "IS NULL",
    "IS NOT NULL",
    "IN",
    "LIKE",
    "BETWEEN",
    "NOT IN",
    "NOT LIKE",
)
RARE_PREDICATES = ("NOT BETWEEN", "IS", "NOT", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
OPERANDS = (
    "CASE",
    "NULL",
    "NOT",
    "EXISTS",
    "TRUE",
    "FALSE",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "INTERVAL",
    "CURRENT_TIME",
)
OPERANDS_IN_PREDICATE = (
    "NOT",
    "EXISTS",
    "NOT EXISTS",
    "CASE",
    "TRUE",
    "FALSE",
    "NULL",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "INTERVAL",
)

# Dialects that write a moment as DATE '2024-01-31'.
TYPED_MOMENTS = frozenset(
    {"", "postgres", "duckdb", "bigquery", "snowflake", "trino", "presto", "mysql", "oracle"}
)

ILIKE = frozenset(
    {
        "",
        "postgres",
        "duckdb",
        "snowflake",
        "redshift",
        "databricks",
        "spark",
        "clickhouse",
        "materialize",
        "risingwave",
        "trino",
    }
)
REGEXP = frozenset(
    {"mysql", "sqlite", "snowflake", "databricks", "spark", "hive", "doris", "starrocks"}
)
RETURNING = frozenset({"", "postgres", "sqlite", "duckdb", "oracle", "materialize", "risingwave"})
ON_CONFLICT = frozenset({"", "postgres", "sqlite", "duckdb", "materialize", "risingwave"})
ON_DUPLICATE = frozenset({"mysql", "doris", "starrocks", "singlestore"})
QUALIFY = frozenset(
    {"snowflake", "bigquery", "duckdb", "databricks", "redshift", "teradata", "clickhouse"}
)
NO_LIMIT = frozenset({"tsql", "oracle", "fabric"})
NO_FETCH = frozenset({"mysql", "sqlite", "duckdb", "bigquery", "clickhouse"})
APPLY = frozenset({"tsql", "fabric", "oracle"})
LATERAL = frozenset(
    {
        "",
        "postgres",
        "mysql",
        "duckdb",
        "snowflake",
        "databricks",
        "spark",
        "oracle",
        "redshift",
        "trino",
        "presto",
    }
)
JOIN_WITHOUT_ON = frozenset({"mysql", "sqlite"})
NO_FULL_JOIN = frozenset({"mysql"})
CASTS = frozenset(
    {
        "",
        "postgres",
        "duckdb",
        "snowflake",
        "redshift",
        "databricks",
        "materialize",
        "risingwave",
        "clickhouse",
    }
)
JSON_ARROWS = frozenset({"", "postgres", "duckdb", "sqlite", "mysql", "materialize"})

_JOINS = (
    "JOIN",
    "LEFT JOIN",
    "INNER JOIN",
    "CROSS JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "LEFT OUTER JOIN",
    "RIGHT OUTER JOIN",
    "FULL OUTER JOIN",
    "NATURAL JOIN",
)
_SETS = ("UNION", "UNION ALL", "EXCEPT", "INTERSECT")

# Each clause's rank: none may come after one of a higher rank.
RANKS = {
    "FROM": 1,
    "WHERE": 2,
    "GROUP BY": 3,
    "HAVING": 4,
    "WINDOW": 5,
    "QUALIFY": 6,
    "UNION": 7,
    "UNION ALL": 7,
    "EXCEPT": 7,
    "INTERSECT": 7,
    "MINUS": 7,
    "ORDER BY": 8,
    "LIMIT": 9,
    "OFFSET": 10,
    "FETCH FIRST": 11,
    "FOR UPDATE": 12,
}
CLAUSE_RANKS = {
    Clause.SELECT: 0,
    Clause.FROM: 1,
    Clause.WHERE: 2,
    Clause.GROUP_BY: 3,
    Clause.HAVING: 4,
    Clause.WINDOW: 5,
    Clause.QUALIFY: 6,
    Clause.ORDER_BY: 8,
    Clause.LIMIT: 9,
}
_AFTER = {
    Clause.SELECT: ("FROM", *_SETS, "ORDER BY", "LIMIT", "WHERE", "GROUP BY", "HAVING"),
    Clause.FROM: (
        "WHERE",
        "GROUP BY",
        "ORDER BY",
        "LIMIT",
        *_SETS,
        "HAVING",
        "OFFSET",
        "FETCH FIRST",
        "QUALIFY",
        "WINDOW",
        "FOR UPDATE",
    ),
    Clause.WHERE: (
        "ORDER BY",
        "GROUP BY",
        "LIMIT",
        *_SETS,
        "HAVING",
        "OFFSET",
        "FETCH FIRST",
        "QUALIFY",
        "WINDOW",
        "FOR UPDATE",
    ),
    Clause.GROUP_BY: (
        "ORDER BY",
        "HAVING",
        "LIMIT",
        *_SETS,
        "OFFSET",
        "FETCH FIRST",
        "QUALIFY",
        "WINDOW",
    ),
    Clause.HAVING: ("ORDER BY", "LIMIT", *_SETS, "OFFSET", "FETCH FIRST", "QUALIFY", "WINDOW"),
    Clause.WINDOW: ("ORDER BY", "LIMIT", "QUALIFY", *_SETS, "OFFSET", "FETCH FIRST"),
    Clause.QUALIFY: ("ORDER BY", "LIMIT", *_SETS, "OFFSET", "FETCH FIRST"),
    Clause.ORDER_BY: ("LIMIT", "OFFSET", "FETCH FIRST", "FOR UPDATE"),
}


def rank_of(clause: Clause, word: str) -> int:
    """The rank of a clause that a text has; 99 for one without."""
    if word in {"OFFSET", "FETCH"}:
        return 10 if word == "OFFSET" else 11
    return CLAUSE_RANKS.get(clause, 99)


def joins(dialect: str) -> tuple[str, ...]:
    """The ways of joining that the dialect has."""
    words = tuple(j for j in _JOINS if not (j.startswith("FULL") and dialect in NO_FULL_JOIN))
    if dialect in APPLY:
        words += ("CROSS APPLY", "OUTER APPLY")
    elif dialect in LATERAL:
        words += ("CROSS JOIN LATERAL", "LEFT JOIN LATERAL")
    return words


def clauses_after(clause: Clause, dialect: str, before_rank: int = 99) -> tuple[str, ...]:
    """The clauses of a SELECT that may begin in `clause`, up to one that stands there already."""
    result = []
    for phrase in _AFTER.get(clause, ()):
        if RANKS[phrase] >= before_rank:
            continue
        if phrase == "LIMIT" and dialect in NO_LIMIT:
            continue
        if phrase == "FETCH FIRST" and dialect in NO_FETCH:
            continue
        if phrase == "QUALIFY" and dialect not in QUALIFY:
            continue
        result.append(phrase)
    if dialect == "oracle" and "EXCEPT" in result:
        result[result.index("EXCEPT")] = "MINUS"
    return tuple(result)


def predicates(dialect: str) -> tuple[str, ...]:
    """Words that compare, after an operand."""
    words: tuple[str, ...] = PREDICATES
    if dialect in ILIKE:
        words += ("ILIKE", "NOT ILIKE")
    if dialect in REGEXP:
        words += ("REGEXP", "RLIKE") if dialect != "sqlite" else ("REGEXP", "GLOB", "MATCH")
    if dialect in {"", "postgres", "redshift", "duckdb"}:
        words += ("SIMILAR TO",)
    return words + RARE_PREDICATES


def after_not(dialect: str) -> tuple[str, ...]:
    """Words after `x NOT`."""
    words: tuple[str, ...] = ("IN", "LIKE", "BETWEEN")
    return (
        words
        + (("ILIKE",) if dialect in ILIKE else ())
        + (("REGEXP",) if dialect in REGEXP else ())
    )


def arithmetic(dialect: str) -> tuple[str, ...]:
    """Signs that combine two operands to a value."""
    signs: tuple[str, ...] = ARITHMETIC
    if dialect in CASTS:
        signs += ("::",)
    if dialect in JSON_ARROWS:
        signs += ("->>", "->")
    if dialect in {"snowflake", "databricks"}:
        signs += (":",)
    return signs
