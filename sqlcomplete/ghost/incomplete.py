"""Words and expressions that a ghost leaves unfinished."""

from __future__ import annotations

import re

from sqlcomplete.syntax.model import Analysis

# A word at the end where an expression is due.
_DUE = re.compile(
    r"(?:[,(=<>+\-*/]|\b(?:select|distinct|where|and|or|not|on|by|having|when|then|else))\s*"
    r"\b([a-z_]\w*)\Z",
    re.IGNORECASE,
)


def is_incomplete(shown: str, analysis: Analysis) -> bool:
    """Whether the text stops inside quotes that it opened itself, or behind a qualifier whose
    column is yet to come."""
    left = analysis.text[analysis.statement.start : analysis.cursor]
    if any(shown.count(q) % 2 and not left.count(q) % 2 for q in "'\"`"):
        return True
    whole = left + shown
    last = _DUE.search(whole)
    return (
        last is not None
        and re.search(rf"\b{re.escape(last.group(1))}\s*\.", whole, re.IGNORECASE) is not None
    )


def is_inside_word(shown: str, following: str) -> bool:
    """Whether a cut between `shown` and the character that follows splits a word."""
    return shown[-1:].isalnum() and (following.isalnum() or following == "_")
