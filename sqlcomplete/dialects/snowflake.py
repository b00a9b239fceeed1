"""Snowflake."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import snowflake
from sqlcomplete.dialects.model import derived

SNOWFLAKE = derived(
    ANSI,
    "snowflake",
    backslash_escapes=True,
    dollar_quotes=True,
    free_words=frozenset({"user"}),
    default_namespace="PUBLIC",
    use_names_database=True,
    trailing_comma=True,
    star_modifiers=("EXCEPT", "REPLACE"),
    group_by_all=True,
    limit_all=True,
    aliases_in_select=True,
    aliases_in_where=True,
    aliases_in_having=True,
    lateral=True,
    lateral_first=True,
    tablesample=True,
    insert_modifiers=("OVERWRITE",),
    delete_using=True,
    ilike=True,
    regexp=("REGEXP", "RLIKE"),
    typed_literals=True,
    casts=True,
    colon_paths=True,
    signatures=snowflake.SIGNATURES,
    function_names=snowflake.NAMES,
)
