"""How far to go from the model that ships towards the tuned one.

A model tuned on a hundred statements goes too far: it learns some of them by heart, and forgets. A
point between the two, along the straight line of their weights, is better than either end on
statements that neither has seen (WiSE-FT: Wortsman et al., arXiv 2109.01903). It costs a few looks
at the watched statements and nothing at work.
"""

from __future__ import annotations

from collections.abc import Callable

SHARES = (0.75, 0.5, 0.25)
"""Shares of the way that are tried, from the far end down."""

UNWATCHED = 0.5
"""The share where nothing is watched that could tell."""


def best_share(loss_at: Callable[[float], float], whole: float) -> tuple[float, float]:
    """The share of the way with the least loss, and that loss.

    Args:
        loss_at: The watched loss at a share of the way, in nats a token.
        whole: The loss at the far end.

    Goes down the shares for as long as each is better than the one before: losses along the line
    have one valley.
    """
    best, least = 1.0, whole
    for share in SHARES:
        loss = loss_at(share)
        if loss >= least:
            break
        best, least = share, loss
    return best, least
