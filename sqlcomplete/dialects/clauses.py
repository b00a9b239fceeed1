"""The clauses of statements, as data."""

from __future__ import annotations

from enum import StrEnum


class Clause(StrEnum):
    """Where in its query the cursor stands."""

    START = "start"  # nothing of the statement yet
    WITH = "with"
    SELECT = "select"  # the projection
    FROM = "from"  # the relations, before ON
    ON = "on"
    USING = "using"
    WHERE = "where"
    GROUP_BY = "group by"
    HAVING = "having"
    QUALIFY = "qualify"
    WINDOW = "window"  # inside OVER (...) or WINDOW w AS (...)
    ORDER_BY = "order by"
    LIMIT = "limit"
    INSERT_INTO = "insert into"
    INSERT_COLUMNS = "insert columns"
    VALUES = "values"
    ON_CONFLICT = "on conflict"
    UPDATE = "update"
    SET = "set"
    DELETE = "delete"
    MERGE = "merge"
    RETURNING = "returning"
    DDL = "ddl"
    OTHER = "other"
