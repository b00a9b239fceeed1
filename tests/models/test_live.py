"""The swap: a running completer takes up another model, and keeps its own where that one fails."""

from __future__ import annotations

from typing import Any

import pytest
from test_registry import flip

from sqlcomplete.cli.engine import LiveCompleter, open_engine
from sqlcomplete.model import ModelError
from sqlcomplete.models import LiveModel, Registry
from sqlcomplete.schema.model import Column, Schema, Table
from tui.client import LocalClient

SCHEMA = Schema("sqlite", (Table("orders", (Column("id"), Column("total"))),))


def ghost(completer: Any) -> str:
    found = completer.complete("", 0, deadline_ms=10_000).ghost
    return found.text if found else ""


def test_a_running_completer_takes_up_the_model_that_is_chosen(
    registry: Registry, install: Any
) -> None:
    install("acme", says="INSERT")
    install("other", says="UPDATE")
    registry.use("acme")
    live = LiveModel(registry, on_problem=pytest.fail)
    completer = LiveCompleter(SCHEMA, live)
    first = ghost(completer)
    registry.use("other")
    live.look()
    live.settle(30)
    assert live.look().id == "other@1"
    assert ghost(completer) != first
    registry.rollback()
    live.look()
    live.settle(30)
    assert ghost(completer) == first


def test_the_old_model_answers_until_the_new_one_is_there(
    registry: Registry, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme")
    install("other")
    registry.use("acme")
    live = LiveModel(registry, on_problem=pytest.fail)
    before = live.look()
    monkeypatch.setattr("sqlcomplete.models.live.threading.Thread.start", lambda _: None)
    registry.use("other")
    assert live.look() is before


@pytest.mark.parametrize("how", ["damaged", "removed"])
def test_a_model_that_cannot_be_taken_up_leaves_the_one_in_use(
    registry: Registry, install: Any, how: str
) -> None:
    install("acme")
    entry = install("other")
    registry.use("acme")
    said: list[str] = []
    live = LiveModel(registry, on_problem=said.append)
    completer = LiveCompleter(SCHEMA, live)
    registry.use("other")
    if how == "damaged":
        flip(entry.folder / "model.onnx")
    else:
        (entry.folder / "manifest.json").unlink()
    live.look()
    live.settle(30)
    for _ in range(3):
        completer.complete("S", 1)
    live.settle(30)
    assert live.look().id == "acme@1"
    assert len(said) == 1
    assert "acme@1 stays in use" in said[0]
    # What is mended is taken up by choosing again.
    registry.use("embedded")
    registry.use("acme")
    live.look()
    live.settle(30)
    assert live.look().id == "acme@1"
    assert len(said) == 1


def test_the_editor_says_once_that_a_model_is_damaged_and_goes_on(
    registry: Registry, install: Any
) -> None:
    entry = install("acme")
    registry.use("acme")
    (entry.folder / "model.json").write_text("{}")
    client = LocalClient(SCHEMA)
    with pytest.raises(ModelError, match="embedded model is used instead"):
        client.complete("SELECT ", 7)
    assert client.complete("SELECT ", 7).items


def test_a_model_is_opened_by_name_and_by_folder(registry: Registry, install: Any) -> None:
    entry = install("acme", says="INSERT")
    by_name = open_engine(model="acme")(SCHEMA)
    by_folder = open_engine(model=str(entry.folder))(SCHEMA)
    assert ghost(by_name) == ghost(by_folder) != ""
    with pytest.raises(ModelError, match="no model 'nobody'"):
        open_engine(model="nobody")
