"""BigQuery."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import bigquery
from sqlcomplete.dialects.model import derived

BIGQUERY = derived(
    ANSI,
    "bigquery",
    telltale=r"\bINT64\b|\bFLOAT64\b",
    identifier_quotes=("`",),
    backslash_escapes=True,
    hash_comments=True,
    free_words=frozenset({"user"}),
    dots_in_quotes=True,
    trailing_comma=True,
    star_modifiers=("EXCEPT", "REPLACE"),
    aliases_in_having=True,
    merge_without_into=True,
    merge_by_source=True,
    typed_literals=True,
    in_unnest=True,
    in_without_brackets=True,
    types=(
        "INT64", "FLOAT64", "STRING", "DATE", "TIMESTAMP", "DATETIME", "BOOL", "NUMERIC", "BYTES",
        "JSON",
    ),
    signatures=bigquery.SIGNATURES,
    function_names=bigquery.NAMES,
)  # fmt: skip
