"""All dialects by their names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache

from sqlcomplete.dialects.ansi import ANSI, GENERIC
from sqlcomplete.dialects.bigquery import BIGQUERY
from sqlcomplete.dialects.clickhouse import CLICKHOUSE
from sqlcomplete.dialects.drill import DRILL
from sqlcomplete.dialects.duckdb import DUCKDB
from sqlcomplete.dialects.exasol import EXASOL
from sqlcomplete.dialects.hive import DATABRICKS, HIVE, SPARK, SPARK2
from sqlcomplete.dialects.model import Dialect, derived
from sqlcomplete.dialects.mysql import DORIS, MYSQL, SINGLESTORE, STARROCKS
from sqlcomplete.dialects.oracle import ORACLE
from sqlcomplete.dialects.postgres import MATERIALIZE, POSTGRES, REDSHIFT, RISINGWAVE
from sqlcomplete.dialects.snowflake import SNOWFLAKE
from sqlcomplete.dialects.sqlite import SQLITE
from sqlcomplete.dialects.teradata import TERADATA
from sqlcomplete.dialects.trino import ATHENA, PRESTO, TRINO
from sqlcomplete.dialects.tsql import FABRIC, TSQL
from sqlcomplete.errors import SqlcompleteError

DIALECTS = (
    GENERIC, CLICKHOUSE, MYSQL, TSQL, SQLITE, ORACLE, POSTGRES, BIGQUERY, ATHENA, DATABRICKS, DORIS,
    DRILL, DUCKDB, EXASOL, FABRIC, HIVE, MATERIALIZE, PRESTO, REDSHIFT, RISINGWAVE, SINGLESTORE,
    SNOWFLAKE, SPARK, SPARK2, STARROCKS, TERADATA, TRINO,
)  # fmt: skip
"""The dialects that have a record, in the order in which their telltales are looked for: the
plainest first. Any other that sqlglot knows is as ANSI."""

_OTHER_NAMES: Mapping[str, str] = {
    other: dialect.name for dialect in DIALECTS for other in dialect.other_names
}
_DRIVERS: Mapping[str, str] = {
    scheme: driver for dialect in DIALECTS for scheme, driver in dialect.drivers
}
_BY_NAME: dict[str, Dialect] = {dialect.name: dialect for dialect in DIALECTS}


class UnknownDialectError(SqlcompleteError):
    """The dialect is not one that sqlglot knows. `name` is what was asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        known = dialect_names()
        near = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        super().__init__(f"unknown dialect {name[:60]!r}: {hint}")


def dialect_names() -> tuple[str, ...]:
    """The names of the dialects, sorted; the generic one, whose name is "", is not among them."""
    # Here and not at the top: the import costs 0.1 s, and a command line's help needs none of it.
    from sqlglot.dialects.dialect import Dialects

    return tuple(sorted(dialect.value for dialect in Dialects if dialect.value))


def usual_name(name: str | None) -> str:
    """The name in lower case, another name ("postgresql") by the one it stands for; unchecked."""
    wanted = (name or "").strip().lower()
    return _OTHER_NAMES.get(wanted, wanted)


def dialect_name(name: str | None) -> str:
    """The dialect as sqlglot calls it ("" for the generic one).

    Args:
        name: a sqlglot dialect's name, or one of the usual other names for it; any case.

    Raises:
        UnknownDialectError: no dialect has that name; the message names the nearest.
    """
    from sqlglot.dialects.dialect import Dialect as SqlglotDialect

    wanted = usual_name(name)
    if wanted == "" or SqlglotDialect.get(wanted) is not None:
        return wanted
    raise UnknownDialectError(name or "")


@lru_cache(maxsize=128)
def dialect_of(name: str | None) -> Dialect:
    """The dialect of that name or other name. One that has no record is as ANSI; never raises."""
    usual = usual_name(name)
    found = _BY_NAME.get(usual)
    return derived(ANSI, usual) if found is None else found


def driver_of(scheme: str) -> str:
    """SQLAlchemy's dialect and driver for a URL's scheme that may name no driver."""
    return _DRIVERS.get(scheme, scheme)


def told_by(ddl: str) -> str:
    """The dialect that DDL is written in, by words that only one has; "" where none tells."""
    for dialect in DIALECTS:
        telltale = dialect.telltale
        if telltale and re.search(telltale, ddl, re.IGNORECASE | re.MULTILINE):
            return dialect.name
    return ""
