"""SQL Server, and Fabric."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import tsql
from sqlcomplete.dialects.model import derived

TSQL = derived(
    ANSI,
    "tsql",
    other_names=("mssql", "sqlserver"),
    telltale=r"\[dbo\]|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\d|^\s*GO\s*$",
    identifier_quotes=("[", '"'),
    bracketed_names_in_ddl=True,
    nested_comments=True,
    marked_names=True,
    splits_on_line=True,
    default_namespace="dbo",
    use_names_database=True,
    use_schema=False,
    indexes_in_tables=True,
    more_statements=("INSERT",),
    top=True,
    nulls_ordering=False,
    aliases_in_group_by=False,
    apply=True,
    tablesample=True,
    insert_without_into=True,
    output=True,
    update_joins=True,
    delete_names_first=True,
    merge_without_into=True,
    merge_by_source=True,
    booleans=False,
    named_arguments=False,
    types=(
        "INT", "BIGINT", "VARCHAR", "NVARCHAR", "DATE", "DATETIME", "DATETIME2", "DECIMAL",
        "FLOAT", "BIT",
    ),
    signatures=tsql.SIGNATURES,
    function_names=tsql.NAMES,
)  # fmt: skip

FABRIC = derived(TSQL, "fabric")
