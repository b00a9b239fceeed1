"""`sqlcomplete train` down to the tuning, which is replaced: what a person is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from distill.company import tuning_command
from distill.company.commands import train
from distill.company.gate import GateError, GateReport, Side
from distill.company.gate_measure import Measured
from distill.company.log import CompanyLog
from distill.company.tuning import Progress, Tuned
from distill.company.tuning_bar import note
from distill.company.tuning_run import Retrained
from sqlcomplete.models import Entry

LOW = Measured(20, 2000, 0.40, 300, 0.01, 10.0, 40.0, 0)
HIGH = Measured(20, 2000, 0.55, 300, 0.01, 11.0, 40.0, 0)
TUNED = Tuned(100, 102_400, 8.5, 0.6, 0.4, 0.75, False, False)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    schema = tmp_path / "schema.sql"
    schema.write_text("CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER, code TEXT);")
    log = tmp_path / "log.sql"
    log.write_text(
        "".join(
            f"SELECT {a} FROM orders WHERE {b} = 'secret {i}' ORDER BY {c};\n"
            for i, (a, b, c) in enumerate(
                (a, b, c)
                for a in ("id", "total", "code")
                for b in ("id", "total", "code")
                for c in ("id", "total", "code")
            )
        )
    )
    arguments = ["--schema", str(schema), "--log", str(log), "--dialect", "sqlite"]
    return [*arguments, "--name", "acme", "--minutes", "2"]


def test_a_tuned_model_is_told_with_its_figures(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: dict[str, Any] = {}

    def retrain(log: CompanyLog, name: str, **options: Any) -> Retrained:
        given.update(options, log=log, name=name)
        report = GateReport(Side(LOW, LOW), Side(HIGH, LOW), None)
        return Retrained(Entry("acme@1", Path("x")), True, report, TUNED)

    monkeypatch.setattr(tuning_command, "retrain", retrain)
    train.main(command, standalone_mode=False)
    out, err = capsys.readouterr()
    assert "acme@1: tuned in 8.5 min, 100 steps" in out
    assert "keystrokes saved on 20 held-out statements 40.0% -> 55.0%" in out
    assert "acme@1 is in use" in out
    assert "statements for at most 1.2 min" in " ".join(err.split())
    log = given["log"]
    assert given["minutes"] == 2
    assert given["name"] == "acme"
    assert log.train
    assert all("secret" not in s.sql for s in (*log.train, *log.held_out))
    train.main([*command, "--json"], standalone_mode=False)
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last)["gate"]["after"]["company"]["saved"] == 0.55


def test_a_refusal_has_a_code_of_its_own(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def retrain(*_: object, **__: object) -> Retrained:
        raise GateError("acme was not installed: no gain; embedded stays in use")

    monkeypatch.setattr(tuning_command, "retrain", retrain)
    with pytest.raises(GateError) as caught:
        train.main(command, standalone_mode=False)
    assert caught.value.exit_code == 3


def test_the_bar_estimates_from_the_pace_so_far() -> None:
    assert note(Progress(0.5, 242.0, 10, 10_240, 42.6, 0.51, True)) == (
        "about 4 min left, 43 tokens/s, newest statements 0.51 nats/token, resumed"
    )
