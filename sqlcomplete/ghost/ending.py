"""Where a ghost may end, whoever wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.ghost.incomplete import is_incomplete, is_inside_word
from sqlcomplete.syntax import is_keyword
from sqlcomplete.syntax.inserting import left_tokens
from sqlcomplete.syntax.model import Analysis, Token, TokenKind

_OPERANDS = frozenset({TokenKind.QUOTED, TokenKind.STRING, TokenKind.NUMBER, TokenKind.PLACEHOLDER})


def may_end(shown: str, rest: str, analysis: Analysis) -> bool:
    """Whether a ghost may end behind `shown`, at the cursor of `analysis`.

    It never ends inside a word or quotes, right before a word that it would become one with, nor
    behind a qualifier, with its dot or without. Where anything but white space stands right of the
    cursor in the statement, it does not end behind a comma or an operator either: what is missing
    there is not what follows.

    Args:
        shown: The text from the cursor on.
        rest: What was written behind it and is cut off; empty where all is shown.
    """
    text, cursor = analysis.text, analysis.cursor
    right = text[cursor : analysis.statement.end]
    if is_incomplete(shown, analysis):
        return False
    # What was cut off tells whether a word ended here; the right side is what will follow it.
    if any(is_inside_word(shown, after[:1]) or _is_dot(after) for after in (rest, right)):
        return False
    tokens = left_tokens(analysis, shown)
    if not tokens:
        return True
    last = tokens[-1]
    if last.text == ".":
        return False
    if not right.strip():
        return True
    return last.text != "," and not _is_operator(tokens)


def is_visible(ghost: str) -> bool:
    """Whether there is anything to see: white space alone is not shown."""
    return bool(ghost.strip())


def good_ending(text: str, analysis: Analysis) -> str:
    """`text`, or the longest beginning of it, up to a token's end, behind which a ghost may end;
    the empty text where there is none."""
    if may_end(text, "", analysis):
        return text
    cursor = analysis.cursor
    for token in reversed(left_tokens(analysis, text)):
        end = token.end - cursor
        if 0 < end < len(text) and may_end(text[:end], text[end:], analysis):
            return text[:end]
    return ""


def _is_dot(after: str) -> bool:
    return after.lstrip().startswith(".")


def _is_operator(tokens: Sequence[Token]) -> bool:
    """Whether the last token is an operator: a star is one behind an operand."""
    last = tokens[-1]
    if last.kind is not TokenKind.OPERATOR:
        return False
    if last.text != "*":
        return True
    before = tokens[-2] if len(tokens) > 1 else None
    if before is None:
        return False
    if before.kind is TokenKind.WORD:
        return not is_keyword(before.text)
    return before.kind in _OPERANDS or before.text == ")"
