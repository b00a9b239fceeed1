"""MySQL, and the databases that speak it."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import mysql
from sqlcomplete.dialects.model import derived

MYSQL = derived(
    ANSI,
    "mysql",
    other_names=("mariadb",),
    drivers=(("mariadb", "mariadb+pymysql"), ("mysql", "mysql+pymysql")),
    extra="mysql",
    telltale=r"\bAUTO_INCREMENT\b|\bENGINE\s*=\s*(?:InnoDB|MyISAM)\b|^\s*`\w+`\s+\w",
    identifier_quotes=("`",),
    backslash_escapes=True,
    hash_comments=True,
    versioned_comments=True,
    first_placeholder="?",
    free_words=frozenset({"user"}),
    namespace_is_database=True,
    references_stay_beside=True,
    keys_in_tables=True,
    indexes_in_tables=True,
    limit_comma=True,
    locking=True,
    nulls_ordering=False,
    aliases_in_having=True,
    lateral=True,
    full_join=False,
    join_without_on=True,
    insert_modifiers=("IGNORE INTO",),
    insert_without_into=True,
    insert_set=True,
    values_row=True,
    on_duplicate_key=True,
    update_joins=True,
    update_many=True,
    update_from=False,
    delete_names_first=True,
    delete_using=True,
    limited_writes=True,
    regexp=("REGEXP", "RLIKE"),
    typed_literals=True,
    json_arrows=True,
    named_arguments=False,
    types=(
        "SIGNED", "UNSIGNED", "CHAR", "DATE", "DATETIME", "DECIMAL", "INT", "BIGINT", "VARCHAR",
        "TEXT", "JSON",
    ),
    signatures=mysql.SIGNATURES,
    function_names=mysql.NAMES,
)  # fmt: skip

DORIS = derived(MYSQL, "doris")

STARROCKS = derived(MYSQL, "starrocks")

SINGLESTORE = derived(MYSQL, "singlestore", namespace_is_database=False)
