"""How a name is written: quoted where the dialect needs it, in the case the user writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.keywords import RESERVED_NAMES, TELLS_CASE
from sqlcomplete.syntax.model import Token, TokenKind

_PLAIN = re.compile(r"[^\W\d][\w$]*\Z")

_CLOSING = {"[": "]"}


def needs_quotes(name: str, dialect: str) -> bool:
    """Whether `name` must be quoted to mean itself in `dialect`."""
    if not _PLAIN.match(name):
        return True
    low = name.lower()
    known = dialect_of(dialect)
    if low in RESERVED_NAMES and low not in known.free_words:
        return True
    return known.folds_lower and name != low


def write_name(name: str, dialect: str, quote: str | None = None) -> str:
    """`name` as the dialect writes it; within `quote` where the user has opened one already."""
    if quote is None:
        if not needs_quotes(name, dialect):
            return name
        quote, _ = dialect_of(dialect).name_quotes
    close = _CLOSING.get(quote, quote)
    return f"{quote}{name.replace(close, close * 2)}{close}"


def _prefers_lower(words: Iterable[str], typed: str) -> bool:
    lower = upper = 0
    for word in words:
        if word.islower():
            lower += 1
        elif word.isupper():
            upper += 1
    if lower or upper:
        return lower > upper
    return typed.islower()


def lower_keywords(tokens: Iterable[Token], typed: str = "") -> bool:
    """Whether the user writes keywords in lower case; upper where nothing tells."""
    words = (t.text for t in tokens if t.kind is TokenKind.WORD and t.text.lower() in TELLS_CASE)
    return _prefers_lower(words, typed)


def lower_functions(tokens: tuple[Token, ...], keywords_lower: bool, typed: str = "") -> bool:
    """Whether the user writes functions in lower case; as the keywords where nothing tells."""
    words = [
        token.text
        for token, after in pairwise(tokens)
        if token.kind is TokenKind.WORD
        and after.text == "("
        and after.start == token.end
        and token.text.lower() not in TELLS_CASE
        and len(token.text) > 1
    ]
    if not any(word.islower() or word.isupper() for word in words) and not typed:
        return keywords_lower
    return _prefers_lower(words, typed)


def free_alias(name: str, taken: Iterable[str]) -> str:
    """A short alias for the table `name` that none of `taken` is: its initials, then longer ones,
    then numbered ones."""
    used = {word.lower() for word in taken} | RESERVED_NAMES
    letters, first = _shortened(name)
    choices = [letters, letters[0], first[:2], first[:3], first]
    for choice in choices:
        if choice not in used and not choice[0].isdigit():
            return choice
    number = 2
    while f"{letters}{number}" in used:
        number += 1
    return f"{letters}{number}"


def is_alias_of(alias: str, name: str) -> bool:
    """Whether people shorten the table `name` to `alias`, lower case: its initials, the beginning
    of its name, either with a number behind."""
    letters, first = _shortened(name)
    stem = alias.rstrip("0123456789") or alias
    return stem in (letters, letters[0]) or first.startswith(stem) or name.lower().startswith(alias)


def _shortened(name: str) -> tuple[str, str]:
    """A name's initials and its first word, lower case."""
    words = [w for w in re.split(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])", name) if w]
    letters = "".join(word[0] for word in words if not word[0].isdigit()).lower() or "t"
    return letters, words[0].lower() if words else letters
