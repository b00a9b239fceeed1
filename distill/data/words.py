"""The words of a statement as they compare: whatever values, layout and case they came with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlcomplete.syntax.model import Token, TokenKind

_VALUES = frozenset({TokenKind.STRING, TokenKind.NUMBER, TokenKind.PLACEHOLDER})
_SILENT = frozenset({TokenKind.COMMENT})


def normal_words(tokens: Sequence[Token]) -> list[str]:
    """The tokens as they compare: values are `?`, lists of values one `?`, names lower case."""
    words: list[str] = []
    for token in tokens:
        if token.kind in _SILENT:
            continue
        if token.kind in _VALUES:
            if words[-2:] == ["?", ","]:
                words.pop()
                continue
            words.append("?")
        elif token.kind is TokenKind.QUOTED:
            words.append(token.text.lower().strip('"`[]'))
        else:
            words.append(token.text.lower())
    while words and words[-1] == ";":
        words.pop()
    return words


def fingerprint(tokens: Sequence[Token]) -> str:
    """16 hex digits, equal for statements that differ in nothing but values, layout and case."""
    return hashlib.sha256(" ".join(normal_words(tokens)).encode()).hexdigest()[:16]
