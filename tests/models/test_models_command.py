"""`sqlcomplete models` and `--model NAME`, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sqlcomplete.cli.main import run
from sqlcomplete.models import Registry


def test_models_are_listed_chosen_shown_and_removed(
    registry: Registry, install: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def ended(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["models", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    install("acme")
    install("acme")
    code, out, _ = ended("list", "--json")
    assert code == 0
    rows = json.loads(out)["models"]
    assert [(r["id"], r["in_use"]) for r in rows] == [
        ("embedded", True),
        ("acme@1", False),
        ("acme@2", False),
    ]
    assert ended("use", "acme") == (0, "acme@2 is in use\n", "")
    assert "* acme@2" in ended("list")[1]
    assert ended("rollback", "--json") == (0, '{"in_use": "embedded"}\n', "")
    assert json.loads(ended("show", "acme@1", "--json")[1])["base_name"] == "embedded-1"
    assert "in_use" in ended("show", "embedded")[1]
    rows = json.loads(ended("compare", "acme@1", "acme@2", "--json")[1])["rows"]
    assert {"what": "name", "a": "acme", "b": "acme"} in rows
    assert "acme@1" in ended("compare", "acme@1", "embedded")[1]
    assert ended("export", "acme", "--out", str(tmp_path / "out"))[0] == 0
    assert ended("remove", "acme@1", "--json") == (0, '{"removed": ["acme@1"]}\n', "")
    code, out, err = ended("use", "acme@1")
    assert (code, out) == (2, "")
    assert err == "sqlcomplete: no model 'acme@1'; there are: embedded, acme\n"


def test_a_damaged_model_shows_its_problem_and_completion_goes_on(
    registry: Registry, install: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    entry = install("acme")
    registry.use("acme")
    with (entry.folder / "model.onnx").open("ab") as file:
        file.write(b"more")
    assert run(["models", "show", "acme"]) == 2
    assert "damaged" in capsys.readouterr().err
    sql = tmp_path / "q.sql"
    sql.write_text("SELECT ")
    assert run(["complete", str(sql), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["items"] is not None
    assert len(err.splitlines()) == 1
    assert "the embedded model is used instead" in err
    # One who names the model is told that it is not to be had.
    assert run(["complete", str(sql), "--model", "acme"]) == 2
    assert "damaged" in capsys.readouterr().err


def test_the_setting_takes_a_name_a_flag_and_a_variable(
    install: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any
) -> None:
    install("acme")
    sql = tmp_path / "q.sql"
    sql.write_text("SELECT ")
    assert run(["complete", str(sql), "--model", "acme", "--json"]) == 0
    monkeypatch.setenv("SQLCOMPLETE_MODEL", "nobody")
    assert run(["complete", str(sql), "--json"]) == 2
    assert run(["complete", str(sql), "--no-model", "--json"]) == 0
    monkeypatch.setenv("SQLCOMPLETE_MODEL", "0")
    assert run(["complete", str(sql), "--json"]) == 0
    monkeypatch.delenv("SQLCOMPLETE_MODEL")
    config = tmp_path / "config.toml"
    config.write_text('model = "nobody"\n')
    assert run(["--config", str(config), "complete", str(sql)]) == 2
    assert "no model 'nobody'" in capsys.readouterr().err


def test_doctor_looks_at_the_model_in_use(
    registry: Registry, install: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = install("acme")
    registry.use("acme")

    def finding() -> dict[str, Any]:
        run(["doctor", "--json"])
        found = json.loads(capsys.readouterr().out)["findings"]
        return next(f for f in found if f["name"] == "model")

    assert finding()["state"] == "ok"
    assert finding()["value"].startswith("acme@1, tiny")
    (entry.folder / "model.json").write_text("{}")
    assert finding()["state"] == "wrong"
    assert "damaged" in finding()["value"]
