"""From a completion to items: what a list may hold, and how ghost and list go together."""

from __future__ import annotations

import shop
from lsprotocol import types

from serve.lsp.client import Client, client_of, markup
from serve.lsp.completing import Answer, completion_list, inline_list
from serve.lsp.documents import Documents
from serve.lsp.schemas import Engine, Opened
from serve.lsp.settings import LspSettings
from sqlcomplete.cli.engine import open_engine
from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict


def opened() -> Opened:
    engine = Engine({}, lambda: open_engine(model=False))
    return engine.opened(shop.index().schema, None, LspSettings())


def answer(marked: str, ghost: str | None, *items: tuple[str, int, int]) -> Answer:
    text, at = shop.cursor_in(marked)
    document = Documents().open("file:///a.sql", 1, text)
    made = tuple(Item(t, t, (s, e), "table", 0.5, "schema") for t, s, e in items)
    verdict = Verdict("valid", warnings=("every row",))
    shown = None if ghost is None else Ghost(ghost, 0.8, "model", verdict)
    return Answer(document, at, Completion("c1", shown, made, Timings()), opened())


def test_the_ghost_leads_the_list_of_clients_that_cannot_draw_it() -> None:
    one = answer("SELECT * FROM ord|", "ers\nWHERE id = 1", ("orders", 14, 17))
    plain = completion_list(one, Client(preselect=True), ghost_item=False)
    assert [item.label for item in plain.items] == ["orders"]
    first, second = completion_list(one, Client(preselect=True), ghost_item=True).items
    assert (first.label, first.documentation) == ("orders WHERE id = 1", "every row")
    assert isinstance(first.text_edit, types.TextEdit)
    assert first.text_edit.new_text == "orders\nWHERE id = 1"
    assert first.filter_text is not None and first.filter_text.startswith("ord")
    assert (first.preselect, second.preselect) == (True, None)
    assert (first.sort_text or "") < (second.sort_text or "")
    # Where the first item says the same, it is enough.
    same = answer("SELECT * FROM ord|", "ers", ("orders", 14, 17))
    assert len(completion_list(same, Client(), ghost_item=True).items) == 1


def test_an_edit_that_no_list_may_hold_is_left_out() -> None:
    one = answer("SELECT 'a\nb|'", None, ("'a\nb c'", 7, 12), ("x", 0, 3), ("b", 10, 11))
    assert [item.label for item in completion_list(one, Client(), ghost_item=False).items] == ["b"]


def test_the_ghost_goes_on_from_the_selected_item() -> None:
    one = answer("SELECT * FROM o|", "rders o", ("orders", 14, 15), ("ordinals", 14, 15))
    asked: list[tuple[str, int]] = []

    def complete(text: str, cursor: int) -> Completion:
        asked.append((text, cursor))
        return Completion("c2", Ghost(" i", 0.5, "model", Verdict("valid")), (), Timings())

    place = types.Range(types.Position(0, 14), types.Position(0, 15))

    def text(selected: str | None) -> str | types.StringValue | None:
        info = None if selected is None else types.SelectedCompletionInfo(place, selected)
        items = inline_list(one, info, complete).items
        return items[0].insert_text if items else None

    assert text(None) == "rders o"
    assert text("orders") == "orders o"
    assert asked == []
    assert text("ordinals") == "ordinals i"
    assert asked == [("SELECT * FROM ordinals", 22)]
    none = answer("SELECT * FROM o|", None)
    assert inline_list(none, None, complete).items == []


def test_a_client_gets_what_it_can_show() -> None:
    assert client_of(types.ClientCapabilities()) == Client()
    text = "alias of `orders`\n\n```sql\nTABLE orders\n```"
    assert markup(text, markdown=True).value == text
    assert markup(text, markdown=False).value == "alias of orders\n\nTABLE orders"
