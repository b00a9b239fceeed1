"""Mixes what the model thinks of the candidates with what the prior knows of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlcomplete.ranking.model import Ranked

PRIOR_WEIGHT = 0.55
MODEL_WEIGHT = 0.35
"""Fitted by maximum likelihood on cursors of the dev split, half with a letter typed: see
docs/evaluation.md."""

ELSE_BIAS = -1.0
"""Keywords and names are asked for more often than what no candidate writes."""

_UNSEEN = math.log(1e-4)  # of a candidate that the model could not be asked about
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Blend:
    """The candidates, the likeliest first, and the probability of a text that none of them
    writes."""

    ranked: tuple[Ranked, ...]
    other: float


def blend(ranked: Sequence[Ranked], scores: Mapping[str, float], other: float) -> Blend:
    """A log-linear mixture of prior and model, renormalised.

    Args:
        ranked: What `rank` gave, with the prior's probabilities.
        scores: The model's log-probabilities (natural) of insertions, by `Candidate.insert`; one
            that is missing counts as unlikely.
        other: The model's probability, 0..1, of what no candidate writes.

    Returns:
        Every candidate with its probability; with `other` they sum to 1.
    """
    if not ranked:
        return Blend((), 1.0)
    unseen = max(1 - sum(one.score for one in ranked), _LEAST)
    logits = [
        PRIOR_WEIGHT * math.log(max(one.score, _LEAST))
        + MODEL_WEIGHT * max(scores.get(one.candidate.insert, _UNSEEN), 2 * _UNSEEN)
        for one in ranked
    ]
    rest = PRIOR_WEIGHT * math.log(unseen) + MODEL_WEIGHT * math.log(max(other, _LEAST)) + ELSE_BIAS
    highest = max(*logits, rest)
    parts = [math.exp(logit - highest) for logit in logits]
    total = sum(parts) + math.exp(rest - highest)
    shares = [part / total for part in parts]
    order = sorted(range(len(ranked)), key=lambda place: (-shares[place], place))
    return Blend(
        tuple(Ranked(ranked[place].candidate, shares[place]) for place in order),
        math.exp(rest - highest) / total,
    )
