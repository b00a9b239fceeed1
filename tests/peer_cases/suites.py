"""All cases, by the peer that they come from and by subject."""

from __future__ import annotations

from tests.peer_cases import (
    pgcli_clauses,
    pgcli_names,
    pysql_clauses,
    pysql_names,
    pysql_positions,
    pysql_scopes,
)
from tests.peer_cases.case import Group

SUITES: dict[tuple[str, str], tuple[Group, ...]] = {
    ("pgcli", "names in one schema"): pgcli_names.ONE_SCHEMA,
    ("pgcli", "names in several schemas"): pgcli_names.SEVERAL_SCHEMAS,
    ("pgcli", "clauses"): pgcli_clauses.CLAUSES,
    ("pysqlsuggestions", "CTEs"): pysql_scopes.CTES,
    ("pysqlsuggestions", "subqueries"): pysql_scopes.SUBQUERIES,
    ("pysqlsuggestions", "set operations"): pysql_scopes.SET_OPERATIONS,
    ("pysqlsuggestions", "strings and parameters"): pysql_scopes.TEXT,
    ("pysqlsuggestions", "matching and case"): pysql_scopes.NAMES_AND_CASE,
    ("pysqlsuggestions", "relations"): pysql_scopes.RELATIONS,
    ("pysqlsuggestions", "expressions"): pysql_positions.EXPRESSIONS,
    ("pysqlsuggestions", "clauses"): pysql_clauses.CLAUSES,
    ("pysqlsuggestions", "whole statements"): pysql_clauses.WRITTEN,
    ("pysqlsuggestions", "statements"): pysql_positions.STATEMENTS,
    ("pysqlsuggestions", "DDL"): pysql_positions.DDL,
    ("pysqlsuggestions", "SELECT's grammar"): pysql_positions.GRAMMAR,
    ("pysqlsuggestions", "joins"): pysql_names.JOINS,
    ("pysqlsuggestions", "stars"): pysql_names.STARS,
    ("pysqlsuggestions", "values"): pysql_names.VALUES,
    ("pysqlsuggestions", "schemas"): pysql_names.SCHEMAS,
}
