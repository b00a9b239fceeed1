"""Puts candidates in order, by a model or without one; picks the ghost that needs none."""

from sqlcomplete.ranking.blend import Blend, blend
from sqlcomplete.ranking.hint import continuation, hint
from sqlcomplete.ranking.model import Ranked
from sqlcomplete.ranking.prior import Prior, PriorError, load_prior, read_prior
from sqlcomplete.ranking.rank import rank

__all__ = [
    "Blend",
    "Prior",
    "PriorError",
    "Ranked",
    "blend",
    "continuation",
    "hint",
    "load_prior",
    "rank",
    "read_prior",
]
