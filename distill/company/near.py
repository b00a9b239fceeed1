"""Near-duplicates: statements that share nearly all runs of three words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from distill.company.fingerprint import normal_words
from sqlcomplete.syntax.lex import lex

ALIKE = 0.8
"""From this Jaccard similarity of three-word runs on, two statements are near-duplicates."""

_COMMON = 400  # a run that so many statements have tells nothing and is not looked up


def shingles(sql: str, dialect: str) -> frozenset[tuple[str, ...]]:
    """The runs of three words of a statement, values left out."""
    words = ["^", *normal_words(lex(sql, dialect)), "$"]
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)))


class NearIndex:
    """Statements by their runs of words; tells whether another one is alike."""

    def __init__(self, runs: Iterable[frozenset[tuple[str, ...]]] = ()) -> None:
        self._sizes: list[int] = []
        self._holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for each in runs:
            self.add(each)

    def add(self, runs: frozenset[tuple[str, ...]]) -> None:
        """Takes one more statement in."""
        place = len(self._sizes)
        self._sizes.append(len(runs))
        for run in runs:
            holders = self._holders[run]
            if len(holders) < _COMMON:
                holders.append(place)

    def has_alike(self, runs: frozenset[tuple[str, ...]], alike: float = ALIKE) -> bool:
        """Whether a statement taken in is a near-duplicate of this one."""
        shared: Counter[int] = Counter()
        for run in runs:
            shared.update(self._holders.get(run, ()))
        return any(
            count / (len(runs) + self._sizes[place] - count) >= alike
            for place, count in shared.items()
        )


def without_near(statements: Sequence[str], others: Sequence[str], dialect: str) -> list[int]:
    """Places of the `statements` that are near-duplicates of none of `others`."""
    index = NearIndex(shingles(sql, dialect) for sql in others)
    return [
        place for place, sql in enumerate(statements) if not index.has_alike(shingles(sql, dialect))
    ]
