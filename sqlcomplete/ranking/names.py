"""What a name says: its words, and what kind of value a column of that name holds."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TELLING = re.compile(
    r"(?P<id>(^|_)(id|uuid|key)$|id$)|(?P<name>name|title|label)|(?P<time>date|time|_at$|_on$|year)"
    r"|(?P<amount>amount|price|total|count|cost|sum|qty|quantity|salary|score|num)"
    r"|(?P<state>status|state|type|kind|category|level|flag)|(?P<text>desc|comment|note|text|body)"
)


@lru_cache(maxsize=20_000)
def words(name: str) -> frozenset[str]:
    """The words of a name, lower case, without a plural's s."""
    return frozenset(stem(w.lower()) for w in _WORDS.findall(name))


def stem(word: str) -> str:
    """The word without a plural's s."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=20_000)
def telling(name: str) -> str:
    """What a column's name says of it: id, name, time, amount, state, text or other."""
    found = _TELLING.search(name.lower())
    return (found.lastgroup or "other") if found else "other"
