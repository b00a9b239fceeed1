"""What is used of Textual's own: single key presses, in the versions that pyproject.toml pins."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import textual
from driving import Editors, ScriptedClient, settle, until, write
from rich.style import Style
from textual import events

import tui
from tui.editing.textual_adapter import readable

PACKAGE = Path(tui.__file__).parent


def test_only_the_adapter_reaches_into_textual() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        if path.name == "textual_adapter.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
                found += [f"{path.name}: {name}" for name in names if name.startswith("_")]
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Call)
                and isinstance(node.value.func, ast.Name)
                and node.value.func.id == "super"
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
            ):
                found.append(f"{path.name}: super().{node.attr}")
    assert found == ["highlight.py: _text_area_theme"] or found == []


def test_the_pinned_version_is_the_one_tested() -> None:
    assert textual.__version__.startswith("8.2.")


async def test_escape_keeps_the_focus_and_the_typing(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "a")
        for _ in range(3):
            await pilot.press("escape")
            assert app.editor.has_focus
        await write(pilot, "b")
        assert app.editor.text == "ab"


async def test_tab_inserts_spaces_and_keeps_the_focus(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await pilot.press("tab")
        await write(pilot, "x")
        assert app.editor.text == "    x"
        assert app.editor.has_focus


async def test_tab_and_shift_tab_on_a_selection_shift_its_lines(editors: Editors) -> None:
    async with editors.open(ScriptedClient("SELECT")) as (app, pilot):
        app.editor.load_text("a\n\nb\nc")
        app.editor.select_range(0, 4)
        await pilot.press("tab")
        assert app.editor.text == "    a\n\n    b\nc"
        await pilot.press("tab", "shift+tab", "shift+tab")
        assert app.editor.text == "a\n\nb\nc"
        assert app.editor.selected_text == "a\n\nb"
        await pilot.press("shift+tab")
        assert app.editor.text == "a\n\nb\nc"
        assert app.editor.has_focus


async def test_ctrl_c_copies_and_never_quits(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "one\ntwo")
        await pilot.press("ctrl+c")
        assert app.clipboard == "two"
        await pilot.press("shift+home", "ctrl+c")
        assert app.clipboard == "two"
        assert app.editor.text == "one\ntwo"
        await pilot.press("ctrl+x", "ctrl+c", "ctrl+c")
        assert app.editor.text == "one\n"
        await settle(pilot)
        assert app.is_running and app.editor.has_focus


async def test_keys_that_come_at_once_act_in_their_order(editors: Editors) -> None:
    async with editors.open(ScriptedClient("SELECT name")) as (app, pilot):
        keys = [("S", "S"), ("up", None), ("home", None), ("x", "x"), ("end", None), ("y", "y")]
        for key, character in keys:
            app.post_message(events.Key(key, character))
        await settle(pilot)
        assert app.editor.text == "xSy"


async def test_a_form_feed_and_a_unicode_separator_are_no_line_ends(editors: Editors) -> None:
    text = "a\x0cb\u2028c\x85d\ne"
    async with editors.open() as (app, pilot):
        app.editor.load_text(text)
        assert app.editor.document.line_count == 2
        app.editor.move_to(len(text))
        app.editor.insert("x\x0cy\r\nz")
        assert app.editor.text == text + "x\x0cy\nz"
        await pilot.press("ctrl+z")
        assert app.editor.text == text


async def test_undo_goes_by_words(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "SELECT name FROM")
        for left in ("SELECT name ", "SELECT ", ""):
            await pilot.press("ctrl+z")
            assert app.editor.text == left
        await pilot.press("ctrl+y", "ctrl+y")
        assert app.editor.text == "SELECT name "


def test_a_ghost_like_its_background_is_not_readable() -> None:
    dim, same = Style(color="#606060", bgcolor="#1a1b26"), Style(color="#1b1c27", bgcolor="#1a1b26")
    assert readable(dim, "truecolor") and readable(dim, "256")
    assert not readable(same, "truecolor") and not readable(same, "256")
    # Of sixteen colours, or none, no two are known to differ: the ghost is underlined there.
    assert not readable(dim, "standard") and not readable(dim, None)


@pytest.mark.parametrize("system", ["standard", None, "nocolor"])
async def test_the_ghost_is_underlined_where_colour_cannot_show_it(
    editors: Editors, system: str | None
) -> None:
    async with editors.open(ScriptedClient("SELECT name FROM t")) as (app, pilot):
        if system == "nocolor":
            app.no_color = True
        else:
            app.console._color_system = None if system is None else _standard()
        await write(pilot, "SEL")
        await until(pilot, lambda: app.editor.ghost)
        strip = app.editor.render_line(0)
        ghost = [s for s in strip if "CT name FROM t" in s.text]
        typed = [s for s in strip if "SEL" in s.text]
        assert ghost and all(s.style and s.style.underline for s in ghost)
        assert typed and not any(s.style and s.style.underline for s in typed)


def _standard() -> object:
    from rich.color import ColorSystem

    return ColorSystem.STANDARD


async def test_a_ghost_out_of_sight_is_not_accepted(editors: Editors) -> None:
    async with editors.open(ScriptedClient("SELECT 1" + "\n" * 80, ())) as (app, pilot):
        client_text = "SELECT 1\n" * 80
        app.editor.load_text(client_text)
        app.editor.move_to(0)
        app._asker.client = ScriptedClient("SELECT")
        app.editor.load_text("S" + "\n" * 80)
        app.editor.move_to(1)
        await pilot.press("ctrl+@")
        await until(pilot, lambda: app.editor.ghost == "ELECT")
        app.editor.scroll_to(y=50, animate=False, force=True)
        await pilot.pause()
        await pilot.press("tab")
        assert app.editor.text.startswith("S\n")
        await pilot.pause()
        assert app.editor.cursor_in_view
        await pilot.press("tab")
        assert app.editor.text.startswith("SELECT\n")
