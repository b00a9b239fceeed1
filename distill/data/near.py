"""Near-duplicates: MinHash with banding finds the statements that may be alike, Jaccard decides.

Broder, "On the resemblance and containment of documents" (1997). A statement is the set of its
runs of three tokens (shingles). Values and placeholders count as equal, and a list of them as one;
comments, blanks and case do not count. The one finder of the project: the mix, the agents'
selection and retraining on a company's log use it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from distill.data.words import normal_words
from sqlcomplete.syntax.lex import lex

ALIKE = 0.8
"""From this Jaccard similarity of shingles on, two statements are near-duplicates."""

BANDS, ROWS = 24, 4  # a pair of similarity 0.7 is found with a probability of 0.998
WIDTH = 3  # tokens of a shingle
_PRIME = np.uint64((1 << 31) - 1)

Shingles = frozenset[int]


@dataclass(frozen=True, slots=True)
class Match:
    """The statement most like another one: its `key`, and their Jaccard similarity, 0 to 1."""

    key: Hashable
    similarity: float


class NearIndex:
    """Statements by their shingles. Those of different groups are never alike."""

    def __init__(self, similarity: float = ALIKE) -> None:
        self.similarity = similarity
        chance = np.random.default_rng(20250421)
        self._a = chance.integers(1, int(_PRIME), BANDS * ROWS, dtype=np.uint64)
        self._b = chance.integers(0, int(_PRIME), BANDS * ROWS, dtype=np.uint64)
        self._buckets: dict[Hashable, list[int]] = defaultdict(list)
        self._seen: list[tuple[Hashable, Shingles]] = []

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, key: Hashable, shingles: Shingles, group: Hashable = None) -> None:
        """Takes a statement in, by a key that names it in a match."""
        self._place(key, shingles, self._bands(shingles, group))

    def nearest(self, shingles: Shingles, group: Hashable = None) -> Match | None:
        """The statement of the group most like this one, where one is a near-duplicate; of equals
        the one taken in first."""
        return self._nearest(shingles, self._bands(shingles, group))

    def add_new(self, key: Hashable, shingles: Shingles, group: Hashable = None) -> Match | None:
        """The nearest, as `nearest`; where there is none, takes the statement in."""
        bands = self._bands(shingles, group)
        found = self._nearest(shingles, bands)
        if found is None:
            self._place(key, shingles, bands)
        return found

    def _place(self, key: Hashable, shingles: Shingles, bands: Sequence[Hashable]) -> None:
        for band in bands:
            self._buckets[band].append(len(self._seen))
        self._seen.append((key, shingles))

    def _nearest(self, shingles: Shingles, bands: Sequence[Hashable]) -> Match | None:
        best: Match | None = None
        for place in sorted({i for band in bands for i in self._buckets.get(band, ())}):
            key, other = self._seen[place]
            # Of sets of unlike sizes no overlap is large enough.
            small, large = sorted((len(shingles), len(other)))
            if small < self.similarity * large:
                continue
            alike = len(shingles & other) / len(shingles | other)
            if alike >= self.similarity and (best is None or alike > best.similarity):
                best = Match(key, alike)
        return best

    def _bands(self, shingles: Shingles, group: Hashable) -> list[Hashable]:
        values: NDArray[np.uint64] = np.fromiter(shingles, dtype=np.uint64, count=len(shingles))
        hashes = (values[:, None] * self._a[None, :] + self._b[None, :]) % _PRIME
        lowest = hashes.min(axis=0).reshape(BANDS, ROWS)
        return [(group, number, row.tobytes()) for number, row in enumerate(lowest)]


@lru_cache(maxsize=65536)
def shingles_of(sql: str, dialect: str) -> Shingles:
    """Runs of `WIDTH` tokens, each as a number below 2**31; never empty."""
    return _numbered(_runs(normal_words(lex(sql, dialect))))


def without_near(statements: Sequence[str], others: Sequence[str], dialect: str) -> list[int]:
    """Places of the `statements` that are near-duplicates of none of `others`."""
    index = NearIndex()
    for place, sql in enumerate(others):
        index.add(place, shingles_of(sql, dialect))
    return [
        place
        for place, sql in enumerate(statements)
        if index.nearest(shingles_of(sql, dialect)) is None
    ]


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[i : i + WIDTH]) for i in range(max(len(words) - WIDTH + 1, 1)))


def _numbered(runs: Iterator[str]) -> Shingles:
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest()) & 0x7FFFFFFF
        for run in runs
    )
