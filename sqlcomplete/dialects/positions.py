"""What may stand before or after a word: sets that reading and writing of names go by."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import QUERY_CLAUSES

BEFORE_TABLE = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING"})
"""Words that a table follows."""

INTRODUCES_RELATION = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "USING"})
"""Words that a relation to read from or write to follows."""

ENDS_FROM = frozenset(
    {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "SET", "VALUES", "SELECT", "RETURNING", "ON",
     "UNION", "EXCEPT", "INTERSECT", "WINDOW"}
) | frozenset(one.word for one in QUERY_CLAUSES if one.predicate)  # fmt: skip
"""Words that end the list of relations."""

BEFORE_NO_COLUMN = frozenset(
    {"AS", "FROM", "JOIN", "INTO", "UPDATE", "WITH", "::", "USING", "TABLE"}
)
"""Words after which a name is none of a column."""

OPENS_BODY = frozenset({"AS", "MATERIALIZED"})
"""Words that a CTE's query follows."""

BEFORE_OTHER_NAME = frozenset({"as", "from", "join", "into", "update", "with", "using", "::"})
"""What a name that is not a value's follows, lower case."""

OPENS_CLAUSE = frozenset({"FROM", "HAVING", "RETURNING", "SELECT", "SET", "WHERE", "WITH"})
"""Words that open a clause, behind which some break the line."""

NEVER_LAST = OPENS_CLAUSE | {
    *("AND", "AS", "BETWEEN", "BY", "CASE", "DELETE", "DISTINCT", "ELSE", "EXPLAIN", "ILIKE"),
    *("INSERT", "INTO", "IS", "JOIN", "LIKE", "NOT", "ON", "OR", "THEN", "UPDATE", "WHEN"),
}
"""Words that no statement ends with."""

BEFORE_VALUE = frozenset({"LIKE", "ILIKE", "GLOB", "IN", "BETWEEN"})
"""Words that a value follows."""

BEGINS_LIST = frozenset(
    "SELECT FROM WHERE BY HAVING SET VALUES ON RETURNING LIMIT USING JOIN".split()  # noqa: SIM905
)
"""Words that a clause's list or condition begins behind."""

# After one of these a verb goes on with the statement it stands in.
CONTINUED_BY_VERB = frozenset(
    {
        "(",
        "AS",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "MINUS",
        "ALL",
        "DISTINCT",
        "NAME",
        "EXPLAIN",
        "ANALYZE",
        "VERBOSE",
        "THEN",
        "ELSE",
        "DO",
        "FOR",
        "ON",
        "BEGIN",
        "RETURN",
        "PLAN",
        "MATERIALIZED",
        "OR",
        "KEY",
        "FORMAT",
        "BEFORE",
        "AFTER",
        "GRANT",
        "REVOKE",
        "IS",
        ",",
        "SHOW",
    }
)

MAIN_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"})
"""Verbs of queries and writes."""

BEGINS_QUERY = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE"})
"""Words that begin a query in brackets."""

AFTER_GROUPING = frozenset({"HAVING", "ORDER", "LIMIT"})
"""Words that end the list of GROUP BY."""

MATCHES = ("LIKE", "ILIKE", "RLIKE", "REGEXP", "GLOB", "MATCH")
"""Words that compare a text with a pattern."""

COMPARISON_SIGNS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "==", "<=>", "~", "~*", "!~",
                          "!~*", "~~", "~~*", "@>", "<@", "&&"})  # fmt: skip
"""Signs that compare, in any dialect."""

GROUPING_WORDS = frozenset({"ROLLUP", "CUBE", "SETS"})
"""Words of GROUP BY that a bracket with columns follows."""

DIRECTIONS = frozenset({"ASC", "DESC"})
"""Words of ORDER BY that say which way."""
