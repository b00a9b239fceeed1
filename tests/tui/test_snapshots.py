"""What the editor looks like. A change of looks is accepted with --snapshot-update."""

from __future__ import annotations

from typing import Any

from driving import Editors, ScriptedClient, until, write
from textual.pilot import Pilot

from sqlcomplete.schema.model import Schema
from tui.app import SqlEditorApp

_SIZE = (100, 30)


def _still(app: SqlEditorApp) -> None:
    app.editor.cursor_blink = False


def test_ghost_and_popup(snap_compare: Any, editors: Editors) -> None:
    text = "SELECT c.name\nFROM cus"
    wanted = "SELECT c.name\nFROM customers AS c\nWHERE c.segment = 'business'"
    app = editors.app(ScriptedClient(wanted, ("customers", "custom_fields")))

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.completes)
        _still(app)
        app.editor.load_text(text[:-1])
        app.editor.move_to(len(text) - 1)
        await write(pilot, text[-1])
        await until(pilot, lambda: app.editor.offer is not None and app.editor.offer.listed)
        await pilot.press("ctrl+n")
        await pilot.pause()

    assert snap_compare(app, terminal_size=_SIZE, run_before=act)


def test_rows_and_catalog(snap_compare: Any, editors: Editors, shop_schema: Schema) -> None:
    app = editors.app()

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.completes)
        _still(app)
        app.editor.load_text("SELECT id, name, parent_id FROM categories -- the tree\nLIMIT 4")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 4)
        await pilot.press("f2", "down", "down", "down", "enter")
        await pilot.pause()

    assert snap_compare(app, terminal_size=_SIZE, run_before=act)


def test_confirmation(snap_compare: Any, editors: Editors) -> None:
    app = editors.app()

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.completes)
        _still(app)
        app.editor.load_text("DELETE FROM reviews")
        await pilot.press("f5")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.pause()

    assert snap_compare(app, terminal_size=_SIZE, run_before=act)


def test_help_on_a_narrow_screen(snap_compare: Any, editors: Editors) -> None:
    app = editors.app()

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.completes)
        _still(app)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(70, 36), run_before=act)


def test_find_notices_and_results_on_a_small_screen(snap_compare: Any, editors: Editors) -> None:
    app = editors.app()

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.completes)
        _still(app)
        app.editor.load_text(
            "SELECT id, name FROM categories LIMIT 3;\nBEGIN;\nSELECT '東京太郎' AS name"
        )
        await pilot.press("f9")
        await until(pilot, lambda: app.results.message.startswith("3 of 3"))
        await pilot.press("ctrl+f")
        await write(pilot, "select")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=act)
