"""Prior and model in one order: neither alone decides, and the shares stay probabilities."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.ranking import Ranked, blend
from sqlcomplete.syntax.model import Kind


def ranked(*scores: float) -> list[Ranked]:
    names = [f"c{place}" for place in range(len(scores))]
    return [Ranked(Candidate(n, n, Kind.COLUMN, n), s) for n, s in zip(names, scores, strict=True)]


def order(found: list[Ranked], scores: dict[str, float], other: float = 0.01) -> list[str]:
    return [one.candidate.insert for one in blend(found, scores, other).ranked]


def test_a_model_that_is_sure_outweighs_a_prior_that_is_not() -> None:
    found = ranked(0.4, 0.35, 0.2)
    assert order(found, {"c0": -5.0, "c1": -0.1, "c2": -6.0})[0] == "c1"


def test_a_prior_that_is_sure_outweighs_a_model_that_is_not() -> None:
    found = ranked(0.95, 0.03, 0.01)
    assert order(found, {"c0": -1.2, "c1": -0.9, "c2": -1.4})[0] == "c0"


def test_what_no_candidate_writes_takes_its_share() -> None:
    found = ranked(0.1, 0.1)
    scores = {"c0": -6.0, "c1": -7.0}
    assert blend(found, scores, 0.99).other > blend(found, scores, 0.01).other
    assert blend([], {}, 1.0).other == 1.0


@given(
    st.lists(st.floats(0.0, 0.3), min_size=1, max_size=6),
    st.lists(st.none() | st.floats(-30, 0), min_size=6, max_size=6),
    st.floats(0, 1),
)
def test_shares_are_probabilities_best_first(
    shares: list[float], logs: list[float | None], other: float
) -> None:
    scores = {f"c{place}": log for place, log in enumerate(logs) if log is not None}
    mixed = blend(ranked(*shares), scores, other)
    found = [one.score for one in mixed.ranked]
    assert found == sorted(found, reverse=True)
    assert math.isclose(sum(found) + mixed.other, 1, abs_tol=1e-6)
    assert len(found) == len(shares)
