"""The server of one client: what each message of the protocol does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from serve.lsp import completing, features
from serve.lsp.client import Client, client_of
from serve.lsp.completing import Answer
from serve.lsp.documents import Document, Documents, path_of
from serve.lsp.opening import Opening
from serve.lsp.protocol import SqlProtocol, deferred
from serve.lsp.schemas import Engine, Opened
from serve.lsp.settings import LspSettings
from serve.lsp.work import Once
from sqlcomplete.cli.versions import version_of
from sqlcomplete.completion import Completion

RELOAD = "sqlcomplete.reloadSchema"
DEBOUNCE_S = 0.3
_KEPT_ANSWERS = 16

T = TypeVar("T")
Key = tuple[str, int, int, int]


class SqlServer(LanguageServer):
    """Answers one client. Handlers run on the event loop and hand the work to threads.

    Args:
        engine: what all clients share.
        settings: those of the command line; a workspace's and the client's go before them.
    """

    protocol: SqlProtocol

    def __init__(self, engine: Engine, settings: LspSettings) -> None:
        self.documents = Documents()
        self.client = Client()
        self.stopping = threading.Event()
        super().__init__(
            "sqlcomplete",
            version_of("sqlcomplete"),
            protocol_cls=SqlProtocol,
            converter_factory=default_converter,
        )
        self.opening = Opening(self, engine, settings)
        self._work = ThreadPoolExecutor(3, thread_name_prefix="lsp-answer")
        self._checking = ThreadPoolExecutor(1, thread_name_prefix="lsp-check")
        self._answers: OrderedDict[Key, Once[Answer]] = OrderedDict()
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._register()

    @property
    def settings(self) -> LspSettings:
        """Those in force."""
        return self.opening.settings

    @property
    def opened(self) -> Opened:
        """The schema in use; one without tables until there is one."""
        return self.opening.opened

    def end(self) -> None:
        """Lets go of the threads; what waits is dropped."""
        for handle in self._due.values():
            handle.cancel()
        for pool in (self._work, self._checking):
            pool.shutdown(wait=False, cancel_futures=True)
        self.opening.end()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Nothing is shown: the protocol has answered and logged what a log may hold."""

    def show(self, kind: types.MessageType, message: str) -> None:
        """One line for the person at the editor."""
        line = " ".join(message.split())
        self.window_show_message(types.ShowMessageParams(kind, f"sqlcomplete: {line}"))

    # What the client tells

    def _register(self) -> None:
        told: dict[str, Callable[[Any], Any]] = {
            types.INITIALIZE: lambda params: self._initialize(params),
            types.TEXT_DOCUMENT_DID_OPEN: lambda params: self._check_soon(params, 0.0),
            types.TEXT_DOCUMENT_DID_CHANGE: lambda params: self._check_soon(params, DEBOUNCE_S),
            types.TEXT_DOCUMENT_DID_CLOSE: lambda params: self._closed(params),
            types.TEXT_DOCUMENT_DID_SAVE: lambda params: self._saved(params),
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: lambda params: self.opening.configure(
                params.settings
            ),
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: lambda params: self._files_changed(params),
        }
        for method, handler in told.items():
            self.feature(method)(handler)

        @self.feature(types.INITIALIZED)
        async def initialized(_: types.InitializedParams) -> None:
            await self.opening.begin()

        @self.command(RELOAD)
        def reload(*_: Any) -> None:
            self.opening.reopen(anew=True)

        asked: dict[str, tuple[Callable[[Any], Future[Any]], Any]] = {
            types.TEXT_DOCUMENT_COMPLETION: (
                self._completion,
                types.CompletionOptions(
                    trigger_characters=list(completing.TRIGGERS), resolve_provider=True
                ),
            ),
            types.COMPLETION_ITEM_RESOLVE: (self._resolve, None),
            # Without options pygls announces nothing, and no client asks.
            types.TEXT_DOCUMENT_INLINE_COMPLETION: (self._inline, types.InlineCompletionOptions()),
            types.TEXT_DOCUMENT_HOVER: (partial(self._feature, features.hover), None),
            types.TEXT_DOCUMENT_SIGNATURE_HELP: (
                partial(self._feature, features.signature_help),
                types.SignatureHelpOptions(trigger_characters=["(", ","]),
            ),
            types.TEXT_DOCUMENT_DEFINITION: (self._definition, None),
            types.TEXT_DOCUMENT_FORMATTING: (partial(self._feature, features.formatting), None),
            types.TEXT_DOCUMENT_RANGE_FORMATTING: (
                partial(self._feature, features.formatting),
                None,
            ),
        }
        for method, (start, options) in asked.items():
            self.feature(method, options)(deferred(start))

    def _initialize(self, params: types.InitializeParams) -> None:
        self.client = client_of(params.capabilities)
        self.opening.initialize(params)

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            self.opening.file_changed(path)

    def _files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            path = path_of(change.uri)
            if path is not None:
                self.opening.file_changed(path)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        handle = self._due.pop(uri, None)
        if handle is not None:
            handle.cancel()
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    # Diagnostics

    def _check_soon(self, params: Any, delay: float) -> None:
        self.check(params.text_document.uri, delay)

    def check_all(self) -> None:
        """Checks every open text against the schema that is now in use."""
        for document in self.documents:
            self.check(document.uri, 0.0)

    def check(self, uri: str, delay: float) -> None:
        """Publishes a text's diagnostics once it has been left alone for `delay` seconds."""
        handle = self._due.pop(uri, None)
        if handle is not None:
            handle.cancel()
        loop = asyncio.get_running_loop()
        self._due[uri] = loop.call_later(delay, self._check, uri)

    def _check(self, uri: str) -> None:
        self._due.pop(uri, None)
        document = self.documents.get(uri)
        if document is None or self.stopping.is_set():
            return
        off = self.settings.diagnostics == "off"
        loop = asyncio.get_running_loop()
        opened = self.opened

        def work() -> list[types.Diagnostic]:
            # What was typed on meanwhile is checked by itself.
            stale = self.documents.get(uri) is not document
            return [] if off or stale else features.diagnostics(document, opened)

        def publish(found: Future[list[types.Diagnostic]]) -> None:
            if found.cancelled() or found.exception() is not None:
                return
            if self.documents.get(uri) is document and self.opened.index is opened.index:
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, found.result(), document.version)
                )

        future = self._checking.submit(work)
        future.add_done_callback(
            lambda done: None if loop.is_closed() else loop.call_soon_threadsafe(publish, done)
        )

    # Completion

    def _completion(self, params: types.CompletionParams) -> Future[Any]:
        document = self._document(params)
        if document is None:
            return _done(completing.empty())
        offset = document.lines.offset(params.position)
        trigger = None if params.context is None else params.context.trigger_character
        once = self._answer(document, offset)
        client, ghost_item = self.client, self._ghost_in_list()

        def work() -> types.CompletionList:
            dialect = self.opened.schema.dialect
            if self._is_stale(document) or not completing.is_called_for(
                document.text, offset, trigger, dialect
            ):
                return completing.empty()
            return completing.completion_list(once.get(), client, ghost_item=ghost_item)

        return self._work.submit(work)

    def _inline(self, params: types.InlineCompletionParams) -> Future[Any]:
        document = self._document(params)
        if document is None:
            return _done(types.InlineCompletionList(items=[]))
        offset = document.lines.offset(params.position)
        once = self._answer(document, offset)
        opened, most, stop = self.opened, self.settings.max_items, self._deadline()

        def again(text: str, cursor: int) -> Completion:
            left = max((stop - time.perf_counter()) * 1000, 1.0)
            return opened.completer.complete(text, cursor, max_items=most, deadline_ms=left)

        def work() -> types.InlineCompletionList:
            if self._is_stale(document):
                return types.InlineCompletionList(items=[])
            return completing.inline_list(
                once.get(), params.context.selected_completion_info, again
            )

        return self._work.submit(work)

    def _answer(self, document: Document, offset: int) -> Once[Answer]:
        """The completion at a place of a text, shared by all requests for it."""
        self.opening.look()
        opened, most, stop = self.opened, self.settings.max_items, self._deadline()
        key = (document.uri, document.version, offset, id(opened))
        once = self._answers.get(key)
        if once is None:

            def compute() -> Answer:
                # The time spent waiting for a thread is the keystroke's time too.
                left = max((stop - time.perf_counter()) * 1000, 1.0)
                completion = opened.completer.complete(
                    document.text, offset, max_items=most, deadline_ms=left
                )
                return Answer(document, offset, completion, opened)

            once = self._answers[key] = Once(compute)
            while len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return once

    def _deadline(self) -> float:
        return time.perf_counter() + self.settings.deadline_ms / 1000

    def _resolve(self, item: types.CompletionItem) -> Future[Any]:
        wanted = item.data.get("completion") if isinstance(item.data, dict) else None
        known = (once.known() for once in self._answers.values())
        answer = next((a for a in known if a is not None and a.completion.id == wanted), None)
        return self._work.submit(completing.resolved, item, answer, self.client)

    def _is_stale(self, document: Document) -> bool:
        return self.documents.get(document.uri) is not document

    def _ghost_in_list(self) -> bool:
        wish = self.settings.ghost_item
        if wish != "auto":
            return wish == "always"
        return not self.client.inline

    # The rest

    def _document(self, params: Any) -> Document | None:
        return self.documents.get(params.text_document.uri)

    def _feature(
        self, answer: Callable[[Document, Opened, Client, Any], T], params: Any
    ) -> Future[Any]:
        document = self._document(params)
        if document is None:
            return _done(None)
        return self._work.submit(answer, document, self.opened, self.client, params)

    def _definition(self, params: types.DefinitionParams) -> Future[Any]:
        document = self._document(params)
        if document is None:
            return _done(None)
        others = [one for one in self.documents if one is not document]
        return self._work.submit(features.definition, document, self.opened, params, others)


def _done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def workspace_root(params: types.InitializeParams) -> Path | None:
    """The first folder of the workspace; None where the client opened files alone."""
    for folder in params.workspace_folders or ():
        path = path_of(folder.uri)
        if path is not None:
            return path
    if params.root_uri is not None:
        return path_of(params.root_uri)
    return Path(params.root_path) if params.root_path else None
