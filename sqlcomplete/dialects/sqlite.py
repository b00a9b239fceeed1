"""SQLite."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import sqlite
from sqlcomplete.dialects.model import derived

SQLITE = derived(
    ANSI,
    "sqlite",
    other_names=("sqlite3",),
    telltale=r"\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b|\bUSING\s+fts[345]\b",
    identifier_quotes=('"', "`", "["),
    bracketed_names_in_ddl=True,
    first_placeholder="?",
    quoted_strings_for_names=True,
    free_words=frozenset({"user"}),
    has_namespaces=False,
    references_stay_beside=True,
    materialized_ctes=True,
    limit_comma=True,
    aliases_in_where=True,
    aliases_in_having=True,
    join_without_on=True,
    insert_modifiers=("OR REPLACE INTO", "OR IGNORE INTO"),
    insert_alias=True,
    on_conflict=True,
    update_modifiers=("OR REPLACE", "OR IGNORE"),
    limited_writes=True,
    regexp=("REGEXP", "GLOB", "MATCH"),
    json_arrows=True,
    in_without_brackets=True,
    named_arguments=False,
    types=("INTEGER", "REAL", "TEXT", "BLOB", "NUMERIC"),
    signatures=sqlite.SIGNATURES,
    function_names=sqlite.NAMES,
)
