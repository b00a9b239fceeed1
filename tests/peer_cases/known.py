"""The cases that do not hold today, each with the reason.

"gap": the engine should do it and does not yet. "by design": it answers otherwise on purpose. A
case that is fixed must leave this list, or the tests fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["gap", "by design"]


@dataclass(frozen=True, slots=True)
class Known:
    """Cases that fail for one reason. `promises` are "peer: promise", for all cases of a group, or
    "peer: promise N" for one of them."""

    standing: Standing
    reason: str
    promises: tuple[str, ...]


def _pgcli(*promises: str) -> tuple[str, ...]:
    return tuple(f"pgcli: {promise}" for promise in promises)


def _pysql(*promises: str) -> tuple[str, ...]:
    return tuple(f"pysqlsuggestions: {promise}" for promise in promises)


KNOWN: tuple[Known, ...] = (
    Known(
        "by design",
        "backslash commands are psql's and pgcli's, not SQL",
        _pgcli(
            "a list of functions for a backslash command",
            "a backslash command by its beginning",
        ),
    ),
    Known(
        "by design",
        "equal names alone prove no join: a condition comes from a foreign key or from a name that "
        "tells its table",
        _pgcli(
            "conditions of equal names after ON",
            "a condition of equal names with an earlier table",
            "a condition of equal names beside a foreign key's",
            "conditions of equal names where no foreign key joins",
            "a condition of equal names in a whole join",
            "conditions of equal names after ON in lower case",
        ),
    ),
    Known(
        "by design",
        "an alias is offered behind the table, and in a whole join; not with each table",
        _pgcli("a table with an alias after FROM", "an alias that is taken gets a number"),
    ),
    Known(
        "by design",
        "keywords are ordered by the learned prior; a person's own habits come from `sqlcomplete "
        "train`",
        _pgcli("keywords of the history first"),
    ),
    Known(
        "by design",
        "names are as the database has them: no list of spellings tells where entrytags' words "
        "begin",
        _pgcli("a table by its initials", "a join by its table's initials"),
    ),
    Known(
        "by design",
        "a schema is one database's: the server's other databases are not read",
        _pgcli("the server's databases after TEMPLATE"),
    ),
    Known(
        "by design",
        "PostgreSQL names the columns of VALUES column1, column2",
        _pysql("no invented name for a CTE of VALUES"),
    ),
    Known(
        "by design",
        "a parameter is offered with the name of the column that it is compared with",
        _pysql("nothing in a parameter 1"),
    ),
    Known(
        "by design",
        "letters inside a word match nothing: names match at a word's beginning or by initials",
        _pysql(
            "a word of a table's name 2",
            "a part of a column's name 1",
            "a prefix before a part",
            "a table outside the search path, qualified 2",
        ),
    ),
    Known(
        "by design",
        "ordinals of the projection are offered in ORDER BY, behind its names",
        _pysql("no ordinal in ORDER BY"),
    ),
    Known(
        "by design",
        "columns are ordered by the learned prior, not as the table declares them",
        _pysql("columns in the table's order"),
    ),
    Known(
        "by design",
        "ALL is an answer to LIMIT",
        _pysql("no word for a count of rows"),
    ),
    Known(
        "gap",
        "an alias or a name written unquoted in upper case is offered in quotes, which the server "
        "reads as another name",
        _pgcli(
            "columns of two tables, qualified where both have them",
            "a join's condition from a foreign key",
            "the tables of a join with an unknown one",
        )
        + _pysql("names outside ASCII"),
    ),
    Known(
        "gap",
        "a name written unquoted is read as the table of exactly that case, not in lower case",
        _pgcli(
            "whole joins from foreign keys, beside the tables",
            "an unquoted name is read in lower case 1",
            "an unquoted name is read in lower case 2",
            "an unquoted name is read in lower case, in a schema too 1",
            "an unquoted name is read in lower case, in a schema too 2",
            "an unquoted name is read in lower case, in a schema too 4",
            "an unquoted name is read in lower case, in a schema too 5",
        ),
    ),
    Known(
        "gap",
        "schemas that differ by case alone are read as one",
        _pgcli(
            "a schema's tables behind its dot",
            "the tables of a quoted schema behind its dot",
            "a schema's tables behind its dot and an opening quote",
            "the tables of a quoted schema behind its dot and an opening quote",
            "tables of the default schema, and the other schemas, after FROM",
        ),
    ),
    Known(
        "gap",
        "a schema holds no functions and procedures of the database",
        _pgcli(
            "the database's functions after DDL's FUNCTION",
            "the database's functions in an expression",
            "the database's functions after FROM",
            "the columns that a function returns",
            "a schema's functions",
            "a schema's functions after FROM",
            "a star of a function becomes its columns",
            "a function by its initials",
        ),
    ),
    Known(
        "gap",
        "a schema holds no types of the database",
        _pgcli("the database's types", "a schema's types"),
    ),
    Known(
        "gap",
        "a star is not replaced by its columns once it is typed",
        _pgcli(
            "a star becomes its columns",
            "a qualified star becomes its columns",
            "a star behind a table's name becomes its columns",
            "a star behind a reserved name becomes its columns",
            "a star of two tables becomes qualified columns",
            "a qualified star becomes the columns of its table",
            "a star in INSERT's list becomes the columns without a default",
            "a star of two tables of two schemas",
        )
        + _pysql(
            "a star becomes its columns",
            "a star of two tables becomes qualified columns",
            "a qualified star becomes that table's columns",
            "a CTE's star",
            "a star over two schemas' tables of one name",
        ),
    ),
    Known(
        "gap",
        "USING offers columns that only one of the tables has, qualified ones too",
        _pgcli(
            "the columns that both tables have, in USING",
            "the columns that the last table shares, in USING",
            "a second column in USING",
            "what both tables have, in USING",
            "the next column in USING",
        ),
    ),
    Known(
        "gap",
        "a join is found by its table's name, not by the columns of its condition",
        _pgcli(
            "a whole join, found by its table or its columns 2",
            "a whole join, found by its table or its columns 3",
            "a whole join, found by its table or its columns 4",
        ),
    ),
    Known(
        "gap",
        "no whole join behind a schema's dot",
        _pgcli("joins of a schema behind its dot"),
    ),
    Known(
        "gap",
        "of tables that begin alike, the shortest is not first",
        _pgcli("a table by its first letter"),
    ),
    Known(
        "gap",
        "a colon that begins a cast or a parameter is not waited for",
        _pgcli("nothing behind a lone colon"),
    ),
    Known(
        "gap",
        "the body of a function is read as a string",
        _pgcli("columns in a function's body"),
    ),
    Known(
        "gap",
        "no types in the lists of CREATE FUNCTION and of a function's alias",
        _pgcli(
            "types 3",
            "types in a list of definitions 4",
            "types in a list of definitions 5",
            "types in a list of definitions 6",
            "types in a list of definitions 7",
        ),
    ),
    Known(
        "gap",
        "double precision and the short names (int, int4, int8) are missing from the types",
        _pgcli("a type by its beginning in a list of definitions", "types by their beginning")
        + _pysql("types behind a new column's name"),
    ),
    Known(
        "gap",
        "ALTER TABLE's second ALTER or DROP is read as a new statement or as an alias",
        _pgcli(
            "COLUMN after ALTER TABLE's ALTER",
            "columns after ALTER TABLE's COLUMN",
            "what ALTER TABLE may alter",
        ),
    ),
    Known(
        "gap",
        "ALTER offers no database and no system",
        _pgcli("other things that ALTER may alter"),
    ),
    Known(
        "gap",
        "no schemas where SET and DROP SCHEMA name one",
        _pgcli(
            "schemas as strings after SET SCHEMA",
            "every schema after SET SCHEMA",
            "schemas after DROP SCHEMA",
            "schemas after SET search_path TO",
        ),
    ),
    Known(
        "gap",
        "tables and views are not told apart where a statement takes one of them",
        _pgcli(
            "tables and no view after TRUNCATE",
            "a schema's tables after TRUNCATE",
            "tables and no view after DROP TABLE",
        )
        + _pysql("tables after DROP TABLE", "views after DROP VIEW"),
    ),
    Known(
        "gap",
        "columns of a table that the statement does not read are offered behind its name",
        _pysql(
            "no column of a table that only the body reads",
            "a qualifier that the statement does not read",
        ),
    ),
    Known(
        "gap",
        "the order of a set operation reads the last branch, and takes a lock",
        _pysql(
            "no branch's column in the order of a union",
            "words that end the order of a union",
        ),
    ),
    Known(
        "gap",
        "a macro whose text holds FROM is read as SQL",
        _pysql("macros of report tools before a column 2"),
    ),
    Known(
        "gap",
        "a parameter in braces is not known before it is closed",
        _pysql("nothing in a parameter in braces"),
    ),
    Known(
        "gap",
        "no bare alias for a join's table; only one behind AS",
        _pysql("an alias behind the second table"),
    ),
    Known(
        "gap",
        "INSERT's table is read by a SELECT in parentheses",
        _pysql(
            "INSERT's table is not read by its SELECT 3",
            "INSERT's table is not read by its SELECT 4",
        ),
    ),
    Known(
        "gap",
        "a predicate in parentheses, and a lone operand, are not told apart from a value",
        _pysql(
            "a connective behind a predicate in parentheses",
            "an operator in parentheses",
            "operators behind an operand",
        ),
    ),
    Known(
        "gap",
        "columns of another type than the compared one are offered, some before those that fit",
        _pysql(
            "the outer table behind its alias's dot, by type",
            "columns of a number's type",
            "columns of a time's type",
            "columns of a time's type behind a dot",
            "columns of a cast's type",
        ),
    ),
    Known(
        "gap",
        "the TABLE statement is not read",
        _pysql(
            "the TABLE form",
            "ONLY in the TABLE form",
            "clauses of the TABLE form",
            "no other table's columns in the TABLE form",
        ),
    ),
    Known(
        "gap",
        "a constraint that is written is offered again",
        _pysql("a constraint behind a constraint"),
    ),
    Known(
        "gap",
        "the statements of a CTE's body are the same in every dialect",
        _pysql("no statement that writes in another dialect's CTE"),
    ),
    Known(
        "gap",
        "clauses that ClickHouse and Trino alone have are not offered",
        _pysql(
            "ClickHouse's clauses behind a table",
            "ClickHouse's LIMIT BY",
            "UNNEST where a relation begins",
        ),
    ),
    Known(
        "gap",
        "rare clauses of SELECT are not known",
        _pysql(
            "SEARCH's words",
            "tables behind ONLY",
            "a sample behind a table",
            "no clause behind TABLESAMPLE",
            "SELECT in a lateral subquery",
            "a function's ordinality",
            "no table in ROWS FROM",
            "a name for USING's columns",
            "DISTINCT in GROUP BY",
            "words behind an order's column",
            "words behind an order's column of a join",
            "an operator behind USING",
            "a lock behind a join's condition",
        ),
    ),
    Known(
        "gap",
        "the key's column is not first behind its alias's dot in a condition",
        _pysql("the key's column first behind its alias's dot"),
    ),
    Known(
        "gap",
        "a string in dollar quotes, or with a doubled quote, gets no value",
        _pysql(
            "a value from its opening quote 2",
            "a value that holds a quote 2",
            "a value that holds a quote 3",
        ),
    ),
    Known(
        "gap",
        "columns of two tables of one name are one column",
        _pysql("columns of two schemas' tables of one name, qualified"),
    ),
)
