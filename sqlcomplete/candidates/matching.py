"""How well typed letters fit a name."""

from __future__ import annotations

import re

PREFIX, WORD, FUZZY, NONE = 3, 2, 1, 0
"""Tiers of a fit, best first: the name begins with it, a word inside does, its letters follow."""

_WORD_START = re.compile(r"(?<=[_\s$.\-])[^_\s$.\-]|(?<=[a-z0-9])[A-Z]")


def match_tier(typed: str, name: str) -> int:
    """How `typed` fits `name`, without case.

    Args:
        typed: What stands left of the cursor; the empty text fits everything.
        name: The text to complete to.

    Returns:
        PREFIX, WORD (a later word of the name begins with it), FUZZY (initials, or its letters in
        order from the name's first one, from two letters on) or NONE.
    """
    if not typed:
        return PREFIX
    low, full = typed.lower(), name.lower()
    if full.startswith(low):
        return PREFIX
    if len(low) > len(full) or low[0] not in full:
        return NONE
    starts = [found.start() for found in _WORD_START.finditer(name)]
    if any(full.startswith(low, start) for start in starts):
        return WORD
    if len(low) < 2:
        return NONE
    initials = full[0] + "".join(full[start] for start in starts)
    if initials.startswith(low):
        return FUZZY
    if full[0] != low[0]:
        return NONE
    at = 0
    for letter in low:
        at = full.find(letter, at) + 1
        if not at:
            return NONE
    return FUZZY
