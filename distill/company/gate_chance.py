"""Whether a gain is more than chance: the paired bootstrap over whole statements.

Both models typed the same statements, so each statement is drawn with both of its results; what
makes one statement easier than another falls out. (Efron and Tibshirani, An Introduction to the
Bootstrap, 1993, chapters 8 and 13.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_DRAWS = 4000


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
