"""What a client, a workspace and the command line may set, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from serve.lsp.schemas import Engine, SchemaRefusedError, Source
from serve.lsp.settings import LspSettings, client_values, workspace_values
from sqlcomplete.cli.engine import open_engine
from sqlcomplete.cli.main import run
from sqlcomplete.errors import SqlcompleteError


def test_the_later_goes_before_the_earlier_and_keys_are_written_either_way() -> None:
    base = LspSettings(schema="flag.sql", deadline_ms=300)
    workspace = base.merged({"schema": "here.sql", "max-items": 7}, "file")
    client = workspace.merged({"maxItems": 9, "dialect": "PostgreSQL", "model": None}, "settings")
    assert (client.schema, client.max_items, client.deadline_ms) == ("here.sql", 9, 300)
    assert client.dialect == "postgres"
    assert client_values({"sqlcomplete": {"model": False}}) == {"model": False}
    assert client_values({"model": False}) == {"model": False}
    assert client_values(None) == client_values({"sqlcomplete": None}) == {}


def test_what_a_client_declares_and_nobody_set_stays_out_of_the_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """VS Code sends every setting of an extension, with the defaults that it declares."""
    workspace = LspSettings().merged({"schema": "here.sql", "max-items": 7, "model": False}, "file")
    declared = {
        "schema": "",
        "dialect": "",
        "model": True,
        "maxItems": 50,
        "deadlineMs": 150,
        "ghostItem": "auto",
        "diagnostics": "all",
        "trace": {"server": "off"},
        "path": "/usr/bin/sqlcomplete",
    }
    assert workspace.with_client(declared) == workspace
    assert "'path'" in caplog.text and "'trace'" in caplog.text
    set_by_hand = {**declared, "maxItems": 9, "schema": "mine.sql"}
    client = workspace.with_client(set_by_hand)
    assert (client.max_items, client.schema, client.model) == (9, "mine.sql", False)
    assert workspace.merged({"schema": "", "dialect": ""}, "file") == workspace
    with pytest.raises(SqlcompleteError, match="deadline-ms must be a whole number"):
        workspace.with_client({"deadlineMs": "fast", "path": ""})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"shcema": "a"}, "did you mean 'schema'"),
        ({"deadlineMs": "fast"}, "deadline-ms must be a whole number from 1 to 60000"),
        ({"max-items": True}, "max-items must be a whole number"),
        ({"model": "big"}, "model must be true or false"),
        ({"ghostItem": "perhaps"}, "one of auto, always, never"),
        ({"dialect": "postgers"}, "did you mean 'postgres'"),
        ({"schema": " "}, "a path or a database's name"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(values: dict[str, object], says: str) -> None:
    with pytest.raises(SqlcompleteError) as caught:
        LspSettings().merged(values, "settings")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_workspace_file_is_read_or_told_of(tmp_path: Path) -> None:
    assert workspace_values(None) == workspace_values(tmp_path) == {}
    file = tmp_path / ".sqlcomplete.toml"
    file.write_text('schema = "a.sql"\n')
    assert workspace_values(tmp_path) == {"schema": "a.sql"}
    file.write_text("schema =")
    with pytest.raises(SqlcompleteError, match="not valid TOML"):
        workspace_values(tmp_path)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SqlcompleteError, match="not UTF-8"):
        workspace_values(tmp_path)
    with pytest.raises(SqlcompleteError, match="must be an object"):
        client_values([1])


def engine(**more: object) -> Engine:
    databases = {"shop": "sqlite:////data/shop.db"}
    return Engine(databases, lambda: open_engine(model=False), **more)  # type: ignore[arg-type]


def test_a_database_is_named_and_a_url_is_only_for_who_started_the_server(tmp_path: Path) -> None:
    def source(of: Engine, schema: str | None) -> Source | None:
        return of.source(LspSettings(schema=schema), tmp_path)

    plain = engine()
    assert source(plain, None) is None
    assert source(plain, "shop") == Source(url="sqlite:////data/shop.db")
    assert source(plain, "ddl/a.sql") == Source(path=tmp_path / "ddl" / "a.sql")
    url = "postgresql://elsewhere/x"
    with pytest.raises(SchemaRefusedError, match=r"\[databases\]"):
        source(plain, url)
    assert source(engine(trusted=url), url) == Source(url=url)
    assert source(engine(allow_urls=True), url) == Source(url=url)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--tcp", "--host", "0.0.0.0"], "only this machine may reach it"),
        (["--tcp", "--stdio"], "one of --stdio and --tcp"),
        (["--dialect", "postgers"], "did you mean 'postgres'"),
        (["--deadline-ms", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_start_ends_in_one_line(
    arguments: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    monkeypatch.setenv("SQLCOMPLETE_CONFIG", str(config))
    assert run(["lsp", *arguments]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert len(err.splitlines()) == 1


def test_the_configuration_names_databases(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[databases]\nshop = 3\n[lsp]\ndeadline-ms = 90\n")
    monkeypatch.setenv("SQLCOMPLETE_CONFIG", str(config))
    assert run(["config", "path"]) == 2
    assert "[databases] shop must be a database's URL" in capsys.readouterr().err
    config.write_text(
        'max-items = 8\n[databases]\nshop = "sqlite:///a.db"\n[lsp]\ndeadline-ms = 90\n'
    )
    assert run(["config", "show"]) == 0
    out = capsys.readouterr().out
    assert "[lsp] deadline-ms = 90" in out and "[complete] deadline-ms = 2000" in out
