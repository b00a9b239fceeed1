"""The words of SQL, by what they do in a statement. A word is a keyword only where it stands as one."""

from __future__ import annotations

STATEMENT_VERBS = frozenset({
    "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "TRUNCATE",
    "EXPLAIN", "VALUES", "REPLACE", "BEGIN", "COMMIT", "ROLLBACK", "GRANT", "REVOKE", "DESCRIBE",
    "SHOW", "USE", "SET", "CALL", "EXEC", "EXECUTE", "PRAGMA", "VACUUM", "ANALYZE", "COPY",
    "DECLARE", "REFRESH", "COMMENT", "ATTACH", "DETACH", "FROM", "DESC",
})  # fmt: skip

# Verbs that begin a new statement when they stand at a line's start after a blank line.
LINE_VERBS = STATEMENT_VERBS - {
    "VALUES", "REPLACE", "SET", "USE", "BEGIN", "FROM", "DESC", "COMMENT", "ANALYZE", "SHOW",
}  # fmt: skip

DDL_VERBS = frozenset({
    "CREATE", "ALTER", "DROP", "TRUNCATE", "DESCRIBE", "DESC", "GRANT", "REVOKE", "COMMENT", "COPY",
    "VACUUM", "ANALYZE", "REFRESH", "SHOW", "USE", "PRAGMA", "CALL", "EXEC", "EXECUTE", "BEGIN",
    "COMMIT", "ROLLBACK", "ATTACH", "DETACH", "DECLARE",
})  # fmt: skip

SET_OPERATORS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})

JOIN_WORDS = frozenset({
    "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL", "ASOF", "POSITIONAL",
    "SEMI", "ANTI", "STRAIGHT_JOIN", "GLOBAL", "APPLY",
})  # fmt: skip

# Never a name where one could stand: reserved in every dialect that matters.
RESERVED = frozenset({
    "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "UNION", "EXCEPT", "INTERSECT", "JOIN",
    "ON", "AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END",
    "AS", "BY", "LIMIT", "INTO", "DISTINCT", "NULL", "CREATE", "TABLE", "INNER", "LEFT", "RIGHT",
    "CROSS", "NATURAL", "USING", "EXISTS", "ALL", "ANY", "SET", "VALUES", "WITH", "INSERT", "UPDATE",
    "DELETE", "ASC", "DESC", "TRUE", "FALSE", "UNIQUE", "PRIMARY", "FOREIGN", "REFERENCES", "CHECK",
    "DEFAULT", "FULL", "RETURNING", "FETCH", "FOR", "SOME",
})  # fmt: skip

