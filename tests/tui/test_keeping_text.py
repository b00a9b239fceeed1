"""What was written is never lost: autosave, restore, tabs, files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from driving import Editors, screen, settle, until, write

from tui.documents.journal import Journal
from tui.panes.dialogs import AskPath, Choice, Confirm


def saved(editors: Editors) -> str:
    return "".join(path.read_text() for path in editors.state.glob("*.json"))


async def test_the_text_comes_back_with_the_cursor(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "SELECT 1\nFROM t")
        await pilot.press("left")
        await pilot.press("ctrl+q")
    async with editors.open() as (app, _):
        assert app.editor.text == "SELECT 1\nFROM t"
        assert app.editor.cursor == 14


async def test_a_second_after_the_last_key_the_text_is_on_disk(editors: Editors) -> None:
    async with editors.open() as (_, pilot):
        await write(pilot, "SELECT 42")
        await until(pilot, lambda: "SELECT 42" in saved(editors), seconds=2)


async def test_two_editors_of_one_database_keep_their_texts_apart(editors: Editors) -> None:
    async with editors.open() as (_, first):
        await write(first, "one")
        async with editors.open() as (app, second):
            assert app.editor.text == ""
            await write(second, "two")
    assert "one" in saved(editors) and "two" in saved(editors)


async def test_every_tab_comes_back(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "one")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: app.editor.text == "")
        await write(pilot, "two")
        await pilot.press("f7")
        await until(pilot, lambda: app.editor.text == "one")
        await pilot.press("ctrl+q")
    async with editors.open() as (app, pilot):
        assert app.editor.text == "one"
        await pilot.press("f7")
        await until(pilot, lambda: app.editor.text == "two")


async def test_closing_a_tab_asks_before_it_drops_text(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "precious")
        await pilot.press("f10")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Choice))
        assert app.editor.text == "precious"
        await pilot.press("f10")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("y")
        await until(pilot, lambda: app.editor.text == "")


async def test_save_asks_for_a_file_once_and_never_replaces_one_unasked(
    editors: Editors, tmp_path: Path
) -> None:
    path = tmp_path / "query.sql"
    async with editors.open() as (app, pilot):
        await write(pilot, "SELECT 1")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await write(pilot, str(path))
        await pilot.press("enter")
        await until(pilot, path.exists)
        assert path.read_text() == "SELECT 1"
        assert any("query.sql" in line for line in screen(app)[:2])
        await write(pilot, "0")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: path.read_text() == "SELECT 10")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: app.editor.text == "")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await write(pilot, str(path))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await settle(pilot)
        assert path.read_text() == "SELECT 10"


async def test_open_takes_a_tab_of_its_own(editors: Editors, tmp_path: Path) -> None:
    path = tmp_path / "other.sql"
    path.write_text("SELECT 'ä'\n", encoding="utf-8")
    async with editors.open() as (app, pilot):
        await write(pilot, "mine")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await write(pilot, str(path))
        await pilot.press("enter")
        await until(pilot, lambda: app.editor.text == "SELECT 'ä'\n")
        await pilot.press("f7")
        await until(pilot, lambda: app.editor.text == "mine")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"SQLite format 3\0"])
async def test_a_file_that_cannot_be_opened_is_one_line(
    editors: Editors, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.sql"
    path.write_bytes(content)
    async with editors.open(file=path) as (app, pilot):
        await until(pilot, lambda: "cannot be opened" in app.results.message)
        assert app.editor.text == ""


def test_an_unreadable_session_is_set_aside(tmp_path: Path) -> None:
    first = Journal("k", tmp_path)
    assert first.path is not None
    first.path.write_text("{broken")
    assert first.load() is None
    assert [p.read_text() for p in tmp_path.glob("*.unreadable")] == ["{broken"]


def test_the_password_of_a_url_names_no_file_and_stands_in_none(tmp_path: Path) -> None:
    from tui.runner.target import find_target

    one = find_target("postgresql://u:secret@localhost/db")
    other = find_target("postgresql://u:changed@localhost/db")
    assert one.key == other.key
    assert "secret" not in one.key + one.name


KILLED = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from sqlcomplete.schema.model import Schema
from tui.app import SqlEditorApp
from tui.runner.target import find_target

async def main():
    app = SqlEditorApp(find_target(sys.argv[1]), read_schema=lambda: Schema("sqlite"),
                       make_client=lambda schema: None, state=Path(sys.argv[2]))
    async with app.run_test() as pilot:
        await pilot.press(*"precious")
        print("typed", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
async def test_a_kill_loses_at_most_the_last_second(editors: Editors) -> None:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(editors.shop), str(editors.state), root],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "typed\n"
        time.sleep(1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]
    async with editors.open() as (app, _):
        assert app.editor.text == "precious"
