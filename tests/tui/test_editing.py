"""What a user does with ghost and popup, by real key presses on a real screen."""

from __future__ import annotations

import pytest
from driving import Editors, ScriptedClient, screen, settle, until, write
from textual.geometry import Offset

from tui.panes.popup import Popup

QUERY = "SELECT name FROM customers WHERE id = 1"
LONG = "SELECT name\nFROM customers\nWHERE id = 1"


async def test_the_ghost_is_drawn_at_the_cursor_and_tab_accepts_all_of_it(editors: Editors) -> None:
    async with editors.open(ScriptedClient(QUERY)) as (app, pilot):
        await write(pilot, "SELECT n")
        await until(pilot, lambda: app.editor.ghost)
        assert any(QUERY in line for line in screen(app))
        assert app.editor.text == "SELECT n"
        await pilot.press("tab")
        assert app.editor.text == QUERY
        assert app.editor.ghost == ""


async def test_a_ghost_of_several_lines_pushes_the_text_below_it_down(editors: Editors) -> None:
    async with editors.open(ScriptedClient(LONG)) as (app, pilot):
        app.editor.load_text("\nSELECT 2")
        await write(pilot, "SELECT")
        await until(pilot, lambda: app.editor.ghost)
        lines = [line[30:].strip() for line in screen(app)]
        first = next(n for n, line in enumerate(lines) if "SELECT name" in line)
        assert "FROM customers" in lines[first + 1]
        assert "WHERE id = 1" in lines[first + 2]
        assert "SELECT 2" in lines[first + 3]
        assert app.editor.text == "SELECT\nSELECT 2"
        await pilot.press("tab")
        assert app.editor.text == f"{LONG}\nSELECT 2"


async def test_a_ghost_longer_than_its_line_goes_on_below(editors: Editors) -> None:
    columns = ", ".join(f"column_{number}" for number in range(12))
    async with editors.open(ScriptedClient(f"SELECT {columns} FROM t")) as (app, pilot):
        await write(pilot, "S")
        await until(pilot, lambda: app.editor.ghost)
        text = "\n".join(screen(app))
        assert all(f"column_{number}" in text for number in range(12))
        await pilot.press("tab")
        assert app.editor.text == f"SELECT {columns} FROM t"


async def test_a_ghost_at_the_foot_of_the_editor_is_scrolled_into_view(editors: Editors) -> None:
    client = ScriptedClient("\n" * 40 + "SELECT 1" + "\n+ 1" * 4)
    async with editors.open(client) as (app, pilot):
        app.editor.load_text("\n" * 40)
        app.editor.move_to(40)
        await write(pilot, "S")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.pause()
        assert sum("+ 1" in line for line in screen(app)) == 4


async def test_ctrl_right_accepts_one_word_and_else_moves_by_one(editors: Editors) -> None:
    async with editors.open(ScriptedClient(QUERY)) as (app, pilot):
        await write(pilot, "SEL")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("ctrl+right")
        assert app.editor.text == "SELECT"
        assert app.editor.ghost == " name FROM customers WHERE id = 1"
        await pilot.press("ctrl+right")
        assert app.editor.text == "SELECT name"
        await pilot.press("escape", "home", "ctrl+right")
        assert app.editor.text == "SELECT name"
        assert app.editor.cursor == 6


async def test_typing_through_the_ghost_asks_nothing_and_never_hides_it(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        await write(pilot, "S")
        await until(pilot, lambda: app.editor.ghost)
        asked = len(client.asked)
        for count, character in enumerate("ELECT", 2):
            await write(pilot, character)
            assert app.editor.ghost == QUERY[count:]
        assert len(client.asked) == asked


async def test_typing_against_the_ghost_hides_it_at_once(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        await write(pilot, "SELECT ")
        await until(pilot, lambda: app.editor.ghost)
        client.gate.clear()
        await write(pilot, "x")
        assert app.editor.ghost == ""
        client.gate.set()


async def test_a_stale_answer_is_never_shown(editors: Editors) -> None:
    client = ScriptedClient("SELECT name")
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "SELECT")
        await until(pilot, lambda: client.asked)
        await write(pilot, " x")
        client.gate.set()
        await settle(pilot)
        assert app.editor.ghost == ""


async def test_a_late_answer_counts_where_the_user_has_typed_along_it(editors: Editors) -> None:
    client = ScriptedClient("SELECT name")
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "SEL")
        await until(pilot, lambda: client.asked)
        client.gate.set()
        await until(pilot, lambda: app.editor.ghost == "ECT name")


async def test_only_the_newest_question_waits_behind_the_one_in_flight(editors: Editors) -> None:
    client = ScriptedClient()
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "abcdefgh")
        await until(pilot, lambda: client.asked)
        client.gate.set()
        await settle(pilot)
        assert len(client.asked) == 2
        assert client.asked[-1] == "abcdefgh"
        assert app.editor.text == "abcdefgh"


