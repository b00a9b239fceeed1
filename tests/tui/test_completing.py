"""Accepting, waiting, choosing and typing on: what ghost and list do for single keys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from driving import Editors, ScriptedClient, screen, settle, until, write

from sqlcomplete.cli.engine import open_engine
from sqlcomplete.completion import Completion
from sqlcomplete.schema.model import Schema
from tui.editing.sql_editor import SqlEditor
from tui.panes.popup import Popup

QUERY = "SELECT name FROM customers"
LONG = "SELECT name\nFROM customers\nWHERE id = 1"


class Words(ScriptedClient):
    """Has no ghost, only a list."""

    def __init__(self, *words: str) -> None:
        super().__init__("", words)


async def test_without_a_ghost_tab_takes_the_marked_item_which_is_the_first(
    editors: Editors,
) -> None:
    async with editors.open(Words("orders", "order_items")) as (app, pilot):
        await write(pilot, "FROM ord")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        assert app.editor.offer is not None and app.editor.offer.marked == 0
        await pilot.press("tab")
        assert app.editor.text == "FROM orders"


async def test_tab_before_the_answer_waits_for_it(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "SEL")
        await until(pilot, lambda: client.asked)
        asyncio.get_running_loop().call_later(0.03, client.gate.set)
        await pilot.press("tab", "x")
        await until(pilot, lambda: app.editor.text == QUERY + "x")


async def test_tab_indents_where_no_answer_comes_by_the_deadline(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        client.gate.clear()
        await write(pilot, "SEL")
        await until(pilot, lambda: client.asked)
        await pilot.press("tab", "x")
        await until(pilot, lambda: app.editor.text == "SEL x")
        client.gate.set()


async def test_end_accepts_a_line_at_the_end_of_one_and_else_goes_there(editors: Editors) -> None:
    async with editors.open(ScriptedClient(LONG)) as (app, pilot):
        await write(pilot, "SEL")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("end")
        assert app.editor.text == "SELECT name"
        await pilot.press("end")
        assert app.editor.text == "SELECT name\nFROM customers"
        await pilot.press("escape", "home", "end")
        assert app.editor.text == "SELECT name\nFROM customers"
        assert app.editor.cursor == len(app.editor.text)


async def test_up_and_down_belong_to_the_text_until_the_list_is_entered(editors: Editors) -> None:
    async with editors.open(Words("orders", "order_items")) as (app, pilot):
        app.editor.load_text("SELECT 1\n\nSELECT 2")
        app.editor.move_to(9)
        await write(pilot, "FROM ord")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.press("down")
        assert app.editor.cursor_location[0] == 2
        await settle(pilot)
        assert not app.query_one(Popup).visible_items
        await pilot.press("up", "end", "backspace")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.press("ctrl+n", "down", "up", "down", "enter")
        assert app.editor.text == "SELECT 1\nFROM order_items\nSELECT 2"


async def test_down_enters_the_list_where_the_user_set_it_so(editors: Editors) -> None:
    from tui.actions.keymap import DEFAULTS

    app = editors.app(
        Words("orders", "order_items"), keymap={**DEFAULTS, "list.next": ("ctrl+n", "down")}
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.completes)
        await write(pilot, "FROM ord")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.press("down", "down", "enter")
        assert app.editor.text == "FROM order_items"
        await pilot.press("enter", "up")
        assert app.editor.cursor_location[0] == 0
        await app.action_quit()


@pytest.mark.parametrize("above", [True, False])
async def test_the_list_stands_where_it_hides_less_and_never_over_the_line(
    editors: Editors, above: bool
) -> None:
    async with editors.open(Words("orders", "order_items", "order_totals")) as (app, pilot):
        text = "SELECT 1\n" * 3
        app.editor.load_text("\n" * 4 + "\n" + text if above else text + "\n" + "\n" * 4)
        app.editor.move_to(4 if above else len(text))
        await write(pilot, "FROM ord")
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        await pilot.pause()
        line = app.editor.cursor_screen_offset.y
        region = app.query_one(Popup).region
        assert region.bottom <= line if above else region.y > line
        assert "FROM ord" in screen(app)[line]
        assert sum("SELECT 1" in x for x in screen(app)) == 3


async def test_escape_dismisses_and_stops_what_runs_at_the_first_press(editors: Editors) -> None:
    async with editors.open(ScriptedClient()) as (app, pilot):
        app.editor.load_text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
        )
        await pilot.press("f5")
        await until(pilot, lambda: app.running.database and app.running.database._busy.locked())
        app._asker.client = ScriptedClient("x y")
        app.editor.load_text("")
        await write(pilot, "x")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("escape")
        assert app.editor.ghost == ""
        assert app.editor.has_focus
        await until(pilot, lambda: app.results.message == "cancelled")


async def test_completion_can_come_on_demand_only(editors: Editors) -> None:
    client = ScriptedClient(QUERY)
    async with editors.open(client) as (app, pilot):
        await app.call_action("complete.automatic")
        await write(pilot, "SELECT n")
        await settle(pilot)
        assert client.asked == [] and app.editor.ghost == ""
        await pilot.press("ctrl+@")
        await until(pilot, lambda: app.editor.ghost)


async def test_the_next_ghost_is_there_when_one_is_accepted(editors: Editors) -> None:
    class Step(ScriptedClient):
        """Says one word at a time."""

        def complete(self, text: str, cursor: int) -> Completion:
            done = QUERY[:cursor] == text[:cursor]
            rest = QUERY[cursor:].lstrip(" ")
            blank = len(QUERY) - cursor - len(rest)
            word = QUERY[cursor : cursor + blank + len(rest.split(" ")[0])] if done and rest else ""
            self.wanted = text[:cursor] + word
            return super().complete(text, cursor)

    client = Step()
    async with editors.open(client) as (app, pilot):
        await write(pilot, "SEL")
        await until(pilot, lambda: app.editor.ghost == "ECT")
        await until(pilot, lambda: "SELECT" in client.asked)
        await settle(pilot)
        client.gate.clear()
        await pilot.press("tab")
        assert app.editor.text == "SELECT"
        assert app.editor.ghost == " name"  # with the model silent
        client.gate.set()


async def test_the_list_comes_to_the_ghost_at_the_beginning_of_a_word(editors: Editors) -> None:
    client = ScriptedClient("SELECT name FROM orders", ("order_items", "orders", "order_totals"))
    async with editors.open(client) as (app, pilot):
        await write(pilot, "SELECT name F")
        await until(pilot, lambda: app.editor.ghost == "ROM orders")
        await settle(pilot)
        client.gate.clear()
        await write(pilot, "ROM or")
        assert app.editor.ghost == "ders"
        client.gate.set()
        await until(pilot, lambda: app.query_one(Popup).visible_items)
        assert app.editor.ghost == "ders"
        assert app.query_one(Popup).visible_items[0].insert == "orders"


@dataclass
class Watch:
    """Counts ghosts that went away while the typing agreed with them, and came back."""

    editor: SqlEditor
    shown: list[str] = field(default_factory=list)

    async def replay(self, text: str, wait: float) -> tuple[int, int]:
        """Press the text's keys. Returns the keys that agreed with a ghost, and the flickers."""
        agreed = flickers = 0
        from textual import events

        for character in text:
            before = self.editor.ghost
            self.shown.clear()
            key = {" ": "space", "\n": "enter"}.get(character, character)
            self.editor.app.post_message(events.Key(key, character))
            await asyncio.sleep(wait)
            if before[:1] != character or not before[1:].strip():
                continue
            agreed += 1
            flickers += "" in self.shown and bool(self.editor.ghost or any(self.shown))
        return agreed, flickers


