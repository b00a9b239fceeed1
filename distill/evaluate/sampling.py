"""Draws statements from a corpus: the same ones for the same seed, every source alike."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from distill.corpus import Statement


def sample(
    statements: Iterable[Statement], limit: int | None, seed: int = 0
) -> tuple[Statement, ...]:
    """At most `limit` statements, shared evenly among the sources (a source with fewer gives its
    share to the others), grouped by database so that a session stays warm.

    A longer sample of the same seed contains the shorter one, source by source.
    """
    by_source: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_source[statement.source].append(statement)
    for group in by_source.values():
        group.sort(key=lambda s: _draw(s.id, seed))
    total = sum(map(len, by_source.values()))
    left = total if limit is None else min(limit, total)
    chosen: list[Statement] = []
    ordered = sorted(by_source.items(), key=lambda pair: (len(pair[1]), pair[0]))
    for position, (_, group) in enumerate(ordered):
        share = -(-left // (len(ordered) - position))  # the smallest first: what it lacks goes on
        taken = group[:share]
        chosen.extend(taken)
        left -= len(taken)
    return tuple(sorted(chosen, key=lambda s: (s.source, s.db_id, s.id)))


def _draw(identity: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{identity}".encode()).digest()
