"""The names of SQL dialects: sqlglot's are the ones used everywhere in this package."""

from __future__ import annotations

from sqlcomplete.schema.errors import SchemaError

# Names that people and SQLAlchemy's drivers use for a dialect that sqlglot calls otherwise.
_ALIASES = {
    "ansi": "",
    "generic": "",
    "sql": "",
    "awsathena": "athena",
    "cockroachdb": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "pg": "postgres",
    "postgresql": "postgres",
    "sqlite3": "sqlite",
    "sqlserver": "tsql",
    "teradatasql": "teradata",
}

# The namespace in which each dialect looks for a bare name, where the database has not been told.
DEFAULT_NAMESPACES = {
    "duckdb": "main",
    "fabric": "dbo",
    "materialize": "public",
    "postgres": "public",
    "redshift": "public",
    "risingwave": "public",
    "snowflake": "PUBLIC",
    "tsql": "dbo",
}


def dialect_name(name: str | None) -> str:
    """The dialect as sqlglot calls it ("" for the generic one).

    Args:
        name: a sqlglot dialect's name, or one of the usual other names for it; any case.

    Raises:
        SchemaError: no such dialect.
    """
    # Here and not at the top: the import costs 0.1 s, and a command line's help needs none of it.
    from sqlglot.dialects.dialect import Dialect, Dialects

    wanted = (name or "").strip().lower()
    wanted = _ALIASES.get(wanted, wanted)
    if wanted == "" or Dialect.get(wanted) is not None:
        return wanted
    known = ", ".join(sorted(d.value for d in Dialects if d.value))
    raise SchemaError(f"unknown SQL dialect {wanted[:40]!r}: choose one of {known}")
