"""Checks a dialect's name that a person gave, and says which one a wrong name meant."""

from __future__ import annotations

import difflib

from sqlcomplete.errors import SqlcompleteError


class UnknownDialectError(SqlcompleteError):
    """The dialect is not one that sqlglot knows. `name` is what was asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        known = dialect_names()
        near = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        super().__init__(f"unknown dialect {name[:60]!r}: {hint}")


def dialect_names() -> tuple[str, ...]:
    """The named dialects, sorted; the generic one, whose name is "", is not among them."""
    # Here and not at the top: the import costs 0.1 s, and the command line's help needs none of it.
    from sqlglot.dialects.dialect import Dialects

    return tuple(sorted(dialect.value for dialect in Dialects if dialect.value))


def check_dialect(name: str) -> str:
    """The dialect's own name for `name`, which may be an alias ("postgresql") or in capitals.

    Raises:
        UnknownDialectError: no dialect has that name; the message names the nearest.
    """
    from sqlcomplete.schema.dialects import dialect_name
    from sqlcomplete.schema.errors import SchemaError

    try:
        return dialect_name(name)
    except SchemaError:
        raise UnknownDialectError(name) from None
