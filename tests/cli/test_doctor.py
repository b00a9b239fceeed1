"""`sqlcomplete doctor`: what it reports, and that what is wrong shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from invoking import Here

from sqlcomplete.cli import doctor
from sqlcomplete.cli.weights import WeightsError, describe_weights


def test_weights_are_described_by_their_bytes(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no model is here"):
        describe_weights(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"graph")
    (tmp_path / "model.json").write_text('{"name": "tiny"}', encoding="utf-8")
    first = describe_weights(tmp_path)
    assert (first.name, first.bytes) == ("tiny", 21)
    assert re.fullmatch("[0-9a-f]{64}", first.sha256)
    (tmp_path / "model.onnx").write_bytes(b"grape")
    assert describe_weights(tmp_path).sha256 != first.sha256


def test_a_sound_installation_is_reported_and_timed(here: Here) -> None:
    ended = here("doctor", "--no-model")
    assert ended.code == 0, ended.out
    for name in ("python", "onnxruntime", "sqlglot", "config", "without model", "memory"):
        assert re.search(rf"^[+ ] {name}\s", ended.out, re.MULTILINE), name
    report = json.loads(here("doctor", "--no-model", "--json").out)
    assert report["ok"] is True
    timed = next(f for f in report["findings"] if f["name"] == "without model")
    assert 0 < timed["data"]["warm_median_ms"] < doctor.SLOW_KEYSTROKE_MS


def test_what_is_wrong_is_a_line_and_the_code_1(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_engine(*, model: bool, weights: Path | None) -> None:
        raise RuntimeError("bad\ngraph")

    monkeypatch.setattr(doctor, "open_engine", open_engine)
    ended = here("doctor", "--no-model")
    assert ended.code == 1
    assert "x without model  RuntimeError: bad graph\n" in ended.out
    report = json.loads(here("doctor", "--no-model", "--json").out)
    assert report["ok"] is False


def test_a_missing_library_is_wrong(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "REQUIRED", ("no-such-distribution",))
    ended = here("doctor", "--no-model")
    assert ended.code == 1
    assert "x no-such-distribution not installed" in ended.out
