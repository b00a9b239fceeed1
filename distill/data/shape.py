"""What caps go by: a statement's kind, and its template, which is the statement without its names
and values. From the lexer alone, so that a statement no parser reads has both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from distill.corpus import Statement
from sqlcomplete.syntax.lex import is_keyword, lex
from sqlcomplete.syntax.model import Token, TokenKind

DDL = "ddl"
KINDS = ("select", "insert", "update", "delete", "merge", "create as select", DDL, "other")

_VALUES = frozenset({TokenKind.STRING, TokenKind.NUMBER, TokenKind.PLACEHOLDER})
_DEFINES = frozenset(
    {"CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "RENAME"}
)
_BODIES = {
    "SELECT": "select",
    "VALUES": "select",
    "FROM": "select",
    "INSERT": "insert",
    "REPLACE": "insert",
    "UPDATE": "update",
    "DELETE": "delete",
    "MERGE": "merge",
}
_INFERRED = re.compile(r"#i\d*$")


@dataclass(frozen=True, slots=True)
class StatementShape:
    """`kind` is one of `KINDS`; `template` is equal for statements that differ in names, values,
    comments, layout and case alone."""

    kind: str
    template: str


def shape_of(sql: str, dialect: str) -> StatementShape:
    """The statement's shape."""
    tokens = [t for t in lex(sql, dialect) if t.kind is not TokenKind.COMMENT]
    return StatementShape(_kind(tokens), _template(tokens))


def is_inferred(db_id: str) -> bool:
    """Whether the schema was inferred from the statement itself: no types, no other tables."""
    return _INFERRED.search(db_id) is not None


def repository_of(statement: Statement) -> str | None:
    """`owner/name` of a statement from a repository, whose `db_id` is `source/owner/name/...`; None
    for one of an annotated set."""
    parts = statement.db_id.split("/")
    return "/".join(parts[1:3]) if len(parts) > 3 else None


def _kind(tokens: Sequence[Token]) -> str:
    words = [t for t in tokens if t.kind is TokenKind.WORD]
    if not words:
        return "other"
    first = words[0].upper
    if first in _DEFINES:
        upper = [t.upper for t in words]
        made = any(a == "AS" and b in ("SELECT", "WITH") for a, b in pairwise(upper))
        return "create as select" if first == "CREATE" and made else DDL
    if first == "WITH":
        return next((_BODIES[t.upper] for t in _outer(tokens) if t.upper in _BODIES), "other")
    return _BODIES.get(first, "other")


def _outer(tokens: Sequence[Token]) -> list[Token]:
    """The words outside all parentheses."""
    depth, outer = 0, []
    for token in tokens:
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0 and token.kind is TokenKind.WORD:
            outer.append(token)
    return outer


def _template(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.kind in _VALUES:
            if parts[-2:] == ["?", ","]:
                parts.pop()
                continue
            parts.append("?")
        elif token.kind is TokenKind.QUOTED or (
            token.kind is TokenKind.WORD and not is_keyword(token.text)
        ):
            # A qualified name is one name: whether aliases are written is not the template's.
            if parts[-2:] == ["n", "."]:
                parts.pop()
                continue
            parts.append("n")
        else:
            parts.append(token.text.lower())
    if parts and parts[-1] == ";":
        parts.pop()
    return " ".join(parts)
