"""Puts candidates in order, by a model or without one."""

from sqlcomplete.ranking.blend import Blend, blend
from sqlcomplete.ranking.model import Ranked
from sqlcomplete.ranking.prior import Prior, PriorError, load_prior, read_prior
from sqlcomplete.ranking.rank import rank

__all__ = [
    "Blend",
    "Prior",
    "PriorError",
    "Ranked",
    "blend",
    "load_prior",
    "rank",
    "read_prior",
]
