"""The tokens of a statement into which something is inserted, from those it has already: only what
stands at the seams is read anew."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Analysis, Token, TokenKind


@dataclass(frozen=True, slots=True)
class Joined:
    """The tokens of a statement with a text inserted at the cursor, without comments.

    `tokens[first:stop]` are those that hold any of the inserted text. Offsets do not count: those
    behind the cursor are still those of the text without it.
    """

    tokens: tuple[Token, ...]
    first: int
    stop: int


def left_tokens(analysis: Analysis, inserted: str, at: int | None = None) -> tuple[Token, ...]:
    """The statement's tokens up to the end of `inserted`, without comments, as if nothing stood
    behind it. `inserted` begins at `at`, the cursor where None; offsets count in the text with it.
    """
    at = analysis.cursor if at is None else at
    kept = _before(analysis, at)
    begun, made = _between(analysis, kept, inserted, at, at)
    return (*kept, *(_moved(t, begun) for t in _significant(made)))


def right_tokens(analysis: Analysis) -> tuple[Token, ...]:
    """The statement's tokens right of the cursor, without comments, as if nothing stood before
    them; offsets count from the cursor."""
    cursor, tokens = analysis.cursor, analysis.statement.tokens
    first = bisect_right(tokens, cursor, key=_end)
    if first == len(tokens):
        return ()
    if tokens[first].start < cursor:
        return _significant(lex(analysis.text[cursor : analysis.statement.end], analysis.dialect))
    return tuple([_moved(t, -cursor) for t in tokens[first:]])


def joined_tokens(analysis: Analysis, inserted: str) -> Joined:
    """The statement's tokens with `inserted` at the cursor, and what stands right of it. A comment
    that begins at the cursor stays one."""
    cursor, tokens = analysis.cursor, analysis.statement.tokens
    kept = _before(analysis, cursor)
    behind = bisect_right(tokens, cursor, key=_end)
    # What touches the cursor may become one token with what is inserted.
    seam = cursor
    while behind < len(tokens) and tokens[behind].start <= seam:
        seam = tokens[behind].end
        behind += 1
    begun, made = _between(analysis, kept, inserted, cursor, seam)
    if made and behind < len(tokens) and _runs_on(made[-1]):
        kept, behind = (), len(tokens)
        begun, made = _between(analysis, kept, inserted, cursor, analysis.statement.end)
    made = _significant(made)
    low, high = cursor - begun, cursor - begun + len(inserted)
    first = len([t for t in made if t.end <= low])
    stop = max(first, len([t for t in made if t.start < high]))
    return Joined((*kept, *made, *tokens[behind:]), len(kept) + first, len(kept) + stop)


def _before(analysis: Analysis, at: int) -> tuple[Token, ...]:
    """The tokens that what is inserted at `at` leaves as they are: none behind an open quote, which
    it may close."""
    tokens = analysis.statement.tokens
    kept = tokens[: bisect_left(tokens, at, key=_end)]
    return () if [t for t in kept if not t.closed] else kept


def _between(
    analysis: Analysis, kept: Sequence[Token], inserted: str, at: int, seam: int
) -> tuple[int, tuple[Token, ...]]:
    """The tokens between those kept and `seam`, with `inserted` at `at` in place of what stands
    from there to the cursor: where their offsets count from, and they."""
    begun = kept[-1].end if kept else min(analysis.statement.start, at)
    # The lexer looks at the character before a sign.
    before = max(begun - 1, analysis.statement.start) if kept else begun
    piece = analysis.text[before:at] + inserted + analysis.text[max(at, analysis.cursor) : seam]
    return before, _lexed(piece, analysis.dialect, begun - before)


@lru_cache(maxsize=512)
def _lexed(text: str, dialect: str, start: int) -> tuple[Token, ...]:
    """Kept, for a ghost is looked at more than once: where it ends, what it means, what follows."""
    return lex(text, dialect, start)


def _significant(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple([t for t in tokens if t.kind is not TokenKind.COMMENT])


def _runs_on(token: Token) -> bool:
    """Whether the token would go on with what stands behind it."""
    return not token.closed or token.kind is TokenKind.COMMENT


def _moved(token: Token, by: int) -> Token:
    return Token(token.kind, token.text, token.start + by, token.end + by, token.closed)


def _end(token: Token) -> int:
    return token.end
