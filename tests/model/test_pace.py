"""Whether there is time to ask the model is told by how fast it has read of late."""

from __future__ import annotations

import pytest

from sqlcomplete.model.pace import Pace


def test_nothing_is_known_before_the_first_step() -> None:
    assert Pace().seconds(1000) == 0.0


def test_short_steps_cost_the_weights_and_long_ones_their_tokens() -> None:
    pace = Pace()
    pace.took(1, 0.01)
    pace.took(48, 0.096)
    assert pace.seconds(1) == pytest.approx(0.01)
    assert pace.seconds(100) == pytest.approx(0.2)


def test_it_follows_the_machine_and_one_stall_does_not_last() -> None:
    pace = Pace()
    for _ in range(20):
        pace.took(1, 0.01)
    pace.took(1, 60.0)
    assert pace.seconds(1) < 0.02
    for _ in range(20):
        pace.took(1, 0.03)
    assert pace.seconds(1) == pytest.approx(0.03, rel=0.05)
