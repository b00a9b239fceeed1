"""The mixture's fit: what it says of choices whose answer is known."""

from __future__ import annotations

import math

import numpy as np

from distill.blending import Choice, fit


def choice(prior: list[float], model: list[float], right: int) -> Choice:
    return Choice(np.log(np.array(prior)), np.log(np.array(model)), np.arange(len(prior)) == right)


def test_a_model_that_knows_better_is_worth_its_weight() -> None:
    found = [choice([0.6, 0.4], [0.1, 0.9], 1), choice([0.4, 0.6], [0.9, 0.1], 0)]
    alone, mixed = fit(found, 1.0, 0.0), fit(found, 1.0, 1.0)
    assert alone.top_1 == 0.0
    assert mixed.top_1 == 1.0
    assert mixed.nats < alone.nats
    assert math.isclose(alone.nats, -math.log(0.4))


def test_five_of_many_count_as_top_five() -> None:
    many = [1 / 8] * 8
    assert fit([choice(many, many, 4)], 1.0, 0.5).top_5 == 1.0
    assert fit([choice(many, many, 5)], 1.0, 0.5).top_5 == 0.0
