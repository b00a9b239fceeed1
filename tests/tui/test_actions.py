"""One list of actions: key bar, help, palette and the user's keys come from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import Editors, screen, until, write
from textual.command import CommandPalette

from tui.actions.keymap import DEFAULTS, KeymapError, load_keymap
from tui.actions.registry import ACTIONS, BAR, BY_ID
from tui.panes.help import help_rows


async def test_every_action_has_something_that_does_it(editors: Editors) -> None:
    assert set(editors.app()._handlers) == set(BY_ID)


def test_names_are_told_apart_and_the_bar_names_only_actions() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert all(BY_ID[name].bar for name in BAR)
    assert {a.id for a in ACTIONS if a.bar} == set(BAR)


def test_help_has_every_action_with_a_key() -> None:
    text = [line for _, rows in help_rows(DEFAULTS) for _, line in rows]
    assert all(action.help in text for action in ACTIONS if action.keys)
    assert all(action.help not in text for action in ACTIONS if not action.keys)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_help_can_be_read_to_its_end_on_a_small_screen(
    editors: Editors, size: tuple[int, int]
) -> None:
    app = editors.app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert any("Completing" in line for line in screen(app))
        await pilot.press("end")
        await until(pilot, lambda: any("quit; what you wrote" in line for line in screen(app)))
        await pilot.press("escape")
        await app.action_quit()


async def test_the_palette_finds_an_action_and_does_it(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "select 1")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: CommandPalette.is_open(app))
        await write(pilot, "format sq")
        await until(pilot, lambda: any("Format SQL (F4)" in line for line in screen(app)))
        await pilot.press("enter")
        await until(pilot, lambda: app.editor.text == "SELECT\n  1")


async def test_the_key_bar_is_clicked(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        line = screen(app)[-1]
        assert "F5 Run" in line and "^Q Quit" in line
        await pilot.click(offset=(line.index("New"), 29))
        await until(pilot, lambda: len(app.workspace) == 2)


def test_a_key_file_changes_keys_and_takes_them_from_others(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(
        '[keys]\n"run.statement" = ["f4", "ctrl+j"]\n"tab.close" = []\n'
        '"list.next" = ["ctrl+n", "down"]\n'
    )
    keys = load_keymap(path)
    assert keys["run.statement"] == ("f4", "ctrl+j")
    assert keys["edit.format"] == ()
    assert keys["tab.close"] == ()
    assert keys["tab.new"] == ("ctrl+n",)  # shared on purpose
    assert keys["file.save"] == ("ctrl+s",)
    assert load_keymap(tmp_path / "none.toml") == DEFAULTS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[keys", "not valid TOML"),
        ('[keys]\n"run.statment" = "f5"', "did you mean 'run.statement'"),
        ('[keys]\n"run.all" = "ctrl+"', "is no key"),
        ('[keys]\n"run.all" = 5', "must be a key"),
        ("[key]\n", r"one table \[keys\]"),
    ],
)
def test_a_key_file_that_is_wrong_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(KeymapError, match=says) as caught:
        load_keymap(path)
    assert "\n" not in str(caught.value)


async def test_the_users_keys_work_and_are_shown(editors: Editors, tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[keys]\n"edit.comment" = "ctrl+t"\n"tab.new" = "f11"\n')
    app = editors.app(keymap=load_keymap(path))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.completes)
        await write(pilot, "a")
        await pilot.press("ctrl+t")
        assert app.editor.text == "-- a"
        assert "F11 New" in screen(app)[-1]
        await app.action_quit()