async def test_a_ghost_never_goes_and_comes_back_while_typing_agrees(
    editors: Editors, shop_schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = (
        "SELECT c.name, COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id "
        "WHERE o.status = 'shipped' GROUP BY c.name ORDER BY c.name LIMIT 5;\n",
        "UPDATE products SET unit_price = 2 WHERE id = 7;\n",
        "INSERT INTO reviews (product_id, customer_id, rating) VALUES (1, 2, 3);\n",
        "SELECT p.name FROM products p LEFT JOIN suppliers s ON s.id = p.supplier_id;\n",
    )
    engine = open_engine(model=False)(shop_schema)

    class Engine(ScriptedClient):
        def complete(self, text: str, cursor: int) -> Completion:
            return engine.complete(text, cursor)

    async with editors.open(Engine()) as (app, _):
        watch = Watch(app.editor)
        real = SqlEditor.ghost_changed

        def changed(self: SqlEditor, rows: int) -> None:
            watch.shown.append(self.ghost)
            real(self, rows)

        monkeypatch.setattr(SqlEditor, "ghost_changed", changed)
        keys = agreed = flickers = 0
        for statement in statements:
            one, other = await watch.replay(statement, 0.02)
            keys, agreed, flickers = keys + len(statement), agreed + one, flickers + other
        assert app.editor.text.split() == "".join(statements).split()
        print(f"{keys} keys, {agreed} agreed with a ghost, {flickers} flickers")
        assert agreed > 60
        assert flickers == 0
