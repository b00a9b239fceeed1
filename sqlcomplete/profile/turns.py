"""How people go on after a name, whatever the name: `= $1` after a column behind WHERE, `SET` after
a table behind UPDATE.

The statements of a profile are looked at with all names made alike. So what is known of them holds
for tables and columns too that no statement of the log has, up to the next name.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.profile.layout import Laid
from sqlcomplete.profile.memory import END, Remembered, Vote
from sqlcomplete.profile.words import SAME
from sqlcomplete.syntax.lex import is_name
from sqlcomplete.syntax.model import Token

NAME = "\x00name"
QUALIFIER = "\x00qualifier"
STOPS = frozenset({NAME, QUALIFIER})
"""Words at which a turn ends: nobody can tell the name."""

_LONGEST = 10  # words that are compared
_MOST = 250  # positions looked at for one context, heaviest statements first
_BASE = 2.5  # what one more word of agreement multiplies a vote by


def plain_words(tokens: Sequence[Token], spelled: Sequence[str]) -> list[str]:
    """The words of a statement (as `words.words` spells them) with all names made alike."""
    found = []
    last = len(tokens) - 1
    for at, (token, word) in enumerate(zip(tokens, spelled, strict=False)):
        after = tokens[at + 1].text if at < last else ""
        if word == SAME or not is_name(token) or after == "(":
            found.append(word)
        else:
            found.append(QUALIFIER if after == "." else NAME)
    return found


class Turns:
    """The statements of a profile by the two plain words before each position. Immutable once
    built; safe for threads."""

    def __init__(self, statements: Sequence[tuple[Remembered, Laid]]) -> None:
        self._places: dict[tuple[str, str, str], list[tuple[Remembered, int]]] = {}
        for one, laid in statements:
            plain = (*plain_words(one.tokens, one.words), END)
            like = Remembered(one.tokens, plain, one.tables, one.weight, one.sql)
            for at in range(1, len(plain)):
                key = (laid.clauses[at], plain[at - 2] if at > 1 else "^", plain[at - 1])
                places = self._places.setdefault(key, [])
                if len(places) < _MOST:
                    places.append((like, at))

    def votes(self, plain: Sequence[str], clause: str) -> list[Vote]:
        """The positions that look like the one after `plain`."""
        if not plain:
            return []
        places = self._places.get((clause, plain[-2] if len(plain) > 1 else "^", plain[-1]), ())
        return [_vote(one, at, plain) for one, at in places]


def _vote(one: Remembered, at: int, plain: Sequence[str]) -> Vote:
    agrees, size = 0, len(plain)
    while agrees < _LONGEST and agrees < at and agrees < size:
        if one.words[at - 1 - agrees] != plain[size - 1 - agrees]:
            break
        agrees += 1
    agrees += agrees == at == size
    return Vote(one, at, one.weight * _BASE**agrees, agrees)
