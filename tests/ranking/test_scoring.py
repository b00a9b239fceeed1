"""The model's probability of candidates: read on where they begin alike, and only while it is worth
a step and there is time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.model.prompt import SPECIALS, Prompt
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer
from sqlcomplete.ranking import Ranked
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.scoring import candidate_scores
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Kind

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)
INDEX = SchemaIndex(schema_from_ddl("CREATE TABLE t (a INT)", "sqlite"))


class Scripted:
    """A model over single characters: after each text it has said what is likely."""

    tokenizer = TOKENIZER

    def __init__(self, likely: dict[str, dict[str, float]], drafted: str = "") -> None:
        self.asked: list[str] = []
        self._likely = likely
        self._drafted = drafted
        self.steps_left = 99

    def scores(self, tokens: Sequence[int], draft: Sequence[int] = ()) -> NDArray[np.float32]:
        text = TOKENIZER.decode(tokens)
        if self.steps_left == 0:
            raise OutOfTimeError
        self.steps_left -= 1
        self.asked.append(text)
        found = np.full(len(TOKENIZER), 1e-6, dtype=np.float32)
        for character, probability in self._likely.get(text, {}).items():
            found[TOKENIZER.encode(character)[0]] = probability
        return np.asarray(np.log(found), dtype=np.float32)

    def has(self, tokens: Sequence[int]) -> bool:
        text = TOKENIZER.decode(tokens)
        return bool(text) and self._drafted.startswith(text)


def score(
    reader: Scripted, priors: dict[str, float], typed: str = "", splits: int = 2
) -> tuple[dict[str, float], float]:
    """The candidates' probabilities, and that of all else."""
    ranked = [Ranked(Candidate(n, n, Kind.COLUMN, n), p) for n, p in priors.items()]
    text = f"SELECT {typed}"
    analysis = analyse(text, len(text), INDEX)
    found, other = candidate_scores(analysis, Prompt((), typed), ranked, reader, splits=splits)
    return {name: math.exp(value) for name, value in found.items()}, other


def test_candidates_that_begin_alike_are_told_apart_by_reading_on() -> None:
    reader = Scripted({"": {"o": 0.8, "x": 0.1}, "o": {"a": 0.1, "b": 0.9}})
    found, other = score(reader, {"oa": 0.6, "ob": 0.2, "x": 0.2})
    assert found["ob"] == pytest.approx(0.72, rel=0.01)
    assert found["oa"] == pytest.approx(0.08, rel=0.01)
    assert found["x"] == pytest.approx(0.1, rel=0.01)
    assert other == pytest.approx(0.1, rel=0.02)
    assert reader.asked == ["", "o"]


def test_what_is_left_together_shares_as_the_prior_has_it() -> None:
    reader = Scripted({"": {"o": 0.8}})
    found, _ = score(reader, {"oa": 0.6, "ob": 0.2}, splits=0)
    assert found["oa"] == pytest.approx(0.6, rel=0.01)
    assert found["ob"] == pytest.approx(0.2, rel=0.01)


def test_an_unlikely_beginning_is_not_worth_a_step() -> None:
    reader = Scripted({"": {"o": 0.01, "x": 0.9}})
    score(reader, {"oa": 0.6, "ob": 0.2, "x": 0.2})
    assert reader.asked == [""]


def test_what_the_draft_has_read_costs_no_step() -> None:
    reader = Scripted({"": {"o": 1.0}, "o": {"a": 1.0}, "oa": {"b": 0.9}}, drafted="oab")
    found, _ = score(reader, {"oab": 0.3, "oac": 0.3, "od": 0.1}, splits=0)
    assert found["oab"] == pytest.approx(0.9, rel=0.01)


def test_a_name_that_others_go_on_from_has_what_they_leave() -> None:
    reader = Scripted({"": {"o": 1.0}, "o": {"a": 0.3}})
    found, _ = score(reader, {"o": 0.5, "oa": 0.5})
    assert found["oa"] == pytest.approx(0.3, rel=0.01)
    assert found["o"] == pytest.approx(0.7, rel=0.01)


def test_out_of_time_between_steps_keeps_what_is_known() -> None:
    reader = Scripted({"": {"o": 0.8}})
    reader.steps_left = 1
    found, _ = score(reader, {"oa": 0.6, "ob": 0.2})
    assert found["oa"] == pytest.approx(0.6, rel=0.01)
    with pytest.raises(OutOfTimeError):
        score(reader, {"oa": 0.6})


def test_what_is_typed_is_certain() -> None:
    reader = Scripted({"": {"o": 0.1, "x": 0.9}})
    found, other = score(reader, {"oa": 0.6}, typed="o")
    assert found["oa"] == pytest.approx(1.0, rel=0.01)
    assert other == pytest.approx(0.0, abs=0.01)