# Keywords that end an unfinished parenthesis: `SELECT count( FROM orders`.
CLAUSE_STARTS = frozenset({"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "JOIN", "RETURNING"})

NOT_ALIAS = RESERVED | JOIN_WORDS | SET_OPERATORS | frozenset({
    "OFFSET", "WINDOW", "QUALIFY", "LATERAL", "TABLESAMPLE", "PIVOT", "UNPIVOT", "PREWHERE",
    "MATCH_RECOGNIZE", "FORCE", "IGNORE", "OUTPUT", "START", "CONNECT", "FINAL", "SAMPLE", "OVER",
    "CONFLICT", "DO", "COLLATE", "ILIKE", "SIMILAR", "WITHIN", "OPTION",
})  # fmt: skip
# SAMPLE, FINAL, START and OPTION are names too, but seldom aliases.

VALUE_WORDS = frozenset({
    "NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME",
    "LOCALTIMESTAMP", "CURRENT_USER", "SESSION_USER", "DEFAULT", "END",
})  # fmt: skip

# Functions whose arguments are split by FROM.
FROM_FUNCTIONS = frozenset({"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "SUBSTR", "LTRIM",
                            "RTRIM"})  # fmt: skip

AGGREGATES = frozenset({
    "COUNT", "SUM", "AVG", "MIN", "MAX", "STRING_AGG", "ARRAY_AGG", "GROUP_CONCAT", "LISTAGG",
    "JSON_AGG", "JSONB_AGG", "JSON_OBJECT_AGG", "JSONB_OBJECT_AGG", "JSON_GROUP_ARRAY",
    "JSON_GROUP_OBJECT", "BOOL_AND", "BOOL_OR", "EVERY", "STDDEV", "STDDEV_POP", "STDDEV_SAMP",
    "VARIANCE", "VAR_POP", "VAR_SAMP", "VAR", "STDEV", "MEDIAN", "MODE", "CORR", "COVAR_POP",
    "COVAR_SAMP", "PERCENTILE_CONT", "PERCENTILE_DISC", "APPROX_COUNT_DISTINCT",
    "APPROX_QUANTILES", "ANY_VALUE", "BIT_AND", "BIT_OR", "BIT_XOR", "COUNT_IF", "COUNTIF",
    "SUMIF", "TOTAL", "ARG_MAX", "ARG_MIN", "MAX_BY", "MIN_BY", "LIST", "HISTOGRAM", "QUANTILE",
    "QUANTILE_CONT", "UNIQ", "UNIQEXACT", "GROUPARRAY", "COUNT_BIG", "REGR_SLOPE", "XMLAGG",
    "PRODUCT", "FIRST", "LAST", "ARRAY_CONCAT_AGG", "LOGICAL_AND", "LOGICAL_OR",
})  # fmt: skip

TIME_UNITS = frozenset({
    "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "QUARTER", "YEARS", "MONTHS",
    "DAYS", "HOURS", "MINUTES", "SECONDS", "WEEKS", "DOW", "DOY", "EPOCH", "CENTURY", "DECADE",
    "MILLISECOND", "MICROSECOND", "ISODOW", "ISOYEAR", "TIMEZONE",
})  # fmt: skip

# Words that may follow a type's first word.
TYPE_WORDS = frozenset({
    "PRECISION", "VARYING", "WITH", "WITHOUT", "TIME", "ZONE", "LOCAL", "UNSIGNED", "SIGNED",
    "LARGE", "OBJECT", "CHARACTER", "SET",
})  # fmt: skip

# Words that only show up inside phrases; together with the sets above they make KEYWORDS.
_OTHERS = frozenset({
    "ADD", "AFTER", "ALWAYS", "ARRAY", "AT", "BEFORE", "BOTH", "CASCADE", "CAST", "CHECK", "COLLATE",
    "COLUMN", "CONCURRENTLY", "CONFLICT", "CONSTRAINT", "CUBE", "CURRENT", "DATABASE", "DEFERRABLE",
    "DO", "DUPLICATE", "ESCAPE", "EXCLUDE", "EXISTS", "EXTRACT", "FILTER", "FIRST", "FOLLOWING",
    "FUNCTION", "GENERATED", "GLOB", "GROUPING", "IDENTITY", "IF", "ILIKE", "INDEX", "INTERVAL",
    "ISNULL", "KEY", "LAST", "LATERAL", "LEADING", "MATCHED", "MATERIALIZED", "NEXT", "NOTHING",
    "NOTNULL", "NULLS", "OF", "OFFSET", "ONLY", "ORDINALITY", "OTHERS", "OUTPUT", "OVER", "OVERLAPS",
    "PARTITION", "PERCENT", "PIVOT", "PRECEDING", "PROCEDURE", "QUALIFY", "RANGE", "RECURSIVE",
    "REGEXP", "RENAME", "RESTRICT", "RETURNS", "RLIKE", "ROLLUP", "ROW", "ROWS", "SAMPLE", "SCHEMA",
    "SEQUENCE", "SETS", "SHARE", "SIMILAR", "SKIP", "LOCKED", "NOWAIT", "SYMMETRIC", "TABLESAMPLE",
    "TEMP", "TEMPORARY", "TIES", "TO", "TOP", "TRAILING", "TRIGGER", "TYPE", "UNBOUNDED", "UNNEST",
    "UNPIVOT", "USER", "VIEW", "WINDOW", "WITHIN", "WITHOUT", "XOR", "ZONE", "DIV", "MOD",
    "AUTO_INCREMENT", "AUTOINCREMENT", "ENGINE", "ROWID", "VERBOSE", "PREWHERE", "UNTIL",
})  # fmt: skip

KEYWORDS = (
    STATEMENT_VERBS | DDL_VERBS | RESERVED | JOIN_WORDS | SET_OPERATORS | VALUE_WORDS | _OTHERS
)
