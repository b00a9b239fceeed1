"""A real server in a process of its own, and a client that speaks to it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest_lsp
import shop
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

COMMAND = [sys.executable, "-m", "sqlcomplete.cli", "lsp"]


def environment(folder: Path) -> dict[str, str]:
    """Without the user's own configuration and schemas."""
    config = folder / "config.toml"
    config.touch()
    return {
        **os.environ,
        "SQLCOMPLETE_CONFIG": str(config),
        "SQLCOMPLETE_CACHE_DIR": str(folder / "cache"),
    }


def workspace(folder: Path) -> Path:
    """A workspace with the shop's DDL as its schema."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.sql").write_text(shop.DDL)
    (folder / ".sqlcomplete.toml").write_text('schema = "shop.sql"\ndialect = "sqlite"\n')
    return folder


class Editor:
    """A client with one text open in it. `announced` is what the server says that it can do."""

    def __init__(
        self,
        client: LanguageClient,
        folder: Path,
        announced: types.ServerCapabilities | None = None,
    ) -> None:
        self.announced = announced
        self.client = client
        self.folder = folder
        self.uri = (folder / "query.sql").as_uri()
        self.version = 0

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def write(self, marked: str) -> types.Position:
        """Opens the text, or sends it whole; gives where `|` stands, in UTF-16 units."""
        text, at = shop.cursor_in(marked)
        self.version += 1
        if self.version == 1:
            item = types.TextDocumentItem(self.uri, "sql", 1, text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        else:
            self.change(types.TextDocumentContentChangeWholeDocument(text), bump=False)
        left = text[:at].split("\n")
        return types.Position(
            len(left) - 1, len(left[-1].encode("utf-16-le", "surrogatepass")) // 2
        )

    def change(self, change: types.TextDocumentContentChangeEvent, *, bump: bool = True) -> None:
        self.version += bump
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def complete(self, marked: str, trigger: str | None = None) -> list[types.CompletionItem]:
        position = self.write(marked)
        kind = types.CompletionTriggerKind.Invoked
        if trigger is not None:
            kind = types.CompletionTriggerKind.TriggerCharacter
        answer = await self.client.text_document_completion_async(
            types.CompletionParams(self.document, position, types.CompletionContext(kind, trigger))
        )
        assert isinstance(answer, types.CompletionList)
        assert answer.is_incomplete
        return list(answer.items)

    async def labels(self, marked: str) -> list[str]:
        return [item.label for item in await self.complete(marked)]

    async def until_labels(self, marked: str, label: str) -> None:
        """Asks until the label is offered first: what the server does meanwhile has no event."""
        for _ in range(200):
            if (await self.labels(marked))[:1] == [label]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{label} was never offered first")

    async def ghost(
        self, position: types.Position, selected: types.SelectedCompletionInfo | None = None
    ) -> types.InlineCompletionItem | None:
        kind = types.InlineCompletionTriggerKind.Automatic
        answer = await self.client.text_document_inline_completion_async(
            types.InlineCompletionParams(
                types.InlineCompletionContext(kind, selected), self.document, position
            )
        )
        assert isinstance(answer, types.InlineCompletionList)
        assert len(answer.items) <= 1
        return answer.items[0] if answer.items else None

    async def problems(self) -> list[types.Diagnostic]:
        """Those of the newest version, once they come."""
        while True:
            await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            return list(self.client.diagnostics[self.uri])

    async def told(self, words: str) -> None:
        """Waits for a message to the person."""
        for _ in range(200):
            if any(words in message.message for message in self.client.messages):
                return
            await asyncio.sleep(0.05)
        raise AssertionError([message.message for message in self.client.messages])


def capabilities(**more: Any) -> types.ClientCapabilities:
    """An editor's of today, with ghost text of its own."""
    made = pytest_lsp.client_capabilities("neovim")
    assert made.text_document is not None
    made.text_document.inline_completion = types.InlineCompletionClientCapabilities()
    completion = made.text_document.completion
    assert completion is not None and completion.completion_item is not None
    completion.completion_item.preselect_support = True
    made.general = None  # UTF-16, as where a client says nothing
    if made.workspace is not None:
        made.workspace.did_change_watched_files = None
        made.workspace.configuration = None
        made.workspace.workspace_folders = None
    for name, value in more.items():
        setattr(made, name, value)
    return made


def parameters(
    folder: Path, client: types.ClientCapabilities | None = None, options: Any = None
) -> types.InitializeParams:
    return types.InitializeParams(
        capabilities=client or capabilities(),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
        initialization_options=options,
    )


@asynccontextmanager
async def editor(
    folder: Path,
    *arguments: str,
    client: types.ClientCapabilities | None = None,
    options: Any = None,
) -> AsyncIterator[Editor]:
    """An editor on a server of its own, on the standard streams."""
    made = make_test_lsp_client()
    await made.start_io(*COMMAND, *arguments, env=environment(folder.parent))
    try:
        answer = await made.initialize_session(parameters(folder, client, options))
        yield Editor(made, folder, answer.capabilities)
        await made.shutdown_session()
        assert made._server is not None
        assert made._server.returncode == 0
    finally:
        if made._server is not None and made._server.returncode is None:
            made._server.kill()
        await made.stop()


@asynccontextmanager
async def listening(folder: Path, *arguments: str) -> AsyncIterator[int]:
    """A server on TCP; gives its port."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--tcp",
        "--port",
        "0",
        *arguments,
        stderr=asyncio.subprocess.PIPE,
        env=environment(folder),
    )
    try:
        assert process.stderr is not None
        line = (await process.stderr.readline()).decode()
        match = re.search(r"127\.0\.0\.1:(\d+)", line)
        assert match, line
        yield int(match[1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
