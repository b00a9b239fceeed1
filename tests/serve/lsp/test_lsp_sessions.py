"""How a session begins, changes and ends: settings, schemas, encodings, streams, exit codes."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import shop
from lsprotocol import types
from pytest_lsp import make_test_lsp_client
from session import (
    COMMAND,
    Editor,
    capabilities,
    editor,
    environment,
    listening,
    parameters,
    workspace,
)


async def test_settings_and_schema_change_while_answers_go_on(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    async with editor(folder, "--no-model", options={"maxItems": 3}) as one:
        await one.until_labels("SELECT * FROM ord|", "orders")
        assert len(await one.labels("SELECT | FROM orders")) == 3

        # A schema that cannot be opened is told of, and keywords are completed on.
        changed = {"sqlcomplete": {"schema": "gone.sql", "maxItems": 20}}
        one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(changed))
        await one.told("gone.sql")
        labels = await one.labels("SEL|")
        assert "SELECT" in labels and "orders" not in await one.labels("SELECT * FROM ord|")

        # What may not be set is told of, and changes nothing.
        for wrong, says in (
            ({"maxItems": "many"}, "max-items must be a whole number"),
            ({"schema": "postgresql://elsewhere/x"}, "[databases]"),
        ):
            one.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"sqlcomplete": wrong})
            )
            await one.told(says)

        # What is none of ours is left alone: the others hold.
        mixed = {"schema": "", "maxItems": 4, "ourExtensionsOwn": {"path": "x"}}
        one.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"sqlcomplete": mixed})
        )
        await one.until_labels("SELECT * FROM ord|", "orders")
        assert len(await one.labels("SELECT | FROM orders")) == 4

        # A schema's file is read anew when it is saved.
        one.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"sqlcomplete": {"schema": "shop.sql"}})
        )
        await one.until_labels("SELECT * FROM ord|", "orders")
        file = folder / "shop.sql"
        file.write_text(shop.DDL + "CREATE TABLE zebras (id INT);\n")
        event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        one.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await one.until_labels("SELECT * FROM zeb|", "zebras")

        # One that is broken for the moment leaves the last one in use.
        file.write_text("not sql at all")
        one.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(file.as_uri()))
        )
        await one.told("the last one stays in use")
        assert "zebras" in await one.labels("SELECT * FROM zeb|")

        (folder / ".sqlcomplete.toml").write_text("schema = 'new.sql'\n")
        (folder / "new.sql").write_text("CREATE TABLE yaks (id INT);")
        one.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"sqlcomplete": {}})
        )
        await one.until_labels("SELECT * FROM ya|", "yaks")


async def test_a_client_that_is_asked_for_settings_and_watches_files(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    (folder / ".sqlcomplete.toml").unlink()
    client = capabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(True, True),
        )
    )
    made = make_test_lsp_client()
    registered: list[types.Registration] = []

    @made.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    made.set_configuration({"schema": "shop.sql"}, section="sqlcomplete")
    await made.start_io(*COMMAND, "--no-model", env=environment(tmp_path))
    await made.initialize_session(parameters(folder, client))
    one = Editor(made, folder)
    await one.until_labels("SELECT * FROM ord|", "orders")
    made.set_configuration({"schema": "shop.sql", "maxItems": 1}, section="sqlcomplete")
    made.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    for _ in range(200):
        if len(await one.labels("SELECT | FROM orders")) == 1:
            break
        await asyncio.sleep(0.05)
    assert len(await one.labels("SELECT | FROM orders")) == 1
    assert {r.method for r in registered} == {
        types.WORKSPACE_DID_CHANGE_CONFIGURATION,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    }
    await made.shutdown_session()
    await made.stop()


async def test_the_clients_encoding_is_taken_and_it_gets_what_it_can_show(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    kinds = [types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16]
    client = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=kinds)
    )
    async with editor(folder, "--no-model", client=client) as one:
        await one.until_labels("SELECT * FROM ord|", "orders")
        one.write("SELECT '😀', o.am FROM orders o|")
        answer = await one.client.text_document_completion_async(
            types.CompletionParams(one.document, types.Position(0, 19))
        )
        assert isinstance(answer, types.CompletionList)
        best = answer.items[0]
        assert (best.label, best.preselect, best.insert_text_mode) == ("amount", None, None)
        hover = await one.client.text_document_hover_async(
            types.HoverParams(one.document, types.Position(0, 15))
        )
        assert hover is not None and isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind == types.MarkupKind.PlainText
        assert hover.contents.value.startswith("alias of orders\n")


async def test_tcp_serves_several_clients_and_no_web_page(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    async with listening(tmp_path, "--no-model") as port, AsyncExitStack() as stack:
        editors = []
        for _ in range(2):
            made = make_test_lsp_client()
            await made.start_tcp("127.0.0.1", port)
            stack.push_async_callback(made.stop)
            await made.initialize_session(parameters(folder))
            editors.append(Editor(made, folder))
        for one in editors:
            await one.until_labels("SELECT * FROM ord|", "orders")
        await editors[0].client.shutdown_async(None)
        editors[0].client.exit(None)
        assert await editors[1].labels("SELECT * FROM cust|") == ["customers"]

        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}})
        page = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(page.encode())
        assert await reader.read() == b""
        writer.close()


async def spoken(
    messages: list[dict[str, Any] | bytes], folder: Path, *, close: bool = False
) -> tuple[int, list[dict[str, Any]], str]:
    """What the bare process answers to bare messages, and how it ends."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--no-model",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(folder),
    )
    data = b""
    for message in messages:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        data += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    assert process.stdin is not None
    process.stdin.write(data)
    if close:
        process.stdin.close()
    out, err = await asyncio.wait_for(process.communicate(), 60)
    answers = []
    while out:
        head, _, out = out.partition(b"\r\n\r\n")
        size = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        answers.append(json.loads(out[:size]))
        out = out[size:]
    return int(process.returncode or 0), answers, err.decode()


