"""The cache: whatever was computed before, the logits are those of a session that starts anew."""

from __future__ import annotations

import time

import numpy as np
import pytest

from sqlcomplete.model import EMBEDDED, Weights, load_weights
from sqlcomplete.model.session import ROOM, OutOfTimeError, Session


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_weights(EMBEDDED)


def fresh(weights: Weights, tokens: list[int], positions: int = 1) -> np.ndarray:
    return Session(weights).logits(tokens, positions=positions)


def test_a_shared_prefix_gives_the_same_logits_as_a_new_session(weights: Weights) -> None:
    session = Session(weights)
    chance = np.random.default_rng(3)
    first = chance.integers(4, 9000, 90).tolist()
    other = [*first[:60], *chance.integers(4, 9000, 20).tolist()]
    for tokens in (first, other, first[:70], first):
        found = session.logits(tokens)
        assert np.allclose(found, fresh(weights, tokens), atol=2e-2)
        assert session.known(tokens) == len(tokens)


def test_several_positions_are_rows_of_one_run(weights: Weights) -> None:
    session = Session(weights)
    tokens = list(range(20, 60))
    session.logits(tokens[:30])
    rows = session.logits(tokens, positions=5)
    assert rows.shape == (5, len(weights.tokenizer))
    assert np.allclose(rows[-1], fresh(weights, tokens)[0], atol=2e-2)
    assert np.allclose(rows[0], fresh(weights, tokens[:-4])[0], atol=2e-2)


def test_the_buffers_grow_and_keep_what_was_read(weights: Weights) -> None:
    session = Session(weights)
    chance = np.random.default_rng(5)
    tokens = chance.integers(4, 9000, ROOM + 40).tolist()
    session.logits(tokens[: ROOM // 2])
    small = session.memory
    found = session.logits(tokens)
    assert session.memory > small
    assert np.allclose(found, fresh(weights, tokens), atol=2e-2)
    session.forget()
    assert session.memory == 0


def test_past_the_deadline_what_was_read_stays(weights: Weights) -> None:
    session = Session(weights)
    tokens = list(range(100, 400))
    with pytest.raises(OutOfTimeError):
        session.logits(tokens, deadline=time.perf_counter() - 1)
    session.logits(tokens[:50])
    with pytest.raises(OutOfTimeError):
        session.logits(tokens, deadline=time.perf_counter() - 1)
    assert session.known(tokens) == 50
