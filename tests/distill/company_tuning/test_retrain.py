"""The whole way: a log becomes a model in use, or nothing changes and one line says why."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from distill.company import tuning_run
from distill.company.gate import GateError, Margins
from distill.company.log import CompanyLog
from distill.company.tuning import Tuned
from distill.company.tuning_run import Watcher, retrain
from distill.company.tuning_settings import TuningSettings
from distill.company.tuning_state import TuningError
from distill.corpus import Corpus
from sqlcomplete.model import ModelError
from sqlcomplete.models import Registry, load_entry, load_in_use

SETTINGS = TuningSettings(steps=4, length=192, layers=2, looks=1, learning_rate=3e-3, rank=4)
# A model of a few thousand random numbers saves nothing: what is asked here is the way, not the
# quality.
ANY = Margins(
    least_gain=-1,
    most_loss=1,
    most_unknown=1,
    most_slower=1000,
    least_statements=1,
    confidence=0,
)


@pytest.fixture
def run(log: CompanyLog, base: Path, general: Corpus) -> Any:
    def go(**options: Any) -> Any:
        wanted: dict[str, Any] = {
            "log": log,
            "name": "acme",
            "minutes": 0.001,
            "settings": SETTINGS,
            "margins": ANY,
            "base": base,
            "general": general,
            **options,
        }
        return retrain(wanted.pop("log"), wanted.pop("name"), **wanted)

    return go


def test_a_log_becomes_a_model_in_use(run: Any) -> None:
    phases: list[str] = []
    found = run(watcher=Watcher(phase=phases.append))
    assert phases == ["reading", "tuning", "writing", "gate"]
    registry = Registry()
    assert found.entry.id == "acme@1"
    assert found.in_use
    assert registry.in_use().id == "acme@1"
    said: list[str] = []
    assert load_in_use(registry, said.append).id == "acme@1"
    assert not said
    manifest = load_entry(found.entry).weights and found.entry.manifest
    assert manifest.base_name == "tiny-1"
    assert manifest.data["statements"] > 20
    assert manifest.data["general"] == 1
    assert manifest.data["held_out"] == 2
    assert manifest.gate["passed"] is True
    assert manifest.gate["compared_with"] == "embedded"
    assert manifest.gate["after"]["company"]["statements"] == 2
    # Nothing of the training is left behind.
    assert not (registry.root.parent / "training" / "acme").exists()


def test_a_model_that_does_not_pass_is_not_installed(run: Any) -> None:
    with pytest.raises(GateError, match=r"acme was not installed: .*; embedded stays in use") as it:
        run(margins=replace(ANY, least_gain=0.99))
    assert it.value.exit_code == 3
    assert "\n" not in str(it.value)
    assert [e.id for e in Registry().all()] == ["embedded"]


def test_a_tuning_that_found_nothing_better_ends_before_the_gate(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Tuned(40, 40_960, 1.5, 0.9, 0.9, 1.0, False, False)
    monkeypatch.setattr(tuning_run, "tune", lambda *_, **__: nothing)
    phases: list[str] = []
    said = r"acme was not installed: after 40 steps no state did better .*--profile-only"
    with pytest.raises(GateError, match=said) as it:
        run(watcher=Watcher(phase=phases.append))
    assert it.value.exit_code == 3
    assert phases == ["reading", "tuning"]
    assert [e.id for e in Registry().all()] == ["embedded"]


@pytest.mark.parametrize("name", ["embedded", "a b", ""])
def test_a_name_is_checked_before_anything_is_done(run: Any, name: str) -> None:
    with pytest.raises(ModelError, match="model name"):
        run(name=name)


def test_too_short_a_log_is_told(run: Any, log: CompanyLog) -> None:
    with pytest.raises(TuningError, match="7 statements to train on, 20 are needed"):
        run(log=replace(log, train=log.train[:7]))


def test_a_disk_without_room_is_told_before_any_work(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 12_000_000

    monkeypatch.setattr(tuning_run.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(TuningError, match="12 MB free, a tuning needs 500 MB"):
        run()


def test_a_disk_that_fills_up_while_writing_keeps_what_was_learned(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(tuning_run, "write_tuned", full)
        with pytest.raises(TuningError, match="no space left on device; make room"):
            run()
    assert [e.id for e in Registry().all()] == ["embedded"]
    found = run()
    assert found.tuned.resumed
    assert found.entry.id == "acme@1"
