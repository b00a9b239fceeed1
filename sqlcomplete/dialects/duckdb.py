"""DuckDB."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import duckdb
from sqlcomplete.dialects.model import derived
from sqlcomplete.dialects.postgres import POSTGRES

DUCKDB = derived(
    POSTGRES,
    "duckdb",
    extra="duckdb",
    folds_lower=False,
    free_words=frozenset({"user"}),
    default_namespace="main",
    search_path=False,
    domains=False,
    more_statements=("FROM", "DESCRIBE", "COPY", "PRAGMA", "ATTACH"),
    empty_projection=False,
    trailing_comma=True,
    star_modifiers=("EXCLUDE", "REPLACE"),
    group_by_all=True,
    limit_all=False,
    locking=False,
    aliases_in_select=True,
    aliases_in_where=True,
    aliases_in_having=True,
    values_columns=("col", 0),
    semi_join=True,
    only=False,
    insert_modifiers=("OR REPLACE INTO", "OR IGNORE INTO"),
    insert_overriding=False,
    insert_alias=False,
    merge_by_source=False,
    in_without_brackets=True,
    types=ANSI.types,
    signatures=duckdb.SIGNATURES,
    function_names=duckdb.NAMES,
)
