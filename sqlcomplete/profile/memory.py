"""The statements of a profile, indexed by what stands left of each of their positions.

A variable-length context model: the continuations of the longest runs of words that end as the
text left of the cursor does count most. Names of aliases do not matter, their tables do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlcomplete.profile.layout import Laid, Layout
from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.words import Named, named, words
from sqlcomplete.ranking.classes import Reader
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind

END = "</s>"
"""The word after a statement's last."""

LONGEST = 12
"""Runs longer than so many words count no more."""

_MOST = 400  # positions looked at for one context, heaviest statements first
_BASE = 2.0  # what one more word of agreement multiplies a vote by
_OWN_WEIGHT = 2.0  # what the statement at hand counts for beside those of the log
_KIN = 3.0  # what reading the same tables multiplies it by, at most


@dataclass(frozen=True, slots=True)
class Remembered:
    """One statement of the profile: its tokens, their words (END is the last), its tables."""

    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    tables: frozenset[str]
    weight: float
    sql: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vote:
    """A position of a remembered statement that looks like the cursor: what follows there may
    follow here. `agrees` is the number of words before it that are the same."""

    statement: Remembered
    at: int
    weight: float
    agrees: int


class Memory:
    """All statements of a profile. Immutable once built; safe for threads."""

    def __init__(self, profile: Profile) -> None:
        self.alias_habit = _alias_habit(profile)
        self._by_two: dict[tuple[str, str, str], list[tuple[Remembered, int]]] = {}
        self._by_one: dict[tuple[str, str], list[tuple[Remembered, int]]] = {}
        self.statements: list[tuple[Remembered, Laid]] = []
        for idiom in sorted(profile.idioms, key=lambda i: -i.weight):
            tokens = tuple(
                t for t in lex(idiom.sql, profile.dialect) if t.kind is not TokenKind.COMMENT
            )
            if tokens:
                self._add(tokens, idiom.weight, idiom.sql)
        self.layout = Layout(laid for _, laid in self.statements)

    def _add(self, tokens: tuple[Token, ...], weight: float, sql: str) -> None:
        names = named(tokens)
        spelled = (*words(tokens, names), END)
        one = Remembered(tokens, spelled, frozenset(names.tables.values()), weight, sql)
        clauses = clauses_of(tokens)
        self.statements.append((one, Laid(sql, tokens, clauses, weight)))
        for at in range(len(spelled)):
            clause = clauses[at]
            last = spelled[at - 1] if at else "^"
            before = spelled[at - 2] if at > 1 else "^"
            for places in (
                self._by_two.setdefault((clause, before, last), []),
                self._by_one.setdefault((clause, last), []),
            ):
                if len(places) < _MOST:
                    places.append((one, at))

    def votes(self, left: Sequence[str], clause: str, tables: frozenset[str]) -> list[Vote]:
        """The positions that look like the one after `left`.

        Args:
            left: The words of the statement before the cursor's.
            clause: The clause at the cursor, as `clauses_of` names it.
            tables: Those the statement names, on both sides of the cursor.
        """
        last = left[-1] if left else "^"
        before = left[-2] if len(left) > 1 else "^"
        places = self._by_two.get((clause, before, last), [])
        if len(places) < _MOST // 8:
            known = {(id(s), at) for s, at in places}
            places = places + [
                (s, at)
                for s, at in self._by_one.get((clause, last), ())
                if (id(s), at) not in known
            ]
        return [_vote(one, at, left, tables) for one, at in places]


def own_votes(tokens: Sequence[Token], left: Sequence[str], tables: frozenset[str]) -> list[Vote]:
    """The earlier positions of the statement at hand that look like its end: who has written
    `COUNT(*) FILTER (WHERE ...` once goes on so in the next column.

    Args:
        tokens: The statement's, up to the cursor's word.
        left: Their words.
        tables: Those the statement names.
    """
    if len(left) < 4:
        return []
    one = Remembered(tuple(tokens), (*left, END), tables, _OWN_WEIGHT, "")
    found = []
    for at in range(2, len(left)):
        if left[at - 1] == left[-1] and left[at - 2] == left[-2]:
            found.append(_vote(one, at, left, tables))
    return found


def _vote(one: Remembered, at: int, left: Sequence[str], tables: frozenset[str]) -> Vote:
    agrees, size = 0, len(left)
    spelled = one.words
    while agrees < LONGEST and agrees < at and agrees < size:
        if spelled[at - 1 - agrees] != left[size - 1 - agrees]:
            break
        agrees += 1
    if agrees == at == size:
        agrees += 1  # both begin here
    weight = one.weight * _BASE ** min(agrees, LONGEST)
    if tables:
        weight *= 1 + _KIN * len(tables & one.tables) / len(tables)
    return Vote(one, at, weight, agrees)


def clauses_of(tokens: Sequence[Token]) -> list[str]:
    """The clause at each token, and the one after the last."""
    reader = Reader(tokens)
    found: list[str] = []
    while reader.at < len(tokens):
        clause = reader.context().clause
        begun = reader.at
        reader.step()
        found.extend([clause] * (reader.at - begun))
    found.append(reader.context().clause)
    return found


def _alias_habit(profile: Profile) -> Mapping[str, str]:
    """The table that each alias means most often."""
    best: dict[str, tuple[float, str]] = {}
    for use in profile.tables:
        for alias, weight in use.aliases:
            if weight > best.get(alias, (0.0, ""))[0]:
                best[alias] = (weight, use.table.rpartition(".")[2])
    return {alias: table for alias, (_, table) in best.items()}


def read_left(tokens: Sequence[Token], end: int) -> tuple[list[Token], Named]:
    """The tokens of a statement that end at `end` or before, with what the whole of it names."""
    left = [t for t in tokens if t.end <= end]
    return left, named(tokens)
