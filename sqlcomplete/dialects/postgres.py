"""PostgreSQL, and the databases that speak it."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import postgres
from sqlcomplete.dialects.model import derived

POSTGRES = derived(
    ANSI,
    "postgres",
    other_names=("cockroachdb", "pg", "postgresql"),
    drivers=(("postgres", "postgresql+psycopg"), ("postgresql", "postgresql+psycopg")),
    extra="postgres",
    telltale=r"\b(?:BIG|SMALL)?SERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|\bBYTEA\b|::|\bOWNER\s+TO\b"
    r"|\bsearch_path\b|\bplpgsql\b|\bgen_random_uuid\b|\bAS\s+ENUM\b|\bCOMMENT\s+ON\b"
    r"|\bcharacter\s+varying\b|\bwith(?:out)?\s+time\s+zone\b",
    dollar_quotes=True,
    escape_strings=True,
    nested_comments=True,
    numbered_parameters=True,
    first_placeholder="$",
    folds_lower=True,
    default_namespace="public",
    search_path=True,
    domains=True,
    materialized_ctes=True,
    distinct_on=True,
    empty_projection=True,
    limit_all=True,
    limit_after_offset=True,
    locking=True,
    lateral=True,
    lateral_first=True,
    only=True,
    tablesample=True,
    insert_overriding=True,
    insert_alias=True,
    on_conflict=True,
    delete_using=True,
    merge_by_source=True,
    ilike=True,
    similar_to=True,
    typed_literals=True,
    casts=True,
    json_arrows=True,
    types=(
        "integer", "bigint", "text", "varchar", "date", "timestamp", "timestamptz", "boolean",
        "numeric", "uuid", "jsonb", "json", "real", "interval",
    ),
    signatures=postgres.SIGNATURES,
    function_names=postgres.NAMES,
)  # fmt: skip

REDSHIFT = derived(
    POSTGRES,
    "redshift",
    search_path=False,
    domains=False,
    materialized_ctes=False,
    distinct_on=False,
    empty_projection=False,
    locking=False,
    aliases_in_select=True,
    aliases_in_where=True,
    aliases_in_having=True,
    only=False,
    tablesample=False,
    insert_overriding=False,
    insert_alias=False,
    on_conflict=False,
    merge_by_source=False,
    json_arrows=False,
)

MATERIALIZE = derived(POSTGRES, "materialize", domains=False)

RISINGWAVE = derived(POSTGRES, "risingwave", domains=False)