def request(number: int, method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


INITIALIZE = request(1, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
EXIT = {"jsonrpc": "2.0", "method": "exit"}


async def test_the_end_and_its_exit_codes(tmp_path: Path) -> None:
    shutdown = request(2, "shutdown")
    ordered, without, gone = await asyncio.gather(
        spoken([INITIALIZE, shutdown, request(4, "nonsense"), EXIT], tmp_path),
        spoken([INITIALIZE, EXIT], tmp_path),
        spoken([INITIALIZE], tmp_path, close=True),
    )
    code, answers, err = ordered
    assert (code, err) == (0, "")
    assert [a["id"] for a in answers] == [1, 2, 4]
    assert answers[2]["error"]["code"] == -32600
    assert (without[0], gone[0]) == (1, 1)


async def test_messages_that_are_broken_are_answered_and_the_session_goes_on(
    tmp_path: Path,
) -> None:
    secret = "SELECT secret_of_mine"
    opened = {
        "jsonrpc": "2.0",
        "method": "textDocument/didOpen",
        "params": {
            "textDocument": {"uri": "a:a", "languageId": "sql", "version": 1, "text": secret}
        },
    }
    at = {"textDocument": {"uri": "a:a"}, "position": {"line": -1, "character": "x"}}
    code, answers, err = await spoken(
        [
            request(9, "completionItem/resolve", {"label": "too early"}),
            INITIALIZE,
            b"{not json",
            b"[1]",
            opened,
            request(2, "textDocument/hover", at),
            request(3, "no/such"),
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 77}},
            request(4, "textDocument/hover", {**at, "position": {"line": 9, "character": 9}}),
            request(5, "shutdown"),
            EXIT,
        ],
        tmp_path,
    )
    assert code == 0
    by_id = {a.get("id"): a for a in answers if "method" not in a}
    codes = [a["error"]["code"] for a in answers if a.get("error")]
    assert codes[:3] == [-32002, -32700, -32600]
    assert by_id[2]["error"]["code"] == -32602
    assert by_id[3]["error"]["code"] == -32601
    assert by_id[4]["result"] is None
    # No log holds a text.
    assert "secret" not in err


async def test_the_embedded_model_takes_part(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    options = {"deadlineMs": 20_000}
    async with editor(folder, options=options) as one:
        await one.until_labels("SELECT * FROM ord|", "orders")
        for _ in range(100):
            ghost = await one.ghost(one.write("SELECT name FROM customers WHERE |"))
            if ghost is not None:
                break
            await asyncio.sleep(0.1)
        assert ghost is not None, "the model wrote nothing where the schema alone proves nothing"
        items = await one.complete("SELECT name FROM customers WHERE |")
        edit = items[0].text_edit
        assert isinstance(edit, types.TextEdit)
        assert str(ghost.insert_text).lower().startswith(edit.new_text.lower())


async def test_a_back_end_that_is_dead_leaves_what_the_schema_says(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop")
    async with editor(
        folder, "--backend", "openai://127.0.0.1:1/v1", "--backend-timeout", "0.5"
    ) as one:
        await one.until_labels("SELECT * FROM ord|", "orders")
        ghost = await one.ghost(one.write("SELECT * FROM ord|"))
        assert ghost is not None and ghost.insert_text == "ers"
