"""Which statements repeat an earlier one: MinHash with banding finds who may, Jaccard decides.

Broder, "On the resemblance and containment of documents" (1997). Literals and placeholders count
as equal, comments and blanks do not count. The same words against another schema, in another
dialect or in another style (lines, case of keywords, leading commas) are another lesson.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from distill.agents.record import Record
from sqlcomplete.syntax.lex import is_keyword, lex
from sqlcomplete.syntax.model import TokenKind

BANDS, ROWS = 24, 4  # a pair of similarity 0.7 is found with a probability of 0.998
WIDTH = 3  # tokens of a shingle
_PRIME = np.uint64((1 << 31) - 1)
_LEADING_COMMA = re.compile(r"^\s*,", re.MULTILINE)
_VALUES = {TokenKind.STRING, TokenKind.NUMBER, TokenKind.PLACEHOLDER}


class NearDuplicates:
    """Statements seen so far. Holds schemas by identity: pass equal schemas as one object."""

    def __init__(self, similarity: float) -> None:
        self.similarity = similarity
        chance = np.random.default_rng(20250421)
        self._a = chance.integers(1, int(_PRIME), BANDS * ROWS, dtype=np.uint64)
        self._b = chance.integers(0, int(_PRIME), BANDS * ROWS, dtype=np.uint64)
        self._buckets: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._seen: list[tuple[str, frozenset[int]]] = []

    def add(self, record: Record) -> tuple[str, float] | None:
        """Id of the earlier record most like it and their similarity, where it is one too many;
        else None, and the record is among the seen from now on."""
        shingles = shingles_of(record.sql, record.dialect)
        group = (id(record.schema), record.dialect, style_of(record.sql, record.dialect))
        keys = [(*group, *band) for band in self._bands(shingles)]
        best: tuple[str, float] | None = None
        for place in sorted({i for key in keys for i in self._buckets.get(key, ())}):
            other_id, other = self._seen[place]
            alike = len(shingles & other) / len(shingles | other)
            if alike >= self.similarity and (best is None or alike > best[1]):
                best = (other_id, alike)
        if best is not None:
            return best
        for key in keys:
            self._buckets[key].append(len(self._seen))
        self._seen.append((record.id, shingles))
        return None

    def _bands(self, shingles: frozenset[int]) -> list[tuple[int, bytes]]:
        values: NDArray[np.uint64] = np.fromiter(shingles, dtype=np.uint64, count=len(shingles))
        hashes = (values[:, None] * self._a[None, :] + self._b[None, :]) % _PRIME
        lowest = hashes.min(axis=0).reshape(BANDS, ROWS)
        return [(number, row.tobytes()) for number, row in enumerate(lowest)]


@lru_cache(maxsize=65536)
def shingles_of(sql: str, dialect: str) -> frozenset[int]:
    """Runs of `WIDTH` tokens, each as a number below 2**31; never empty."""
    words = []
    for token in lex(sql, dialect):
        if token.kind is TokenKind.COMMENT:
            continue
        words.append("?" if token.kind in _VALUES else token.text.lower().strip('"`[]'))
    if words and words[-1] == ";":
        words.pop()
    runs = (words[i : i + WIDTH] for i in range(max(len(words) - WIDTH + 1, 1)))
    return frozenset(_number(" ".join(run)) for run in runs)


@lru_cache(maxsize=65536)
def style_of(sql: str, dialect: str) -> tuple[bool, bool, bool]:
    """Whether keywords are in upper case, it is on several lines, commas lead their line."""
    words = [t.text for t in lex(sql, dialect) if t.kind is TokenKind.WORD and is_keyword(t.text)]
    upper = sum(word.isupper() for word in words) * 2 > len(words)
    return upper, "\n" in sql.strip(), bool(_LEADING_COMMA.search(sql))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest()) & 0x7FFFFFFF
