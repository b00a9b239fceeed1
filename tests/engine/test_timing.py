"""Deadlines and the times of stages."""

from __future__ import annotations

import math
import time

import pytest

from sqlcomplete.timing import Clock, Deadline


def test_the_shares_of_a_deadline_are_in_order() -> None:
    deadline = Deadline(100.0, 10.0)
    assert deadline.model is not None
    assert 100 < deadline.session < deadline.model < deadline.sending < 110
    assert deadline.session == pytest.approx(106)
    assert deadline.model == pytest.approx(107.5)
    assert deadline.sending == pytest.approx(108)


def test_without_a_deadline_nothing_is_ever_late() -> None:
    deadline = Deadline.from_now(None)
    assert deadline.model is None
    assert deadline.session == deadline.sending == deadline.left_ms == math.inf


def test_what_is_left_is_never_less_than_a_millisecond() -> None:
    assert Deadline(time.perf_counter() - 5, 1.0).left_ms == 1.0
    assert 1.0 < Deadline.from_now(60_000).left_ms <= 60_000


def test_each_stage_has_the_time_since_the_last_ones_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((1.001, 1.003, 1.006, 1.010, 1.015))
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))
    clock = Clock(1.0)
    for stage in ("scope", "candidates", "verdict", "model", "verdict"):
        clock.end(stage)
    found = clock.timings()
    assert found.total == pytest.approx(15)
    assert (found.scope, found.candidates, found.model) == pytest.approx((1, 2, 4))
    assert found.verdict == pytest.approx(3 + 5)
