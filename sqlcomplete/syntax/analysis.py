"""One text and cursor, read against a schema."""

from __future__ import annotations

from bisect import bisect_left

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.expectation import expectation
from sqlcomplete.syntax.lex import lex, normal_dialect
from sqlcomplete.syntax.model import Analysis, Clause, Expectation, Scope, Token, TokenKind
from sqlcomplete.syntax.outline import build
from sqlcomplete.syntax.scope import Resolver
from sqlcomplete.syntax.statement import at_cursor, instruction

_WINDOW = 20_000  # characters on each side of the cursor that are read of a long text


def analyse(text: str, cursor: int, index: SchemaIndex, dialect: str | None = None) -> Analysis:
    """What syntax and schema say of the cursor.

    Args:
        text: SQL in any state.
        cursor: an offset in code points; held to the text's ends.
        index: the schema names are resolved against.
        dialect: a sqlglot dialect's name; the schema's own by default.

    Returns:
        The analysis; never raises on any text. Of a text longer than some 40,000 characters only
        the neighbourhood of the cursor is read.
    """
    cursor = max(0, min(cursor, len(text)))
    name = normal_dialect(index.schema.dialect if dialect is None else dialect)
    tokens = _tokens(text, cursor, name)
    statement = at_cursor(text, tokens, cursor, name)
    at = _token_at(tokens, cursor)
    typed, replace, quote = "", (cursor, cursor), None
    silent = in_string = False
    typed_at: int | None = None
    if at is not None:
        kind = at.kind
        inside = cursor < at.end or not at.closed
        if kind is TokenKind.WORD:
            typed, replace, typed_at = text[at.start : cursor], (at.start, at.end), at.start
        elif kind is TokenKind.QUOTED and inside:
            typed, replace, typed_at = text[at.start + 1 : cursor], (at.start, at.end), at.start
            quote = at.text[0]
        elif kind is TokenKind.STRING and inside:
            opening = next((i for i, c in enumerate(at.text) if c in "'\"$"), 0) + 1
            replace, in_string = (at.start, at.end), True
            typed, typed_at = text[at.start + opening : cursor], at.start
        elif kind is TokenKind.COMMENT:
            silent = inside or not at.text.endswith("*/")
        elif kind in {TokenKind.NUMBER, TokenKind.PLACEHOLDER}:
            silent = inside or at.text != "?"
        elif kind is TokenKind.TEMPLATE:
            silent = inside
    if silent:
        typed_at = None
    significant = statement.tokens
    if typed_at is not None and all(t.start != typed_at for t in significant):
        typed_at = None
    outline = build(
        significant, replace[0] if typed_at is None else cursor, typed_at, statement.start
    )
    before = tuple(t for t in significant if t.end <= replace[0])[-8:]
    try:
        scope = Resolver(index, name, outline, text).scope()
        found = expectation(
            outline, scope, name, typed, replace, quote=quote, before=before, in_string=in_string
        )
    except RecursionError:  # brackets far deeper than a person's
        scope = Scope()
        found = Expectation(frozenset(), Clause.OTHER, typed, replace, before=before)
    if silent:
        found = Expectation(
            frozenset(), found.clause, "", (cursor, cursor), before=before, silent=True,
            depth=outline.depth,
        )  # fmt: skip
    return Analysis(
        text, cursor, name, statement, scope, found, instruction(text, statement, cursor), tokens
    )


def _tokens(text: str, cursor: int, dialect: str) -> tuple[Token, ...]:
    if len(text) <= 2 * _WINDOW:
        return lex(text, dialect)
    start = 0
    if cursor > _WINDOW:
        # A statement's end is the safest place to begin reading at.
        start = cursor - _WINDOW
        for mark in (";\n", "\n\n", "\n"):
            found = text.find(mark, start, cursor)
            if found >= 0:
                start = found + len(mark)
                break
    return lex(text[: cursor + _WINDOW], dialect, start)


def _token_at(tokens: tuple[Token, ...], cursor: int) -> Token | None:
    """The token with the cursor inside it or at its end."""
    place = bisect_left(tokens, cursor, key=lambda t: t.start) - 1
    if place < 0 or tokens[place].end < cursor:
        return None
    return tokens[place]
