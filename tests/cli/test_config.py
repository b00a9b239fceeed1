"""Where a setting's value comes from, and what a wrong file is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from invoking import Here

from sqlcomplete.cli import options
from sqlcomplete.cli.config import ConfigError, load_config
from sqlcomplete.cli.main import cli, run
from sqlcomplete.cli.options import SETTINGS

Write = Callable[[str], Path]


@pytest.fixture
def write(own_config: Path) -> Write:
    def go(text: str) -> Path:
        own_config.parent.mkdir(parents=True, exist_ok=True)
        own_config.write_text(text, encoding="utf-8")
        return own_config

    return go


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Runs of a command `serve` that takes the settings of the real one."""
    calls: list[dict[str, Any]] = []

    @click.command()
    @options.PORT
    @options.MODEL
    @options.DIALECT
    @options.ALLOW_HOST
    def serve(**values: Any) -> None:
        calls.append(values)

    monkeypatch.setattr(cli, "_plugged_in", lambda name: serve if name == "serve" else None)
    return calls


def test_flag_goes_before_variable_before_file_before_default(
    write: Write, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def port(*arguments: str) -> int:
        assert run(["serve", *arguments]) == 0
        return int(seen[-1]["port"])

    assert port() == 8765
    write("[serve]\nport = 1111\n")
    assert port() == 1111
    monkeypatch.setenv("SQLCOMPLETE_PORT", "2222")
    assert port() == 2222
    assert port("--port", "3333") == 3333


def test_a_commands_own_table_goes_before_the_top(write: Write, seen: list[dict[str, Any]]) -> None:
    write(
        'model = false\ndialect = "mysql"\n[serve]\ndialect = "duckdb"\nallow-host = ["a", "b"]\n'
    )
    assert run(["serve"]) == 0
    assert seen == [{"port": 8765, "model": False, "dialect": "duckdb", "allow_host": ("a", "b")}]
    assert run(["serve", "--model", "current"]) == 0
    assert seen[-1]["model"] is True
    assert run(["serve", "--model", "acme"]) == 0
    assert seen[-1]["model"] == "acme"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('dialct = "x"', "unknown key dialct: did you mean 'dialect'?"),
        ("max_items = 3", "unknown key max_items: did you mean 'max-items'?"),
        ("[serv]\nport = 1", "unknown key [serv]: did you mean 'serve'?"),
        ("[serve]\nprt = 1", "unknown key [serve] prt: did you mean 'port'?"),
        ("port = 1", "unknown key port"),
        ("[complete]\nport = 1", "unknown key [complete] port"),
        ("[serve]\nport = true", "[serve] port must be a whole number, not True"),
        ('[serve]\nport = "1"', "[serve] port must be a whole number, not '1'"),
        ("[serve]\nport = 70000", "[serve] port: 70000 is not in the range"),
        ("model = 3", "model must be a text"),
        ("[serve]\nallow-host = [1]", "allow-host must be a text or a list of them"),
        ("dialect = ", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told_file_key_and_nearest(
    write: Write, here: Here, text: str, says: str
) -> None:
    path = write(text)
    ended = here("config", "show")
    assert ended.code == 2
    assert ended.err.startswith(f"sqlcomplete: {path}: ")
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_file_that_was_named_must_be_there(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone.toml"
    assert here("--config", str(gone), "config", "show").code == 2
    monkeypatch.setenv("SQLCOMPLETE_CONFIG", str(gone))
    ended = here("config", "show")
    assert (ended.code, ended.err) == (2, f"sqlcomplete: {gone}: no such configuration file\n")
    with pytest.raises(ConfigError, match="cannot read"):
        load_config(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(binary)


def test_config_path_and_show_tell_what_set_each_value(
    write: Write, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write('max-items = 5\n[serve]\nport = 1111\ntoken = "0123456789abcdef"\n')
    monkeypatch.setenv("SQLCOMPLETE_SCHEMA", "postgresql://me:secret@db/shop")
    assert here("config", "path").out == f"{path}\n"
    out = here("config", "show").out
    assert f"[serve] port = 1111  # {path}" in out
    assert f"max-items = 5  # {path}" in out
    assert 'schema = "postgresql://me:***@db/shop"  # SQLCOMPLETE_SCHEMA' in out
    assert "0123456789abcdef" not in out
    assert "secret@" not in out
    rows = json.loads(here("config", "show", "--json").out)["settings"]
    assert {row["setting"] for row in rows} == {setting.name for setting in SETTINGS}
    assert "0123456789abcdef" not in json.dumps(rows)
