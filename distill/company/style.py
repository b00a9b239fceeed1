"""How a company's statements look: case, aliases, placeholders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from distill.company.kept import KeptStatement
from distill.company.redact import PLACEHOLDERS
from sqlcomplete.candidates.naming import lower_keywords
from sqlcomplete.profile.model import Style
from sqlcomplete.profile.words import named
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind


def style_of(weighed: Iterable[tuple[KeptStatement, float]], dialect: str) -> Style:
    """The style of statements, each counted by its weight."""
    tally: dict[str, float] = defaultdict(float)
    for one, weight in weighed:
        tokens = lex(one.sql, dialect)
        tally["lower" if lower_keywords(tokens) else "upper"] += weight
        _read(tokens, weight, tally)
    placeholders = {mark: tally[mark] for mark in ("$", "?", "%s", ":", "@") if tally[mark]}
    unequal = {mark: tally[mark] for mark in ("<>", "!=") if tally[mark]}
    return Style(
        lower_keywords=_share(tally["lower"], tally["upper"]),
        aliases_with_as=_share(tally["as"], tally["bare"]),
        qualified=_share(tally["dotted"], tally["plain"]),
        placeholder=max(placeholders, key=lambda m: placeholders[m]) if placeholders else None,
        not_equal=max(unequal, key=lambda m: unequal[m]) if unequal else None,
    )


def _read(tokens: tuple[Token, ...], weight: float, tally: dict[str, float]) -> None:
    names = named(tokens)
    dotted = False
    for place, (before, token) in enumerate(pairwise(tokens), start=1):
        if place in names.defined:
            tally["as" if before.upper == "AS" else "bare"] += weight
        if token.kind is TokenKind.PLACEHOLDER and token.text not in PLACEHOLDERS:
            mark = "%s" if token.text[0] == "%" else token.text[0]
            tally[mark] += weight
        if token.text in ("<>", "!="):
            tally[token.text] += weight
        dotted = dotted or (token.text == "." and place not in names.defined)
    tally["dotted" if dotted else "plain"] += weight


def _share(one: float, other: float) -> float | None:
    return one / (one + other) if one + other else None
