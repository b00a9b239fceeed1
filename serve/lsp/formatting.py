"""Lays statements out by sqlglot, and only those that mean the same afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from serve.lsp.statements import Piece, pieces
from sqlcomplete.schema.quiet import quiet_sqlglot
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind

LONGEST = 50_000
"""Statements longer than this (code points) stay as they are."""

# Comments that a database obeys where they stand: hints, and MySQL's conditional code.
_ORDERS = ("/*+", "--+", "/*!")
_MARKS = re.compile(r"^(?:--+|#+|/\*+)|\*+/$")
_MASK = re.compile(r"\bsqlcomplete_p(\d+)_")
_INDENT = re.compile(r"^ +", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the editor wants it: the width of an indent in spaces, and whether tabs make it."""

    indent: int = 2
    tabs: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` takes the place of the document's from `start` to `end`."""

    start: int
    end: int
    text: str


def formatted(
    text: str, dialect: str, layout: Layout, span: tuple[int, int] | None = None
) -> tuple[Edit, ...]:
    """The edits that lay out the statements of a text, or those that `span` touches.

    A statement is left as it is where it does not parse, holds a template, stands in a routine's
    body, has a comment that the database obeys, or would lose a comment or a
    parameter or change its meaning. What is between statements stays.
    """
    edits = []
    for piece in pieces(text, dialect):
        if span is not None and (piece.end < span[0] or piece.start > span[1]):
            continue
        if piece.routine or piece.templated or len(piece.text) > LONGEST:
            continue
        with quiet_sqlglot():
            made = _laid_out(piece, dialect, layout)
        if made is not None and made != piece.text:
            edits.append(Edit(piece.start, piece.end, made))
    return tuple(edits)


def _laid_out(piece: Piece, dialect: str, layout: Layout) -> str | None:
    if any(comment.text.startswith(_ORDERS) for comment in piece.comments):
        return None
    text, parameters = _masked(piece)
    made = _written(text, piece, dialect, layout)
    if made is None and parameters:
        # Where no name may stand, sqlglot may still read the parameter itself.
        return _written(piece.text, piece, dialect, layout)
    if made is None or [int(n) for n in _MASK.findall(made)] != list(range(len(parameters))):
        return None
    return _MASK.sub(lambda m: parameters[int(m[1])], made)


def _masked(piece: Piece) -> tuple[str, list[str]]:
    """The statement with a name for each parameter, and the parameters: sqlglot spells some anew,
    and the program that holds the statement knows them as they are."""
    text, at = "", 0
    parameters: list[str] = []
    for token in piece.tokens:
        if token.kind is TokenKind.PLACEHOLDER:
            start, end = token.start - piece.start, token.end - piece.start
            text += piece.text[at:start] + f"sqlcomplete_p{len(parameters)}_"
            parameters.append(token.text)
            at = end
    return text + piece.text[at:], parameters


def _written(text: str, piece: Piece, dialect: str, layout: Layout) -> str | None:
    tree = _tree(text, dialect)
    if tree is None:
        return None
    spaces = layout.indent if not layout.tabs else 2
    try:
        made = tree.sql(dialect=dialect or None, pretty=True, indent=spaces, pad=spaces, copy=True)
    except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError):
        return None
    if not _same(tree, made, text, piece, dialect):
        return None
    if layout.tabs:
        tabbed = _INDENT.sub(lambda m: "\t" * (len(m[0]) // 2) + " " * (len(m[0]) % 2), made)
        # A string of several lines may begin one with spaces of its own.
        return tabbed if _same(tree, tabbed, text, piece, dialect) else made
    return made


def _same(tree: exp.Expr, made: str, text: str, piece: Piece, dialect: str) -> bool:
    """Whether the new text says the same on one line and has each comment and parameter."""
    again = _tree(made, dialect)
    if again is None or _plain(again, dialect) != _plain(tree, dialect):
        return False
    tokens = lex(made, dialect)
    if _placeholders(tokens) != _placeholders(lex(text, dialect)):
        return False
    return _comments([t for t in tokens if t.kind is TokenKind.COMMENT]) == _comments(
        piece.comments
    )


def _plain(tree: exp.Expr, dialect: str) -> str:
    return tree.sql(dialect=dialect or None, comments=False)


def _placeholders(tokens: Sequence[Token]) -> list[str]:
    """Parameters, in order."""
    return [t.text for t in tokens if t.kind is TokenKind.PLACEHOLDER]


def _comments(tokens: Sequence[Token]) -> list[str]:
    """What comments say, without their marks; in order of the words, since a comment may move."""
    return sorted(" ".join(_MARKS.sub("", _MARKS.sub("", t.text)).split()) for t in tokens)


def _tree(text: str, dialect: str) -> exp.Expr | None:
    try:
        trees = Dialect.get_or_raise(dialect or None).parse(text)
    except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError, IndexError):
        return None
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None
    return trees[0] if isinstance(trees[0], exp.Expr) else None
