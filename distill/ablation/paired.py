"""Paired differences between two models on the same packs, with their standard error. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class OnPack:
    """What a model says of one pack's labelled tokens: their number, the sum of their losses in
    nats, and how many were its likeliest token."""

    labelled: int
    nats: float
    hits: int


@dataclass(frozen=True, slots=True)
class Difference:
    """`mean` nats a labelled token by which one model is above another, and the standard error of
    that over packs. It knows nothing of the chance in training: a seed's effect is not in it."""

    mean: float
    error: float

    @property
    def clear(self) -> bool:
        """Whether it is more than twice its standard error."""
        return abs(self.mean) > 2 * self.error


def mean_nats(packs: Sequence[OnPack]) -> float:
    """Nats a labelled token."""
    return sum(p.nats for p in packs) / max(sum(p.labelled for p in packs), 1)


def top1(packs: Sequence[OnPack]) -> float:
    """The share of labelled tokens that were the likeliest."""
    return sum(p.hits for p in packs) / max(sum(p.labelled for p in packs), 1)


def difference(one: Sequence[OnPack], other: Sequence[OnPack]) -> Difference:
    """`one` less `other`, pack by pack: a ratio of sums, its error by linearisation.

    Raises: ValueError, when the two are not of the same packs.
    """
    if [p.labelled for p in one] != [p.labelled for p in other]:
        raise ValueError("the two are of different packs")
    counts = np.array([p.labelled for p in one], dtype=np.float64)
    found = np.array([a.nats - b.nats for a, b in zip(one, other, strict=True)])
    mean = found.sum() / max(counts.sum(), 1.0)
    packs = len(counts)
    if packs < 2:
        return Difference(float(mean), float("inf"))
    residual = found - mean * counts
    variance = (residual**2).sum() * packs / (packs - 1)
    return Difference(float(mean), float(np.sqrt(variance) / counts.sum()))
