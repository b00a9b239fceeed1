"""Whether a gain is more than chance: the paired bootstrap over whole statements.

Both models typed the same statements, so each statement is drawn with both of its results; what
makes one statement easier than another falls out. (Efron and Tibshirani, An Introduction to the
Bootstrap, 1993, chapters 8 and 13.)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.corpus import CorpusError

_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Typed:
    """One statement of a corpus, typed: `alone` keystrokes without help, `helped` with it."""

    corpus: str
    id: str
    alone: int
    helped: int


def read_typed(path: Path) -> tuple[Typed, ...]:
    """The statements of the first system in a file that `evaluate --json` wrote.

    Raises: CorpusError, when it is no such file.
    """
    try:
        systems = json.loads(path.read_text(encoding="utf-8"))["systems"]
        return tuple(Typed(**one) for one in systems[0]["typed"])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CorpusError(f"{path}: no result of `evaluate --json` ({error!r})") from error


def compared(before: Sequence[Typed], after: Sequence[Typed]) -> list[str]:
    """A line a corpus and one for all: what the second saves more, in points of keystrokes, with
    its 95% interval.

    Raises: CorpusError, when they did not type the same statements.
    """
    if [(t.corpus, t.id, t.alone) for t in before] != [(t.corpus, t.id, t.alone) for t in after]:
        raise CorpusError("both systems must have typed the same statements, of the same length")
    lines = []
    names = list(dict.fromkeys(t.corpus for t in before))
    for name in [*names, None] if len(names) > 1 else names:
        pairs = [(b, a) for b, a in zip(before, after, strict=True) if name in (None, b.corpus)]
        gain = sum(b.helped - a.helped for b, a in pairs) / sum(b.alone for b, _ in pairs)
        low, high = gain_interval(
            [(b.alone, b.helped) for b, _ in pairs],
            [(a.alone, a.helped) for _, a in pairs],
            confidence=0.95,
        )
        lines.append(f"{name or 'all'}: {gain:+.2%} ({low:+.2%} to {high:+.2%})")
    return lines


def gain_interval(
    before: Sequence[tuple[int, int]],
    after: Sequence[tuple[int, int]],
    *,
    confidence: float,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval in which the gain in keystrokes saved lies, as shares of 1.

    Args:
        before: Keystrokes of each statement, without help and with it, by one model.
        after: Those of the same statements by the other.
        confidence: That of the interval, two-sided: 0.9 puts 5% below it.
        seed: Of the draws; the same one draws the same interval.

    Raises: ValueError, where the statements are none or not the same.
    """
    if not before or [one[0] for one in before] != [one[0] for one in after]:
        raise ValueError("both models must have typed the same statements")
    baseline = np.array([one[0] for one in before], dtype=np.float64)  # (statements,)
    fewer = np.array([b[1] - a[1] for b, a in zip(before, after, strict=True)], dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(baseline), size=(_DRAWS, len(baseline)))
    gains = fewer[drawn].sum(axis=1) / baseline[drawn].sum(axis=1)
    outside = (1 - confidence) / 2
    low, high = np.quantile(gains, [outside, 1 - outside])
    return float(low), float(high)
