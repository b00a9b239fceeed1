"""What became of suggestions: kept only where asked, and never the text of a statement."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from loopback import Start
from tiny_model import TinyModel

from serve.events import EventLog, EventLogError
from serve.settings import ServeSettings
from sqlcomplete.completion import Completion, Ghost, Timings, Verdict


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def completion(id: str, text: str = "orders") -> Completion:
    return Completion(id, Ghost(text, 0.5, "model", Verdict("valid")), (), Timings())


def test_nothing_is_kept_unless_asked_for(start: Start) -> None:
    with start().client() as client:
        made = client.post("/v1/complete", json={"text": "c", "cursor": 1}).json()
        event = {"type": "view", "completion_id": made["id"], "choice_index": 0}
        answer = client.post("/v1/events", json=event)
        assert answer.status_code == 200
        assert answer.json() == {"stored": False}


def test_events_are_lines_without_the_statement(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "events.jsonl"
    with start(ServeSettings(events=path), model=TinyModel()).client() as client:
        text = "SELECT name, 'a secret' FROM cust"
        made = client.post(
            "/v1/complete", json={"text": text, "cursor": len(text), "deadline_ms": 5000}
        ).json()
        shown = {"completion_id": made["id"], "choice_index": 0, "view_id": "v1"}
        for kind, more in [("view", {}), ("dismiss", {"elapsed": 90}), ("select", {"elapsed": 7})]:
            answer = client.post(
                "/v1/events?select_kind=line", json={"type": kind, **shown, **more}
            )
            assert answer.json() == {"stored": True}
        for unknown in ({"completion_id": "other"}, {"choice_index": 500}):
            body = {"type": "view", **shown, **unknown}
            assert client.post("/v1/events", json=body).json() == {"stored": False}
        wrong = client.post("/v1/events", json={"type": "typed", **shown})
        assert wrong.status_code == 422
    kept = lines(path)
    assert [line["type"] for line in kept] == ["view", "dismiss", "select"]
    assert "text" not in kept[0] and "text" not in kept[1]
    assert kept[2]["text"] == made["ghost"]["text"]
    assert kept[2]["kind"] == "line"
    assert kept[2]["elapsed"] == 7
    assert kept[0]["source"] == made["ghost"]["source"]
    assert "secret" not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_half_a_line_of_a_crash_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"type": "view"}\n{"type": "vi', encoding="utf-8")
    log = EventLog(path)
    log.answered(completion("c1"))
    assert log.add("select", "c1", 0)
    whole = path.read_text(encoding="utf-8").splitlines()
    assert whole[1] == '{"type": "vi'
    assert json.loads(whole[2])["text"] == "orders"


def test_the_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve.events.LARGEST", 1000)
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.answered(completion("c1", "é" * 50))
    for _ in range(40):
        assert log.add("select", "c1", 0)
    assert path.stat().st_size <= 1000
    older = path.with_name("events.jsonl.1")
    assert older.stat().st_size <= 1000
    assert lines(path) and lines(older)


def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(EventLogError, match="--events"):
        EventLog(tmp_path)