async def test_escape_dismisses_until_the_next_edit(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        await write(pilot, "SE")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("escape")
        assert app.editor.ghost == ""
        await settle(pilot)
        assert app.editor.ghost == ""
        await write(pilot, "L")
        await until(pilot, lambda: app.editor.ghost == QUERY[3:])


async def test_escape_also_voids_the_answer_in_flight(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "S")
        await until(pilot, lambda: client.asked)
        await pilot.press("escape")
        client.gate.set()
        await settle(pilot)
        assert app.editor.ghost == ""


async def test_no_ghost_while_text_is_selected(editors: Editors) -> None:
    async with editors.open(ScriptedClient(QUERY)) as (app, pilot):
        await write(pilot, "SELECT")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("shift+left")
        assert app.editor.ghost == ""
        await pilot.press("ctrl+@")
        await settle(pilot)
        assert app.editor.ghost == ""


async def test_moving_the_cursor_takes_the_offer_away(editors: Editors) -> None:
    async with editors.open(ScriptedClient(QUERY)) as (app, pilot):
        await write(pilot, "SELECT")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("left")
        await settle(pilot)
        assert app.editor.ghost == ""


async def test_accepting_is_one_step_to_undo_and_undoing_offers_nothing(editors: Editors) -> None:
    async with editors.open(ScriptedClient(LONG)) as (app, pilot):
        await write(pilot, "SELECT n")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("tab", "ctrl+z")
        assert app.editor.text == "SELECT n"
        assert app.editor.cursor == 8
        await settle(pilot)
        assert app.editor.ghost == ""
        await pilot.press("ctrl+y")
        assert app.editor.text == LONG


async def test_the_popup_lists_what_agrees_and_once_entered_arrows_choose(editors: Editors) -> None:
    client = ScriptedClient(QUERY, ("customers", "custom_fields", "orders"))
    async with editors.open(client) as (app, pilot):
        app.editor.load_text("SELECT name FROM cu")
        app.editor.move_to(19)
        await write(pilot, "s")
        popup = app.query_one(Popup)
        await until(pilot, lambda: len(popup.visible_items) == 2 and app.editor.ghost)
        assert app.editor.ghost.startswith(popup.visible_items[0].insert[3:])
        await pilot.press("ctrl+n", "down")
        await until(pilot, lambda: app.editor.ghost == "tom_fields")
        row = app.editor.cursor_screen_offset.y
        assert any("custom_fields" in line for line in screen(app)[row + 1 : row + 3])
        await pilot.press("enter")
        assert app.editor.text == "SELECT name FROM custom_fields"
        await settle(pilot)
        assert popup.visible_items == ()


async def test_enter_is_a_line_break_where_nothing_was_chosen(editors: Editors) -> None:
    async with editors.open(ScriptedClient(QUERY, ("name", "names"))) as (app, pilot):
        await write(pilot, "  SELECT na")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.press("enter")
        assert app.editor.text == "  SELECT na\n  "


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["space"], "SELECT name FROM "),
        (["space", "space"], "SELECT name FROM  "),
        (["enter"], "SELECT name FROM\n"),
        (["comma"], "SELECT name FROM,"),
        (["c"], "SELECT name FROM c"),
        (["left", "right", "space"], "SELECT name FROM  "),
    ],
)
async def test_a_blank_that_came_with_a_word_is_typed_over(
    editors: Editors, keys: list[str], text: str
) -> None:
    async with editors.open(ScriptedClient("SELECT name FROM ")) as (app, pilot):
        await write(pilot, "SELECT n")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("tab")
        assert app.editor.text == "SELECT name FROM "
        await pilot.press(*keys)
        assert app.editor.text == text


async def test_a_blank_alone_is_no_ghost(editors: Editors) -> None:
    async with editors.open(ScriptedClient("SELECT name FROM ")) as (app, pilot):
        await write(pilot, "SELECT name FRO")
        await until(pilot, lambda: app.editor.ghost == "M ")
        await write(pilot, "M")
        assert app.editor.ghost == ""


async def test_arrows_move_between_lines_where_no_list_is_open(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "a\nb")
        await settle(pilot)
        await pilot.press("up")
        assert app.editor.cursor_location[0] == 0


async def test_ctrl_space_opens_the_list_anywhere(editors: Editors) -> None:
    async with editors.open(ScriptedClient("", ("SELECT", "UPDATE"))) as (app, pilot):
        assert app.query_one(Popup).visible_items == ()
        await pilot.press("ctrl+@")
        await until(pilot, lambda: len(app.query_one(Popup).visible_items) == 2)


async def test_ctrl_space_says_so_where_there_is_nothing(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await pilot.press("ctrl+@")
        await until(pilot, lambda: "nothing to offer here" in app.status.text)


async def test_a_click_on_an_item_accepts_it(editors: Editors) -> None:
    async with editors.open(ScriptedClient("", ("orders", "order_items"))) as (app, pilot):
        await write(pilot, "FROM ord")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.pause()
        await pilot.click(Popup, offset=Offset(8, 1))
        await until(pilot, lambda: app.editor.text == "FROM order_items")


async def test_the_status_names_source_and_confidence(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    client.warnings = ("ON-less join",)
    async with editors.open(client) as (app, pilot):
        await write(pilot, "SE")
        await until(pilot, lambda: "model 83%" in app.status.text)
        assert "ON-less join" in app.status.text


async def test_a_completer_that_breaks_costs_no_text_and_one_line(editors: Editors) -> None:
    class Broken(ScriptedClient):
        def complete(self, text: str, cursor: int):  # type: ignore[no-untyped-def]
            raise RuntimeError("gone")

    async with editors.open(Broken()) as (app, pilot):
        await write(pilot, "SELECT 1")
        await until(pilot, lambda: "completion failed" in app.status.text)
        assert app.editor.text == "SELECT 1"


async def test_a_ghost_beside_wide_characters_and_tabs_stands_at_the_cursor(
    editors: Editors,
) -> None:
    async with editors.open(ScriptedClient("SELECT '日本' AS\tx, 1")) as (app, pilot):
        app.editor.load_text("SELECT '日本' AS\tx")
        app.editor.move_to(len(app.editor.text))
        await write(pilot, ",")
        await until(pilot, lambda: app.editor.ghost)
        assert any("日本' AS" in line and line.rstrip().endswith("x, 1") for line in screen(app))
