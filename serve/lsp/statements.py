"""The statements of a text, each with its own span."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.syntax.statement import split

# What opens the body of a routine whose statements are not ours to read one by one.
_ROUTINES = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "PROC"})
_BLOCKS = frozenset({"BEGIN", "DECLARE", "DELIMITER", "IF", "WHILE", "LOOP"})
_TRANSACTIONS = frozenset({"", "TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "TRAN"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement: `text` is the document's from `start` to `end`, without the comments and the
    white space around it and without its semicolon. `routine` tells whether it stands in the body
    of a routine or a block, where a semicolon ends no statement of the script."""

    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]
    routine: bool = False

    @property
    def verb(self) -> str:
        """The first word, in capitals; "(" for a query in brackets."""
        return self.tokens[0].upper

    @property
    def templated(self) -> bool:
        """Whether a template's marks stand in it: what it says is known only once they are gone."""
        return any(t.kind is TokenKind.TEMPLATE for t in self.tokens)


def pieces(text: str, dialect: str) -> tuple[Piece, ...]:
    """The statements of a text, in its order; empty ones are left out."""
    tokens = lex(text, dialect)
    found = []
    inside = False
    for begin, stop in split(text, tokens, dialect):
        own = tokens[begin:stop]
        words = tuple(t for t in own if t.kind is not TokenKind.COMMENT)
        if not words:
            continue
        start, end = words[0].start, words[-1].end
        comments = tuple(
            t for t in own if t.kind is TokenKind.COMMENT and start < t.start and t.end < end
        )
        inside = inside or _opens_routine(words)
        found.append(Piece(start, end, text[start:end], words, comments, inside))
        if inside and _closes_routine(words):
            inside = False
    return tuple(found)


def _opens_routine(words: tuple[Token, ...]) -> bool:
    first = words[0].upper
    second = words[1].upper if len(words) > 1 else ""
    if first == "BEGIN":
        return second not in _TRANSACTIONS
    if first in _BLOCKS:
        return True
    if first not in ("CREATE", "ALTER"):
        return False
    head = {t.upper for t in words[1:6] if t.kind is TokenKind.WORD}
    return bool(head & _ROUTINES)


def _closes_routine(words: tuple[Token, ...]) -> bool:
    """Whether the body ends with this statement: it is a string, a single statement, or END."""
    upper = [t.upper for t in words]
    if upper[0] in ("END", "DELIMITER"):
        return upper[1:2] not in (["IF"], ["WHILE"], ["LOOP"], ["CASE"])
    return "BEGIN" not in upper and "DECLARE" not in upper and upper[0] in ("CREATE", "ALTER")
