"""The names of SQL dialects: sqlglot's are the ones used everywhere in this package."""

from __future__ import annotations

import difflib

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


class UnknownDialectError(SchemaError):
    """The dialect is not one that sqlglot knows. `name` is what was asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        known = dialect_names()
        near = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        super().__init__(f"unknown dialect {name[:60]!r}: {hint}")


def dialect_names() -> tuple[str, ...]:
    """The named dialects, sorted; the generic one, whose name is "", is not among them."""
    # Here and not at the top: the import costs 0.1 s, and a command line's help needs none of it.
    from sqlglot.dialects.dialect import Dialects

    return tuple(sorted(dialect.value for dialect in Dialects if dialect.value))


def usual_name(name: str | None) -> str:
    """The name in lower case, an alias ("postgresql") by the name it stands for; unchecked."""
    wanted = (name or "").strip().lower()
    return _ALIASES.get(wanted, wanted)


def dialect_name(name: str | None) -> str:
    """The dialect as sqlglot calls it ("" for the generic one).

    Args:
        name: a sqlglot dialect's name, or one of the usual other names for it; any case.

    Raises:
        UnknownDialectError: no dialect has that name; the message names the nearest.
    """
    from sqlglot.dialects.dialect import Dialect

    wanted = usual_name(name)
    if wanted == "" or Dialect.get(wanted) is not None:
        return wanted
    raise UnknownDialectError(name or "")
