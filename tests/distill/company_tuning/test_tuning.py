"""Tuning: what it changes, that it learns, and that a kill or a full disk loses nothing."""

from __future__ import annotations

import errno
import os
import random
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_company import SCHEMA, TOKENIZER, kept, tiny_model

from distill.company import tuning_state
from distill.company.log import CompanyLog
from distill.company.tuning import Progress, Tuned, tune
from distill.company.tuning_data import CompanyPacker, TuningData, tuning_data
from distill.company.tuning_lora import adapters_rounded, add_adapters, merge_adapters
from distill.company.tuning_settings import TuningSettings
from distill.company.tuning_state import TuningError
from distill.company.tuning_values import with_values
from distill.loop import StoppedError
from distill.packs import IGNORED
from distill.quantise import round_to_int4

SETTINGS = TuningSettings(steps=10, length=192, layers=2, looks=2, learning_rate=1e-2, rank=8)


def data_of(log: CompanyLog) -> TuningData:
    return tuning_data(log, expansion=None)


def test_made_up_values_take_the_places_of_placeholders() -> None:
    sql = "SELECT a::text, :text, :name FROM t WHERE b > :number AND d = :date::date AND e = :json"
    made, values = with_values(sql, random.Random(1))
    assert len(values) == 4
    assert all(value in made for value in values)
    assert made.startswith("SELECT a::text, '")
    assert ":name" in made
    assert with_values(sql, random.Random(2))[0] != made


def test_a_value_carries_no_loss_and_all_else_does(log: CompanyLog) -> None:
    packer = CompanyPacker(data_of(log).sources, TOKENIZER, length=512, seed=3)
    for _ in range(5):
        pack = packer.draw()
        said = TOKENIZER.decode(pack.tokens[pack.labels != IGNORED].tolist())
        whole = TOKENIZER.decode(pack.tokens.tolist())
        assert "= '" in whole.lower()
        # The quotes are learned, what stands between them is not.
        assert "''" in said
        assert ":text" not in whole


def test_the_newest_statements_are_watched_not_trained_on(log: CompanyLog) -> None:
    statements = [*log.train, *kept(["SELECT name, plan FROM users ORDER BY name LIMIT 5"])]
    data = data_of(replace(log, train=tuple(statements)))
    trained = {s.sql for source in data.sources for s in source.statements}
    watched = {s.sql for source in data.watched for s in source.statements}
    assert "SELECT name, plan FROM users ORDER BY name LIMIT 5" in watched
    assert not trained & watched
    assert trained | watched == {s.sql for s in statements}
    assert not trained & {s.sql for s in log.held_out}


def test_adapters_start_as_nothing_and_merge_into_what_they_computed() -> None:
    model = tiny_model().eval()
    tokens = torch.arange(4, 40)[None]
    with torch.no_grad():
        plain = model(input_ids=tokens).logits
        trained = add_adapters(list(model.model.layers)[1:], rank=4)
        assert torch.equal(model(input_ids=tokens).logits, plain)
        for parameter in trained:
            parameter.normal_(std=0.1)
        adapted = model(input_ids=tokens).logits
        layer = model.model.layers[2].mlp.up_proj
        with adapters_rounded(model, active=True):
            x = torch.randn(3, 64)
            expected = x @ round_to_int4(layer.merged()).T
            torch.testing.assert_close(layer(x), expected, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(model(input_ids=tokens).logits, adapted)
        merge_adapters(model)
        torch.testing.assert_close(model(input_ids=tokens).logits, adapted, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(adapted, plain)


@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize("bits", [8, 4])
def test_tuning_learns_and_changes_the_upper_layers_alone(
    log: CompanyLog, tmp_path: Path, method: Any, bits: int
) -> None:
    model = tiny_model()
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    settings = replace(SETTINGS, method=method, bits=bits)
    told: list[Progress] = []
    found = tune(model, TOKENIZER, data_of(log), settings, tmp_path, base="", progress=told.append)
    assert found.before is not None
    assert found.after is not None
    assert found.after < found.before - 0.1
    assert told[-1].done == 1
    assert [p.step for p in told] == list(range(1, found.steps + 1))
    changed = {n for n, p in model.named_parameters() if not torch.equal(p, before[n])}
    assert changed
    assert all(n.startswith(("model.layers.1.", "model.layers.2.")) for n in changed)


class KilledError(Exception):
    """What stands for a kill: nothing after it runs."""


def tuned(log: CompanyLog, folder: Path, killed_at: int | None = None, **options: Any) -> Any:
    model = tiny_model()

    def progress(now: Progress) -> None:
        if now.step == killed_at:
            raise KilledError

    settings = replace(SETTINGS, save_every=0.0, **options)
    found = tune(model, TOKENIZER, data_of(log), settings, folder, base="", progress=progress)
    return model, found


def test_a_killed_tuning_goes_on_and_ends_where_it_would_have(
    log: CompanyLog, tmp_path: Path
) -> None:
    whole, _ = tuned(log, tmp_path / "whole")
    for at in (3, 7):
        with pytest.raises(KilledError):
            tuned(log, tmp_path / "killed", killed_at=at)
    model, found = tuned(log, tmp_path / "killed")
    assert found.resumed
    assert found.steps == 10
    for (name, one), (_, other) in zip(
        whole.named_parameters(), model.named_parameters(), strict=True
    ):
        assert torch.equal(one, other), name


def test_other_statements_begin_anew(log: CompanyLog, tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        tuned(log, tmp_path, killed_at=3)
    _, found = tuned(replace(log, train=log.train[:-1]), tmp_path)
    assert not found.resumed


def test_a_torn_checkpoint_begins_anew(log: CompanyLog, tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        tuned(log, tmp_path, killed_at=3)
    file = tmp_path / tuning_state.CHECKPOINT_FILE
    file.write_bytes(file.read_bytes()[:1000])
    _, found = tuned(log, tmp_path)
    assert not found.resumed
    assert found.steps == 10


def test_a_tuning_that_is_told_to_end_keeps_what_it_learned(
    log: CompanyLog, tmp_path: Path
) -> None:
    def progress(now: Progress) -> None:
        if now.step == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(StoppedError, match="the model in use stays") as caught:
        tune(tiny_model(), TOKENIZER, data_of(log), SETTINGS, tmp_path, base="", progress=progress)
    assert caught.value.exit_code == 130
    found: Tuned = tune(tiny_model(), TOKENIZER, data_of(log), SETTINGS, tmp_path, base="")
    assert found.resumed


def test_a_full_disk_is_told_and_the_last_checkpoint_stands(
    log: CompanyLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KilledError):
        tuned(log, tmp_path, killed_at=3)
    with monkeypatch.context() as patched:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patched.setattr(torch, "save", full)
        with pytest.raises(TuningError, match="no space left on device; make room") as caught:
            tuned(log, tmp_path)
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [tuning_state.CHECKPOINT_FILE]
    _, found = tuned(log, tmp_path)
    assert found.resumed


def test_a_schema_of_its_own_is_a_part_of_the_prompt(log: CompanyLog) -> None:
    pack = CompanyPacker(data_of(log).sources, TOKENIZER, length=512, seed=0).draw()
    assert f"{SCHEMA.dialect}\n" in TOKENIZER.decode(pack.tokens.tolist())
    assert "orders(id, user_id>users, total, code)" in TOKENIZER.decode(pack.tokens.tolist())
