"""Between the model that ships and the tuned one there is a better one than either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_company import TOKENIZER, tiny_model

from distill.company.log import CompanyLog
from distill.company.tuning import tune
from distill.company.tuning_blend import SHARES, UNWATCHED, best_share
from distill.company.tuning_data import tuning_data
from distill.company.tuning_settings import TuningSettings

SETTINGS = TuningSettings(steps=6, length=192, layers=2, looks=1, learning_rate=1e-2, rank=8)


def valley(bottom: float) -> Callable[[float], float]:
    return lambda share: (share - bottom) ** 2


@pytest.mark.parametrize(("bottom", "share"), [(1.0, 1.0), (0.8, 0.75), (0.5, 0.5), (0.1, 0.25)])
def test_the_share_lies_at_the_bottom_of_the_valley(bottom: float, share: float) -> None:
    loss = valley(bottom)
    assert best_share(loss, loss(1.0)) == (share, loss(share))


def test_no_share_is_tried_below_one_that_is_worse() -> None:
    tried: list[float] = []

    def loss(share: float) -> float:
        tried.append(share)
        return valley(0.9)(share)

    assert best_share(loss, valley(0.9)(1.0))[0] == 1.0
    assert tried == [SHARES[0]]


@pytest.mark.parametrize("method", ["lora", "full"])
def test_what_comes_out_lies_on_the_line_to_the_tuned_weights(
    log: CompanyLog, tmp_path: Path, method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SETTINGS, method=method)
    data = replace(tuning_data(log, expansion=None), watched=())
    start = {n: p.detach().clone() for n, p in tiny_model().named_parameters()}
    ends = {}
    for share in (1.0, UNWATCHED):
        monkeypatch.setattr("distill.company.tuning.UNWATCHED", share)
        model = tiny_model()
        found = tune(model, TOKENIZER, data, settings, tmp_path / str(share), base="")
        assert (found.share, found.before, found.after) == (share, None, None)
        ends[share] = {n: p.detach() for n, p in model.named_parameters()}
    for name, value in start.items():
        torch.testing.assert_close(
            ends[UNWATCHED][name], value.lerp(ends[1.0][name], UNWATCHED), rtol=1e-4, atol=1e-6
        )
    assert any(not torch.equal(start[n], ends[UNWATCHED][n]) for n in start)
