"""The space after a word that a statement cannot end with: nearly everyone types it next, so it
comes with the word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlcomplete.dialects.positions import NEVER_LAST, OPENS_CLAUSE
from sqlcomplete.syntax.inserting import left_tokens
from sqlcomplete.syntax.model import Analysis, Token, TokenKind

_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_ENDING = re.compile(r"(?:\w+|[=<>!]+)\Z")  # the last word or sign of a text
_LONGEST = max(len(word) for word in NEVER_LAST)


def with_space(text: str, at: int, analysis: Analysis) -> str:
    """`text`, to be inserted from `at` to the cursor, with a space behind it where one must follow:
    after a keyword that something must follow, and after a comparison with a space before it.

    None is added where anything but a line's end stands right of the cursor, nor after a clause's
    word in a statement that breaks the line after such a word.
    """
    end = max(analysis.cursor, analysis.expectation.replace[1])
    if not text or analysis.text[end : end + 1] not in ("", "\n"):
        return text
    ending = _ENDING.search(analysis.text[max(at - _LONGEST, 0) : at] + text)
    if ending is None or not (
        ending.group().upper() in NEVER_LAST or ending.group() in _COMPARISONS
    ):
        return text
    return text + " " if _goes_on(left_tokens(analysis, text, at), analysis.text) else text


def _goes_on(tokens: Sequence[Token], text: str) -> bool:
    if not tokens:
        return False
    last = tokens[-1]
    before = tokens[-2] if len(tokens) > 1 else None
    if last.kind is TokenKind.WORD:
        if last.upper not in NEVER_LAST or (before is not None and before.text == "."):
            return False
        return last.upper not in OPENS_CLAUSE or not _breaks_lines(tokens[:-1], text)
    return last.text in _COMPARISONS and before is not None and before.end < last.start


def _breaks_lines(tokens: Sequence[Token], text: str) -> bool:
    """Whether a line ends after the last of the clauses' words that has something behind it."""
    for token, after in reversed(list(pairwise(tokens))):
        if token.kind is TokenKind.WORD and token.upper in OPENS_CLAUSE:
            return "\n" in text[token.end : after.start]
    return False
