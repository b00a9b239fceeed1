"""What the model thinks of the candidates, from its scores of one token."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.prompt import Prompt
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis

_LONGEST = 24  # characters of an insertion that decide its first token


def candidate_scores(
    analysis: Analysis,
    prompt: Prompt,
    ranked: Sequence[Ranked],
    scores: NDArray[np.float32],
    tokenizer: Tokenizer,
) -> tuple[Mapping[str, float], float]:
    """Log-probabilities of the candidates by their first token.

    Args:
        ranked: The candidates with the prior's probabilities: those that share a first token share
            its probability as the prior has them.
        scores: Log-probabilities (vocabulary,) of the token after the prompt.

    Returns:
        Natural logarithms by `Candidate.insert`, for the candidates that go on from what is typed;
        and the model's probability of all that begins like none of them.
    """
    boundary = analysis.cursor - len(prompt.pending)
    start = analysis.expectation.replace[0]
    first: dict[str, int] = {}
    share: dict[str, float] = {}
    mass: dict[int, float] = {}
    for one in ranked:
        insert = one.candidate.insert
        if start >= boundary:
            text = analysis.text[boundary:start] + insert
        elif insert[: boundary - start].lower() == analysis.text[start:boundary].lower():
            text = insert[boundary - start :]
        else:
            continue
        encoded = tokenizer.encode(text[:_LONGEST])
        if encoded:
            first[insert] = encoded[0]
            share[insert] = one.score
            mass[encoded[0]] = mass.get(encoded[0], 0.0) + one.score
    found = {}
    for insert, token in first.items():
        part = share[insert] / mass[token] if mass[token] > 0 else 0.0
        found[insert] = float(scores[token]) + (math.log(part) if part > 0 else -30.0)
    covered = float(np.exp(scores[list(mass)]).sum()) if mass else 0.0
    return found, max(1.0 - covered, 0.0)
