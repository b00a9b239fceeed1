"""ClickHouse."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import clickhouse
from sqlcomplete.dialects.model import derived

CLICKHOUSE = derived(
    ANSI,
    "clickhouse",
    telltale=r"\bENGINE\s*=\s*(?:Replicated)?\w*MergeTree\b",
    identifier_quotes=("`", '"'),
    backslash_escapes=True,
    hash_comments=True,
    dollar_quotes=True,
    free_words=frozenset({"user"}),
    namespace_is_database=True,
    indexes_in_tables=True,
    projections_in_tables=True,
    limit_comma=True,
    aliases_in_select=True,
    aliases_in_where=True,
    aliases_in_having=True,
    ilike=True,
    casts=True,
    in_without_brackets=True,
    signatures=clickhouse.SIGNATURES,
    function_names=clickhouse.NAMES,
)
