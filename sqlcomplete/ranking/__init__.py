"""Puts candidates in order, by a model or without one; picks the ghost that needs none."""

from sqlcomplete.ranking.hint import hint
from sqlcomplete.ranking.model import Ranked
from sqlcomplete.ranking.prior import Prior, PriorError, load_prior, read_prior
from sqlcomplete.ranking.rank import rank

__all__ = ["Prior", "PriorError", "Ranked", "hint", "load_prior", "rank", "read_prior"]
