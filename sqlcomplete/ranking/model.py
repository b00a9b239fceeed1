"""A ranked candidate."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.candidates.model import Candidate


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the probability, in 0..1, that the user is about to write it."""

    candidate: Candidate
    score: float
