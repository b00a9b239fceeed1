"""Which clauses, words and signs may follow in each place, likeliest first."""

from __future__ import annotations

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.clauses import Clause

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
_OPTIONAL = frozenset({"LIMIT", "FETCH FIRST", "QUALIFY"})
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


def joins(dialect: Dialect) -> tuple[str, ...]:
    """The ways of joining that the dialect has."""
    words = tuple(j for j in _JOINS if dialect.full_join or not j.startswith("FULL"))
    if dialect.apply:
        words += ("CROSS APPLY", "OUTER APPLY")
    elif dialect.lateral:
        words += ("CROSS JOIN LATERAL", "LEFT JOIN LATERAL")
    return words


def clauses_after(clause: Clause, dialect: Dialect, before_rank: int = 99) -> tuple[str, ...]:
    """The clauses of a SELECT that may begin in `clause`, up to one that stands there already."""
    words = tuple(
        phrase
        for phrase in _AFTER.get(clause, ())
        if RANKS[phrase] < before_rank and (phrase not in _OPTIONAL or dialect.has(phrase))
    )
    if dialect.minus:
        words = tuple("MINUS" if phrase == "EXCEPT" else phrase for phrase in words)
    return words


def predicates(dialect: Dialect) -> tuple[str, ...]:
    """Words that compare, after an operand."""
    words: tuple[str, ...] = PREDICATES
    if dialect.ilike:
        words += ("ILIKE", "NOT ILIKE")
    words += dialect.regexp
    if dialect.similar_to:
        words += ("SIMILAR TO",)
    return words + RARE_PREDICATES


def after_not(dialect: Dialect) -> tuple[str, ...]:
    """Words after `x NOT`."""
    ilike = ("ILIKE",) if dialect.ilike else ()
    return ("IN", "LIKE", "BETWEEN", *ilike, *dialect.regexp[:1])


def arithmetic(dialect: Dialect) -> tuple[str, ...]:
    """Signs that combine two operands to a value."""
    signs: tuple[str, ...] = ARITHMETIC
    if dialect.casts:
        signs += ("::",)
    if dialect.json_arrows:
        signs += ("->>", "->")
    if dialect.colon_paths:
        signs += (":",)
    return signs
