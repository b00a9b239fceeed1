"""Hive, Spark and Databricks."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.model import derived

HIVE = derived(
    ANSI,
    "hive",
    identifier_quotes=("`",),
    backslash_escapes=True,
    semi_join=True,
    insert_modifiers=("OVERWRITE",),
    regexp=("REGEXP", "RLIKE"),
)

SPARK2 = derived(HIVE, "spark2")

SPARK = derived(
    SPARK2,
    "spark",
    nested_comments=True,
    aliases_in_select=True,
    aliases_in_having=True,
    lateral=True,
    lateral_first=True,
    ilike=True,
)

DATABRICKS = derived(
    SPARK,
    "databricks",
    trailing_comma=True,
    star_modifiers=("EXCEPT", "REPLACE"),
    group_by_all=True,
    casts=True,
    colon_paths=True,
)
