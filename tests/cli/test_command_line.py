"""The command `sqlcomplete` as a whole: what goes where, how it ends, what it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from invoking import Here, shell

from sqlcomplete.cli.main import COMMANDS, cli, run
from sqlcomplete.errors import SqlcompleteError


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """A command `edit` in the place of the editor, which notes what it was opened on."""
    seen: list[str | None] = []

    @click.command()
    @click.argument("source", required=False)
    @click.option("--dialect")
    def edit(source: str | None, dialect: str | None) -> None:
        seen.extend([source, dialect])

    def plugged_in(name: str) -> click.Command | None:
        return edit if name == "edit" else None

    monkeypatch.setattr(cli, "_plugged_in", plugged_in)
    return seen


@pytest.mark.parametrize(
    ("arguments", "source", "dialect"),
    [
        ([], None, None),
        (["postgresql://localhost/shop"], "postgresql://localhost/shop", None),
        (["sqlite:///shop.db"], "sqlite:///shop.db", None),
        (["new/shop.sql"], "new/shop.sql", None),
        (["shop.db", "--dialect", "sqlite"], "shop.db", "sqlite"),
        (["--dialect", "sqlite", "shop.db"], "shop.db", "sqlite"),
        (["--dialect=sqlite"], None, "sqlite"),
        (["edit", "shop"], "shop", None),
    ],
)
def test_what_is_no_command_opens_in_the_editor(
    opened: list[str | None], arguments: list[str], source: str | None, dialect: str | None
) -> None:
    assert run(arguments) == 0
    assert opened == [source, dialect]


def test_options_of_our_own_go_before_the_source(opened: list[str | None], tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('dialect = "duckdb"\n', encoding="utf-8")
    assert run(["--config", str(path), "shop.db"]) == 0
    assert run([f"--config={path}"]) == 0
    assert opened == ["shop.db", "duckdb", None, "duckdb"]


def test_an_existing_file_without_a_suffix_is_no_typing_error(
    opened: list[str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").touch()
    assert run(["shop"]) == 0
    assert opened == ["shop", None]


def test_a_mistyped_command_is_told_its_nearest(here: Here) -> None:
    ended = here("complte", "x.sql")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "sqlcomplete: no command, file or database 'complte': did you mean 'complete'?\n"
    )


def test_help_names_every_command_and_loads_none() -> None:
    code = (
        "import sys\n"
        "from sqlcomplete.cli.main import run\n"
        "run(['--help'])\n"
        "heavy = {'textual', 'fastapi', 'sqlglot', 'sqlalchemy', 'onnxruntime', 'numpy'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    for name, command in COMMANDS.items():
        assert name in out
        assert command.help.split()[0] in out
    assert "loaded: []" in out


def test_no_face_is_loaded_to_complete() -> None:
    code = (
        "import sys\n"
        "from sqlcomplete.cli.main import run\n"
        "run(['complete', '-', '--no-model', '--json'])\n"
        "print('loaded:', sorted({'textual', 'fastapi', 'uvicorn'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="SEL", capture_output=True, text=True, timeout=60
    )
    assert "loaded: []" in done.stdout


def test_commands_of_other_packages_come_by_their_entry_points(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entry_points(*, group: str, name: str) -> list[EntryPoint]:
        assert group == "sqlcomplete.commands"
        targets = {
            "edit": "no_such_module_of_ours:edit",
            "demo": "sqlcomplete.cli.shells:SHELLS",
            "hello": "sqlcomplete.cli.shells:completion",
        }
        return [EntryPoint(name, targets[name], group)] if name in targets else []

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    assert "complete" in here("hello", "bash").out
    broken = here("edit")
    assert broken.code == 2
    assert "'edit' cannot be loaded: No module named 'no_such_module_of_ours'" in broken.err
    assert "is no command" in here("demo").err
    absent = here("serve")
    assert absent.code == 2
    assert "'serve' is not installed" in absent.err


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_a_completion_script_calls_us_back(here: Here, shell_name: str) -> None:
    ended = here("completion", shell_name)
    assert ended.code == 0
    assert f"_SQLCOMPLETE_COMPLETE={shell_name}_complete" in ended.out


def test_a_shell_is_told_commands_and_options() -> None:
    def offered(words: str, at: int) -> list[str]:
        env = {
            "_SQLCOMPLETE_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(at),
        }
        return [line.partition(",")[2] for line in shell(env=env).out.splitlines()]

    assert offered("sqlcomplete comp", 1) == ["complete", "completion"]
    assert "--no-model" in offered("sqlcomplete complete --no", 2)
    assert offered("sqlcomplete schema re", 2) == ["refresh"]


def test_errors_end_in_one_line_and_a_code(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(error: BaseException) -> None:
        def main(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(cli, "main", main)

    failing(SqlcompleteError("two\nlines"))
    assert (here().code, here().err) == (2, "sqlcomplete: two lines\n")
    failing(KeyboardInterrupt())
    assert (here().code, here().err) == (130, "")
    failing(RuntimeError("oh"))
    ended = here()
    assert ended.code == 70
    assert "internal error: RuntimeError: oh" in ended.err
    assert len(ended.err.splitlines()) == 1
    monkeypatch.setenv("SQLCOMPLETE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run([])


def test_a_reader_that_leaves_is_no_error() -> None:
    for arguments in (["config", "show"], ["--help"]):
        with subprocess.Popen(
            [sys.executable, "-m", "sqlcomplete.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(60) == 141


def test_the_version_is_printed(here: Here) -> None:
    ended = here("--version")
    assert ended.code == 0
    assert ended.out.startswith("sqlcomplete ")


def test_config_show_is_json_for_programs(here: Here) -> None:
    settings = json.loads(here("config", "show", "--json").out)["settings"]
    assert {"setting": "port", "command": "serve", "value": 8765, "from": "default"} in settings
