"""Chance that depends on what it is for alone: the same in every run, process and order."""

from __future__ import annotations

import hashlib
import random


def chance_for(seed: int, *parts: object) -> random.Random:
    """A generator of its own for these parts: an agent and a record's id, say."""
    return random.Random(_digest(seed, parts))


def lot(seed: int, *parts: object) -> float:
    """One number of [0, 1) for these parts."""
    return (_digest(seed, parts) >> 11) / (1 << 53)


def _digest(seed: int, parts: tuple[object, ...]) -> int:
    text = "\x1f".join(str(part) for part in (seed, *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
