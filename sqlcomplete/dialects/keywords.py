"""The words of SQL, by what they do. A word is a keyword only where it stands as one."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import QUERY_CLAUSES

STATEMENT_VERBS = frozenset(
    {
        "SELECT",
        "WITH",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "CREATE",
        "ALTER",
        "DROP",
        "TRUNCATE",
        "EXPLAIN",
        "VALUES",
        "REPLACE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "GRANT",
        "REVOKE",
        "DESCRIBE",
        "SHOW",
        "USE",
        "SET",
        "CALL",
        "EXEC",
        "EXECUTE",
        "PRAGMA",
        "VACUUM",
        "ANALYZE",
        "COPY",
        "DECLARE",
        "REFRESH",
        "COMMENT",
        "ATTACH",
        "DETACH",
        "FROM",
        "DESC",
    }
)

# Verbs that begin a new statement when they stand at a line's start after a blank line.
LINE_VERBS = STATEMENT_VERBS - {
    "VALUES",
    "REPLACE",
    "SET",
    "USE",
    "BEGIN",
    "FROM",
    "DESC",
    "COMMENT",
    "ANALYZE",
    "SHOW",
}

DDL_VERBS = frozenset(
    {
        "CREATE",
        "ALTER",
        "DROP",
        "TRUNCATE",
        "DESCRIBE",
        "DESC",
        "GRANT",
        "REVOKE",
        "COMMENT",
        "COPY",
        "VACUUM",
        "ANALYZE",
        "REFRESH",
        "SHOW",
        "USE",
        "PRAGMA",
        "CALL",
        "EXEC",
        "EXECUTE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "ATTACH",
        "DETACH",
        "DECLARE",
    }
)

CLAUSE_WORDS = frozenset(one.word for one in QUERY_CLAUSES)
"""The first words of the clauses of a query."""

SET_OPERATORS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})

JOIN_WORDS = frozenset(
    {
        "JOIN",
        "LEFT",
        "RIGHT",
        "FULL",
        "INNER",
        "OUTER",
        "CROSS",
        "NATURAL",
        "ASOF",
        "POSITIONAL",
        "SEMI",
        "ANTI",
        "STRAIGHT_JOIN",
        "GLOBAL",
        "APPLY",
    }
)

# Never a name where one could stand: reserved in every dialect that matters.
RESERVED = frozenset(
    {
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "JOIN",
        "ON",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "LIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "AS",
        "BY",
        "LIMIT",
        "INTO",
        "DISTINCT",
        "NULL",
        "CREATE",
        "TABLE",
        "INNER",
        "LEFT",
        "RIGHT",
        "CROSS",
        "NATURAL",
        "USING",
        "EXISTS",
        "ALL",
        "ANY",
        "SET",
        "VALUES",
        "WITH",
        "INSERT",
        "UPDATE",
        "DELETE",
        "ASC",
        "DESC",
        "TRUE",
        "FALSE",
        "UNIQUE",
        "PRIMARY",
        "FOREIGN",
        "REFERENCES",
        "CHECK",
        "DEFAULT",
        "FULL",
        "RETURNING",
        "FETCH",
        "FOR",
        "SOME",
    }
)

# Keywords that end an unfinished parenthesis: `SELECT count( FROM orders`.
CLAUSE_STARTS = frozenset(
    {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "JOIN", "RETURNING"}
)

NOT_ALIAS = (
    CLAUSE_WORDS
    | RESERVED
    | JOIN_WORDS
    | SET_OPERATORS
    | frozenset(
        {
            "OFFSET",
            "WINDOW",
            "LATERAL",
            "TABLESAMPLE",
            "PIVOT",
            "UNPIVOT",
            "MATCH_RECOGNIZE",
            "FORCE",
            "IGNORE",
            "OUTPUT",
            "START",
            "CONNECT",
            "FINAL",
            "SAMPLE",
            "OVER",
            "CONFLICT",
            "DO",
            "COLLATE",
            "ILIKE",
            "SIMILAR",
            "WITHIN",
            "OPTION",
        }
    )
)
# SAMPLE, FINAL, START and OPTION are names too, but seldom aliases.

VALUE_WORDS = frozenset(
    {
        "NULL",
        "TRUE",
        "FALSE",
        "CURRENT_DATE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "CURRENT_USER",
        "SESSION_USER",
        "DEFAULT",
        "END",
    }
)


# Words that may follow a type's first word.
TYPE_WORDS = frozenset(
    {
        "PRECISION",
        "VARYING",
        "WITH",
        "WITHOUT",
        "TIME",
        "ZONE",
        "LOCAL",
        "UNSIGNED",
        "SIGNED",
        "LARGE",
        "OBJECT",
        "CHARACTER",
        "SET",
    }
)

# Words that only show up inside phrases; together with the sets above they make KEYWORDS.
_OTHERS = frozenset(
    {
        "ADD",
        "AFTER",
        "ALWAYS",
        "ARRAY",
        "AT",
        "BEFORE",
        "BOTH",
        "CASCADE",
        "CAST",
        "CHECK",
        "COLLATE",
        "COLUMN",
        "CONCURRENTLY",
        "CONFLICT",
        "CONSTRAINT",
        "CUBE",
        "CURRENT",
        "DATABASE",
        "DEFERRABLE",
        "DO",
        "DUPLICATE",
        "ESCAPE",
        "EXCLUDE",
        "EXISTS",
        "EXTRACT",
        "FILTER",
        "FIRST",
        "FOLLOWING",
        "FUNCTION",
        "GENERATED",
        "GLOB",
        "GROUPING",
        "IDENTITY",
        "IF",
        "ILIKE",
        "INDEX",
        "INTERVAL",
        "ISNULL",
        "KEY",
        "LAST",
        "LATERAL",
        "LEADING",
        "MATCHED",
        "MATERIALIZED",
        "NEXT",
        "NOTHING",
        "NOTNULL",
        "NULLS",
        "OF",
        "OFFSET",
        "ONLY",
        "ORDINALITY",
        "OTHERS",
        "OUTPUT",
        "OVER",
        "OVERLAPS",
        "PARTITION",
        "PERCENT",
        "PIVOT",
        "PRECEDING",
        "PROCEDURE",
        "RANGE",
        "RECURSIVE",
        "REGEXP",
        "RENAME",
        "RESTRICT",
        "RETURNS",
        "RLIKE",
        "ROLLUP",
        "ROW",
        "ROWS",
        "SAMPLE",
        "SCHEMA",
        "SEQUENCE",
        "SETS",
        "SHARE",
        "SIMILAR",
        "SKIP",
        "LOCKED",
        "NOWAIT",
        "SYMMETRIC",
        "TABLESAMPLE",
        "TEMP",
        "TEMPORARY",
        "TIES",
        "TO",
        "TOP",
        "TRAILING",
        "TRIGGER",
        "TYPE",
        "UNBOUNDED",
        "UNNEST",
        "UNPIVOT",
        "USER",
        "VIEW",
        "WINDOW",
        "WITHIN",
        "WITHOUT",
        "XOR",
        "ZONE",
        "DIV",
        "MOD",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "ENGINE",
        "ROWID",
        "VERBOSE",
        "UNTIL",
    }
)

KEYWORDS = (
    CLAUSE_WORDS
    | STATEMENT_VERBS
    | DDL_VERBS
    | RESERVED
    | JOIN_WORDS
    | SET_OPERATORS
    | VALUE_WORDS
    | _OTHERS
)

# Words that no dialect of ours takes as a bare column name. Kept short on purpose: a needless
# quote is a nuisance on each line, and most keywords may be names.
RESERVED_NAMES = frozenset(
    """all and any as asc between by case cast check collate column constraint create cross
    current_date current_time current_timestamp default delete desc distinct drop else end except
    exists false for foreign from full grant group having in index inner insert intersect into is
    join left like limit natural not null offset on or order outer primary references right select
    set table then to true union unique update user using values when where window with""".split()  # noqa: SIM905
)

TELLS_CASE = frozenset(
    """select from where join left right inner on group order by having limit insert into values
    update set delete and or not as is null in like between distinct case when then else end union
    with desc asc create table using returning""".split()  # noqa: SIM905
)
"""Words whose case tells how the user writes keywords, lower case."""
