"""What all dialects begin with, and the generic one."""

from __future__ import annotations

from sqlcomplete.dialects.functions import common
from sqlcomplete.dialects.model import Dialect, derived

ANSI = Dialect(
    name="ansi",
    types=(
        "INTEGER", "BIGINT", "TEXT", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "DECIMAL",
        "NUMERIC", "FLOAT", "DOUBLE",
    ),
    common_signatures=common.SIGNATURES,
)  # fmt: skip
"""The parent of all: what a dialect is that says nothing of its own."""

GENERIC = derived(
    ANSI,
    "",
    other_names=("ansi", "generic", "sql"),
    identifier_quotes=('"', "`"),
    bracketed_names_in_ddl=True,
    dollar_quotes=True,
    escape_strings=True,
    numbered_parameters=True,
    keys_in_tables=True,
    indexes_in_tables=True,
    materialized_ctes=True,
    distinct_on=True,
    limit_all=True,
    limit_after_offset=True,
    locking=True,
    aliases_in_having=True,
    lateral=True,
    lateral_first=True,
    only=True,
    tablesample=True,
    insert_modifiers=("OR REPLACE INTO", "OR IGNORE INTO"),
    insert_overriding=True,
    insert_alias=True,
    on_conflict=True,
    update_joins=True,
    delete_using=True,
    merge_by_source=True,
    ilike=True,
    similar_to=True,
    typed_literals=True,
    casts=True,
    json_arrows=True,
)
"""Where the dialect is not known: tolerant, so that most SQL is read."""
