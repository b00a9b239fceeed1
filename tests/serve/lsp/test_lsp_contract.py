"""The language server as an editor meets it: one process, one session, all that it offers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import shop
from lsprotocol import types
from session import Editor, editor, workspace

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    folder = workspace(tmp_path_factory.mktemp("contract") / "shop")
    async with editor(folder, "--no-model") as made:
        await made.until_labels("SELECT * FROM ord|", "orders")
        yield made


async def test_what_it_can_do_is_announced(one: Editor) -> None:
    """What is not, no editor asks for: VS Code drew no ghost."""
    can = one.announced
    assert can is not None
    assert can.inline_completion_provider is not None
    assert can.completion_provider is not None and can.completion_provider.resolve_provider
    assert can.hover_provider and can.definition_provider and can.signature_help_provider
    assert can.document_formatting_provider and can.document_range_formatting_provider


async def test_an_item_replaces_the_word_and_is_ranked_as_the_engine_has_it(one: Editor) -> None:
    items = await one.complete("SELECT '😀日本', o.am|x FROM orders o")
    best = items[0]
    assert (best.label, best.detail, best.preselect) == (
        "amount", "orders.amount DECIMAL(10, 2)", True,
    )  # fmt: skip
    # The emoji counts two units.
    assert isinstance(best.text_edit, types.TextEdit)
    assert best.text_edit.new_text == "amount"
    assert best.text_edit.range == types.Range(types.Position(0, 17), types.Position(0, 20))
    many = await one.complete("SELECT * FROM orders o WHERE |")
    places = [item.sort_text for item in many]
    assert places == sorted(places) and len(set(places)) == len(places) > 3
    assert [item.preselect for item in many].count(True) == 1


async def test_every_item_passes_the_editors_own_filter(one: Editor) -> None:
    for marked in ("SELECT * FROM ORD|", 'SELECT "am| FROM orders', "SELECT cus| FROM orders"):
        text, at = shop.cursor_in(marked)
        for item in await one.complete(marked):
            assert isinstance(item.text_edit, types.TextEdit) and item.filter_text is not None
            typed = text[item.text_edit.range.start.character : at]
            assert item.filter_text.startswith(typed)


async def test_an_item_says_what_it_is_once_it_is_asked(one: Editor) -> None:
    for marked, label, says in (
        ("SELECT status FROM customers WHERE stat|", "status", "`old`"),
        ("SELECT * FROM ord|", "orders", "customer_id INTEGER NOT NULL REFERENCES customers (id)"),
        ("SELECT * FROM orders o JOIN |", "customers c ON o.customer_id = c.id", "name TEXT"),
        ("SELECT coales| FROM orders", "coalesce(value, …)", "coalesce(value, …)"),
    ):
        items = await one.complete(marked)
        item = next(i for i in items if i.label.lower() == label.lower())
        assert item.documentation is None
        item = await one.client.completion_item_resolve_async(item)
        assert isinstance(item.documentation, types.MarkupContent)
        assert says in item.documentation.value.replace("COALESCE", "coalesce")


async def test_an_item_of_long_ago_is_resolved_to_itself(one: Editor) -> None:
    stray = types.CompletionItem("amount", data={"completion": "gone", "item": 0})
    assert await one.client.completion_item_resolve_async(stray) == stray
    assert (await one.client.completion_item_resolve_async(types.CompletionItem("a"))).label == "a"


async def test_ghost_and_list_agree_and_the_ghost_extends_what_is_selected(one: Editor) -> None:
    position = one.write("SELECT * FROM ord|")
    ghost = await one.ghost(position)
    items = await one.complete("SELECT * FROM ord|")
    edit = items[0].text_edit
    assert ghost is not None and isinstance(edit, types.TextEdit)
    assert ("ord" + str(ghost.insert_text)).startswith(edit.new_text)
    assert ghost.range == types.Range(position, position)

    position = one.write("SELECT c.name FROM orders o JOIN cust|")
    for chosen in await one.complete("SELECT c.name FROM orders o JOIN cust|"):
        assert isinstance(chosen.text_edit, types.TextEdit)
        selected = types.SelectedCompletionInfo(chosen.text_edit.range, chosen.text_edit.new_text)
        ghost = await one.ghost(position, selected)
        if ghost is not None:
            assert str(ghost.insert_text).startswith(selected.text)
            assert len(str(ghost.insert_text)) > len(selected.text)
            assert ghost.range == selected.range


async def test_a_list_opens_by_itself_only_where_something_must_follow(one: Editor) -> None:
    assert await one.complete("SELECT * FROM |", " ")
    assert await one.complete("SELECT o.| FROM orders o", ".")
    assert not await one.complete("SELECT * FROM orders |", " ")
    assert not await one.complete("SELECT 'it| FROM orders", None)
    literals = await one.complete("SELECT * FROM customers WHERE status = '|", "'")
    assert {item.label for item in literals} >= {"'new'", "'old'"}


async def test_edits_come_in_pieces_and_each_statement_is_its_own(one: Editor) -> None:
    one.write("SELECT id FROM customers;\nSELECT '😀', |\nFROM orders;\nSELECT 1")
    place = types.Position(1, 13)
    one.change(types.TextDocumentContentChangePartial(types.Range(place, place), "am"))
    place = types.Position(1, 15)
    answer = await one.client.text_document_completion_async(
        types.CompletionParams(one.document, place)
    )
    assert isinstance(answer, types.CompletionList)
    assert answer.items[0].label == "amount"


async def test_hover_shows_what_a_name_means(one: Editor) -> None:
    position = one.write("SELECT '😀', o.amount FROM orders |o")
    hover = await one.client.text_document_hover_async(types.HoverParams(one.document, position))
    assert hover is not None and isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith("alias of `orders`")
    assert hover.range == types.Range(position, types.Position(0, position.character + 1))
    position = one.write("SEL|ECT 1")
    assert (
        await one.client.text_document_hover_async(types.HoverParams(one.document, position))
        is None
    )


async def test_signature_help_follows_the_commas(one: Editor) -> None:
    position = one.write("SELECT round(amount, |")
    found = await one.client.text_document_signature_help_async(
        types.SignatureHelpParams(one.document, position)
    )
    assert found is not None
    assert (found.signatures[0].label, found.active_parameter) == ("round(number, digits)", 1)


async def test_definitions_are_in_the_statement_or_in_the_schemas_file(one: Editor) -> None:
    async def at(marked: str) -> tuple[str, int, int]:
        position = one.write(marked)
        place = await one.client.text_document_definition_async(
            types.DefinitionParams(one.document, position)
        )
        assert isinstance(place, types.Location)
        return Path(place.uri).name, place.range.start.line, place.range.start.character

    assert await at("SELECT |o.id FROM orders o") == ("query.sql", 0, 24)
    assert await at("WITH t AS (SELECT 1 AS n)\nSELECT n FROM |t") == ("query.sql", 0, 5)
    assert await at("WITH t AS (SELECT 1 AS n)\nSELECT |n FROM t") == ("query.sql", 0, 18)
    assert await at("SELECT * FROM ord|ers") == ("shop.sql", 6, 13)
    assert await at("SELECT o.cust|omer_id FROM orders o") == ("shop.sql", 8, 2)
    own = "CREATE TABLE orders (id INT);\nSELECT * FROM ord|ers"
    assert await at(own) == ("query.sql", 0, 13)


async def test_problems_are_published_and_taken_back(one: Editor) -> None:
    one.write("SELECT '😀', amuont FROM orders;\nUPDATE orders SET amount = 1;\nSELECT = 2|")
    found = await one.problems()
    assert [(p.code, p.severity, p.range.start.line, p.range.start.character) for p in found] == [
        ("unknown-name", types.DiagnosticSeverity.Warning, 0, 13),
        ("every-row", types.DiagnosticSeverity.Warning, 1, 0),
        ("syntax", types.DiagnosticSeverity.Error, 2, 9),
    ]
    one.write("SELECT amount FROM orders|")
    assert await one.problems() == []


async def test_formatting_lays_out_the_text_or_a_range(one: Editor) -> None:
    one.write("select '😀' as a;  -- why\nselect * frm x;\nselect b from t|")
    options = types.FormattingOptions(tab_size=4, insert_spaces=True)
    edits = await one.client.text_document_formatting_async(
        types.DocumentFormattingParams(one.document, options)
    )
    assert [edit.new_text for edit in edits or ()] == [
        "SELECT\n    '😀' AS a", "SELECT\n    b\nFROM t",
    ]  # fmt: skip
    assert edits is not None and edits[0].range.end == types.Position(0, 16)
    last = types.Range(types.Position(2, 0), types.Position(2, 3))
    edits = await one.client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(one.document, last, options)
    )
    assert [edit.range.start.line for edit in edits or ()] == [2]


async def test_a_text_that_is_not_open_has_no_answers(one: Editor) -> None:
    stray = types.TextDocumentIdentifier("untitled:nothing")
    place = types.Position(0, 0)
    client = one.client
    answer = await client.text_document_completion_async(types.CompletionParams(stray, place))
    assert isinstance(answer, types.CompletionList) and not answer.items
    assert await client.text_document_hover_async(types.HoverParams(stray, place)) is None


async def test_half_a_surrogate_pair_breaks_nothing(one: Editor) -> None:
    items = await one.complete("SELECT '\ud83d', am| FROM orders")
    assert items[0].label == "amount"


async def test_a_request_that_is_called_off_is_answered_as_such(one: Editor) -> None:
    position = one.write("SELECT " + "coalesce(amount, 0) + " * 300 + "am| FROM orders")
    params = types.CompletionParams(one.document, position)
    requests = []
    for number in range(30):
        requests.append(
            one.client.protocol.send_request(
                types.TEXT_DOCUMENT_COMPLETION, params, msg_id=f"c{number}"
            )
        )
    for number in range(30):
        one.client.cancel_request(types.CancelParams(f"c{number}"))
    results = await asyncio.gather(*map(asyncio.wrap_future, requests), return_exceptions=True)
    called_off = [r for r in results if isinstance(r, Exception)]
    assert called_off, "not one was called off in time"
    assert all("cancel" in str(error).lower() for error in called_off)
    assert (await one.labels("SELECT am| FROM orders"))[0] == "amount"
