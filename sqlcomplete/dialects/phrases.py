"""Which clauses, words and signs may follow in each place, likeliest first."""

from __future__ import annotations

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.clauses import BY_PHRASE, QUERY_CLAUSES, Clause

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
_SETS = ("UNION", "UNION ALL", "EXCEPT", "INTERSECT")

LAST_RANK = 990
"""The rank of what may stand behind all clauses."""
SET_RANK = 70
"""The rank of what a set operator begins."""
_AFTER = {
    Clause.SELECT: ("FROM", *_SETS, "ORDER BY", "LIMIT", "WHERE", "GROUP BY", "HAVING"),
    Clause.FROM: (
        "WHERE", "GROUP BY", "ORDER BY", "LIMIT", *_SETS, "HAVING", "OFFSET", "FETCH FIRST",
    ),
    Clause.WHERE: (
        "ORDER BY", "GROUP BY", "LIMIT", *_SETS, "HAVING", "OFFSET", "FETCH FIRST",
    ),
    Clause.GROUP_BY: ("ORDER BY", "HAVING", "LIMIT", *_SETS, "OFFSET", "FETCH FIRST"),
    Clause.ORDER_BY: ("LIMIT", "OFFSET", "FETCH FIRST"),
}  # fmt: skip
_LOCKED = frozenset({Clause.FROM, Clause.WHERE, Clause.ORDER_BY})


_RANKS = {
    one.clause: one.rank for one in reversed(QUERY_CLAUSES) if one.rank < BY_PHRASE["OFFSET"].rank
}
_MIDDLE = frozenset(
    clause
    for clause, rank in _RANKS.items()
    if BY_PHRASE["FROM"].rank < rank < BY_PHRASE["ORDER BY"].rank and clause not in _AFTER
)
"""The clauses that go on as FROM does, with what may stand behind them."""


def _rank(phrase: str) -> int:
    """The rank of the clause that a phrase opens."""
    return SET_RANK if phrase in _SETS else BY_PHRASE[phrase].rank


def _followers(clause: Clause) -> tuple[str, ...]:
    """The clauses that may begin in `clause` in some dialect, likeliest first."""
    usual = _AFTER.get(clause, ())
    if clause in _MIDDLE:
        usual = tuple(p for p in _AFTER[Clause.FROM] if _rank(p) > _RANKS[clause])
    rare = tuple(one.phrase for one in QUERY_CLAUSES if clause in one.after)
    return (*usual, *rare, *(("FOR UPDATE",) if clause in _LOCKED else ()))


OF_QUERIES = frozenset(
    one.phrase
    for one in QUERY_CLAUSES
    if BY_PHRASE["GROUP BY"].rank <= one.rank < BY_PHRASE["ORDER BY"].rank
) | frozenset(_SETS)
"""What may follow a condition in a query and not in UPDATE or DELETE."""
_FOLLOWERS = {clause: _followers(clause) for clause in Clause}


def rank_of(clause: Clause, word: str) -> int:
    """The rank of a clause that a text has, which begins with `word`; 990 for one without."""
    for late in (BY_PHRASE["OFFSET"], BY_PHRASE["FETCH FIRST"]):
        if late.word == word:
            return late.rank
    return _RANKS.get(clause, LAST_RANK)


def joins(dialect: Dialect) -> tuple[str, ...]:
    """The ways of joining that the dialect has."""
    words = tuple(j for j in _JOINS if dialect.full_join or not j.startswith("FULL"))
    if dialect.apply:
        words += ("CROSS APPLY", "OUTER APPLY")
    elif dialect.lateral:
        words += ("CROSS JOIN LATERAL", "LEFT JOIN LATERAL")
    return words


def clauses_after(
    clause: Clause, dialect: Dialect, before_rank: int = LAST_RANK
) -> tuple[str, ...]:
    """The clauses of a SELECT that may begin in `clause`, up to one that stands there already."""
    words = tuple(
        phrase
        for phrase in _FOLLOWERS[clause]
        if _rank(phrase) < before_rank and dialect.has(phrase)
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


WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")
"""What begins a statement that writes."""
