"""What has to go so that the rest stays within a budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

K = TypeVar("K")


def over_budget(sizes: Iterable[tuple[K, int]], budget: int, most: int) -> list[K]:
    """The keys that go.

    Args:
        sizes: Each key with its size, the one unused for longest first.
        budget: What the sizes of those that stay may come to.
        most: How many may stay. The last of all stays, whatever its size: it is in use.
    """
    waiting = list(sizes)
    total = sum(size for _, size in waiting)
    gone = []
    for number, (key, size) in enumerate(waiting[:-1]):
        if total <= budget and len(waiting) - number <= most:
            break
        gone.append(key)
        total -= size
    return gone
