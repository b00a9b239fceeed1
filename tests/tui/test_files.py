"""Files in the editor, by real keys on real files: nothing lost, nothing overwritten unasked."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from driving import Editors, screen, settle, until, write

from tui.app import SqlEditorApp
from tui.documents import journal
from tui.panes.dialogs import AskPath, Choice


def asks(app: SqlEditorApp, words: str) -> bool:
    return isinstance(app.screen, Choice) and any(words in line for line in screen(app))


@pytest.fixture
def query(tmp_path: Path) -> Path:
    path = tmp_path / "query.sql"
    path.write_text("SELECT 1")
    return path


async def test_a_file_changed_outside_is_not_overwritten_unasked(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        assert app.editor.text == "SELECT 1"
        await write(pilot, "-- mine\n")
        query.write_text("SELECT 'theirs'")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "changed by someone else"))
        await pilot.press("escape")
        await settle(pilot)
        assert query.read_text() == "SELECT 'theirs'"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "changed by someone else"))
        await pilot.press("t")
        await until(pilot, lambda: app.editor.text == "SELECT 'theirs'")
        await pilot.press("f7")
        await until(pilot, lambda: app.editor.text.startswith("-- mine"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "changed by someone else"))
        await pilot.press("y")
        await until(pilot, lambda: query.read_text() == "-- mine\nSELECT 1")


async def test_a_file_made_meanwhile_is_not_overwritten_unasked(
    editors: Editors, tmp_path: Path
) -> None:
    path = tmp_path / "new.sql"
    async with editors.open(file=path) as (app, pilot):
        await until(pilot, lambda: "new.sql is new" in app.results.message)
        await write(pilot, "mine")
        path.write_text("theirs")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "made by someone else"))
        await pilot.press("n")
        await settle(pilot)
        assert path.read_text() == "theirs"


async def test_a_change_outside_is_read_again_where_nothing_was_edited(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        query.write_text("SELECT 2 -- theirs")
        await until(pilot, lambda: app.editor.text == "SELECT 2 -- theirs")
        assert "undo brings your text back" in app.results.message
        await pilot.press("ctrl+z")
        assert app.editor.text == "SELECT 1"


async def test_a_change_outside_is_shown_where_something_was_edited(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        query.write_text("SELECT 22")
        await until(pilot, lambda: app.notices.lines)
        assert app.notices.lines == ("query.sql was changed by someone else; saving asks",)
        assert app.editor.text == "xSELECT 1"


async def test_a_file_removed_leaves_the_text_and_says_so_until_it_is_saved(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        query.unlink()
        await until(pilot, lambda: any("removed from the disk" in x for x in app.notices.lines))
        assert app.editor.text == "SELECT 1"
        assert any("its text is only here" in line for line in screen(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: query.exists() and query.read_text() == "SELECT 1")
        await until(pilot, lambda: app.notices.lines == ())


async def test_what_the_last_session_had_unsaved_is_offered_beside_the_file(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "unsaved ")
        await pilot.press("ctrl+q")
    query.write_text("SELECT 3")
    async with editors.open(file=query) as (app, pilot):
        await until(pilot, lambda: asks(app, "not saved"))
        assert app.editor.text == "SELECT 3"
        await pilot.press("escape")
        await settle(pilot)
        assert [tab.editor.text for tab in app.workspace.tabs] == ["SELECT 3", "unsaved SELECT 1"]
        assert any("query.sql (unsaved)" in line for line in screen(app))
        assert query.read_text() == "SELECT 3"
    async with editors.open() as (app, _):
        # Neither is lost by leaving it at that.
        assert {tab.editor.text for tab in app.workspace.tabs} >= {"SELECT 3", "unsaved SELECT 1"}


async def test_what_two_editors_of_one_file_had_unsaved_is_there_beside_it(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (_, first):
        await write(first, "one ")
        async with editors.open(file=query) as (_, second):
            await write(second, "two ")
    async with editors.open(file=query) as (app, pilot):
        await until(pilot, lambda: asks(app, "not saved"))
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        texts = [tab.editor.text for tab in app.workspace.tabs]
        assert sorted(texts) == ["SELECT 1", "one SELECT 1", "two SELECT 1"]
        assert app.editor.text == "SELECT 1"
        assert [tab.path for tab in app.workspace.tabs].count(query) == 1
        assert query.read_text() == "SELECT 1"


async def test_what_was_unsaved_can_be_used_and_taken_back(editors: Editors, query: Path) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "unsaved ")
        await pilot.press("ctrl+q")
    async with editors.open(file=query) as (app, pilot):
        await until(pilot, lambda: asks(app, "not saved"))
        await pilot.press("u")
        await until(pilot, lambda: app.editor.text == "unsaved SELECT 1")
        assert len(app.workspace) == 1
        assert query.read_text() == "SELECT 1"
        await pilot.press("ctrl+z")
        assert app.editor.text == "SELECT 1"


async def test_unsaved_text_of_a_tab_comes_back_without_a_name_given(
    editors: Editors, query: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "unsaved ")
        await pilot.press("ctrl+q")
    query.write_text("SELECT 'theirs'")
    async with editors.open() as (app, pilot):
        assert app.editor.text == "unsaved SELECT 1"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "changed by someone else"))
        await pilot.press("n")
        await settle(pilot)
        assert query.read_text() == "SELECT 'theirs'"


async def test_save_as_writes_another_file_and_goes_on_with_it(
    editors: Editors, query: Path, tmp_path: Path
) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        await pilot.press("alt+s")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press("ctrl+u")
        await write(pilot, str(tmp_path / "b.sql"))
        await pilot.press("enter")
        await until(pilot, (tmp_path / "b.sql").exists)
        assert query.read_text() == "SELECT 1"
        await until(pilot, lambda: any("b.sql" in line for line in screen(app)[:2]))
        await write(pilot, "y")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: (tmp_path / "b.sql").read_text() == "xySELECT 1")


async def test_crlf_bom_and_encoding_stay_and_are_shown(editors: Editors, tmp_path: Path) -> None:
    path = tmp_path / "windows.sql"
    path.write_bytes(b"\xef\xbb\xbfSELECT 1\r\n\x0c-- a\r\n")
    async with editors.open(file=path) as (app, pilot):
        await until(pilot, lambda: "BOM · CRLF" in app.status.text)
        assert app.editor.document.line_count == 3  # a form feed is no line end
        await pilot.press("end", "enter")
        await write(pilot, "x")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: b"x" in path.read_bytes())
        assert path.read_bytes() == b"\xef\xbb\xbfSELECT 1\r\nx\r\n\x0c-- a\r\n"


async def test_a_save_that_fails_is_said_until_one_succeeds(
    editors: Editors, query: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.documents import document

    real = document.write_atomically

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        monkeypatch.setattr(document, "write_atomically", full)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.notices.lines)
        assert app.notices.lines == ("query.sql is not saved: No space left on device",)
        assert query.read_text() == "SELECT 1"
        assert app.editor.text == "xSELECT 1"
        monkeypatch.setattr(document, "write_atomically", real)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.notices.lines == ())
        assert query.read_text() == "xSELECT 1"


async def test_a_journal_that_fails_is_said_and_quitting_asks(
    editors: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = journal.write_atomically

    def refused(path: Path, data: bytes) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    async with editors.open() as (app, pilot):
        monkeypatch.setattr(journal, "write_atomically", refused)
        await write(pilot, "precious")
        await until(pilot, lambda: any("not kept: Read-only" in x for x in app.notices.lines))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: asks(app, "in no file, and not kept"))
        await pilot.press("escape")
        await settle(pilot)
        assert app.is_running and app.editor.text == "precious"
        monkeypatch.setattr(journal, "write_atomically", real)
        await until(pilot, lambda: app.notices.lines == ())
        await pilot.press("ctrl+q")
    async with editors.open() as (app, _):
        assert app.editor.text == "precious"


async def test_a_state_folder_that_cannot_be_made_costs_no_text(
    editors: Editors, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, where the folder should be")
    editors.state = tmp_path / "taken"
    async with editors.open() as (app, pilot):
        await until(pilot, lambda: any("is not kept" in line for line in app.notices.lines))
        await write(pilot, "precious")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: asks(app, "not kept"))
        await pilot.press("escape")
        await settle(pilot)
        app.editor.load_text("")


async def test_a_write_protected_file_asks(editors: Editors, query: Path) -> None:
    query.chmod(0o444)
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: asks(app, "write-protected"))
        await pilot.press("n")
        await settle(pilot)
        assert query.read_text() == "SELECT 1"


async def test_the_tab_shows_what_its_file_lacks(editors: Editors, query: Path) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        await until(pilot, lambda: any("query.sql *" in line for line in screen(app)[:2]))
        await pilot.press("backspace")
        await until(pilot, lambda: not any("query.sql *" in line for line in screen(app)[:2]))


async def test_closing_can_save_first(editors: Editors, query: Path) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        await pilot.press("f10")
        await until(pilot, lambda: asks(app, "Close query.sql?"))
        await pilot.press("s")
        await until(pilot, lambda: query.read_text() == "xSELECT 1")
        await until(pilot, lambda: app.editor.text == "")


async def test_revert_shows_the_file_and_undo_the_text(editors: Editors, query: Path) -> None:
    async with editors.open(file=query) as (app, pilot):
        await write(pilot, "x")
        await app.call_action("file.revert")
        await until(pilot, lambda: app.editor.text == "SELECT 1")
        await pilot.press("ctrl+z")
        assert app.editor.text == "xSELECT 1"
