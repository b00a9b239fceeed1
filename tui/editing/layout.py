"""Lays SQL out anew, by sqlglot."""

from __future__ import annotations

import sqlglot
from sqlglot.errors import SqlglotError

from sqlcomplete.dialects.registry import usual_name
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind


class LayoutError(SqlcompleteError):
    """sqlglot cannot read the statement, so it is left as it is."""


def laid_out(sql: str, dialect: str) -> str:
    """The statements in sqlglot's layout, comments kept, with the semicolons that they had.

    Raises:
        LayoutError: in one line why it cannot be done.
    """
    try:
        trees = sqlglot.parse(sql, read=usual_name(dialect) or None)
        made = [
            tree.sql(dialect=usual_name(dialect) or None, pretty=True)
            for tree in trees
            if tree is not None
        ]
        again = [t for t in sqlglot.parse(";\n".join(made), read=usual_name(dialect) or None) if t]
    except (SqlglotError, ValueError, RecursionError) as error:
        first = str(error).split("\n", 1)[0].rstrip(".: ")
        raise LayoutError(f"cannot be formatted: {first}") from None
    if not made:
        raise LayoutError("nothing to format here")
    if again != [tree for tree in trees if tree is not None] or _lost(sql, made, dialect):
        raise LayoutError("cannot be formatted: something of it would be lost")
    closed = sql.rstrip().endswith(";")
    return ";\n\n".join(made) + (";" if closed else "")


def _lost(sql: str, made: list[str], dialect: str) -> bool:
    """Whether a comment is missing from what was made."""
    text = " ".join(made)
    comments = [t.text for t in lex(sql, dialect) if t.kind is TokenKind.COMMENT]
    return any(comment.strip("-#/* \t\n") not in text for comment in comments)
