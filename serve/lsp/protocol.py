"""The protocol's own rules on top of pygls: the order of a session, answers from other threads,
texts as immutable snapshots, and no content in any log."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from serve.lsp.positions import Encoding

if TYPE_CHECKING:
    from serve.lsp.server import SqlServer

log = logging.getLogger("sqlcomplete.lsp")

Work = Callable[[Any], "Future[Any]"]


def deferred(start: Work) -> Work:
    """Marks a handler that takes what it needs at once and gives a future of its answer."""

    def handler(params: Any) -> Future[Any]:
        return start(params)

    handler.deferred = True  # type: ignore[attr-defined]
    return handler


class SqlProtocol(LanguageServerProtocol):
    """One client's session."""

    _server: SqlServer

    initialized = False

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for the end in order: an exit is then no failure."""
        return self._shutdown

    # The order of a session

    def handle_message(self, message: Any) -> None:
        """Refuses what comes before initialize and after shutdown, as the protocol has it."""
        method = getattr(message, "method", None)
        if method is not None and hasattr(message, "id"):
            refusal = self._refusal(method)
            if refusal is not None:
                self._send_response(message.id, error=refusal)
                return
        elif method is not None and method != types.EXIT and not self.initialized:
            return
        super().handle_message(message)

    def _refusal(self, method: str) -> types.ResponseError | None:
        if self._shutdown:
            return types.ResponseError(
                types.ErrorCodes.InvalidRequest, "the server was told to shut down"
            )
        if not self.initialized and method != types.INITIALIZE:
            return types.ResponseError(
                types.ErrorCodes.ServerNotInitialized, "the first request must be initialize"
            )
        if self.initialized and method == types.INITIALIZE:
            return types.ResponseError(
                types.ErrorCodes.InvalidRequest, "the server is initialized already"
            )
        return None

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """Agrees with the client on what positions count, then as pygls does."""
        self.initialized = True
        result = yield from super().lsp_initialize(params)
        agreed = self.workspace.position_encoding
        self._server.documents.encoding = Encoding(str(getattr(agreed, "value", agreed)))
        return result

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """Ends the loop that reads, which ends the process: its code is the transport's to give."""
        self._server.stopping.set()
        yield from self._told(types.EXIT, args)

    # Texts

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        document = params.text_document
        self._server.documents.open(document.uri, document.version, document.text)
        yield from self._told(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        document = params.text_document
        self._server.documents.change(document.uri, document.version, params.content_changes)
        yield from self._told(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        self._server.documents.close(params.text_document.uri)
        yield from self._told(types.TEXT_DOCUMENT_DID_CLOSE, params)

    def _told(self, method: str, params: Any) -> Generator[Any, Any, None]:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None

    # Answers from other threads

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Any,
        callback: Any,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        if not getattr(handler, "deferred", False):
            super()._execute_handler(msg_id, handler, callback, args, kwargs)
            return
        # The handler runs now, so that it sees the text as it is when the request comes in.
        try:
            future = asyncio.wrap_future(handler(*(args or ())))
        except Exception as error:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(error)
        self._request_futures[msg_id] = future  # type: ignore[assignment]
        future.add_done_callback(callback)

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        """As pygls does, but a defect's message names its kind and place alone: the rest may quote
        the text."""
        error = None if future.cancelled() else future.exception()
        if error is None or not isinstance(error, Exception):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        self._send_response(msg_id, error=defect(error))

    def _check_handler_result(self, future: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, Exception):
            defect(error)


def defect(error: Exception) -> types.ResponseError:
    """The answer to a request that we failed at, by a defect of ours; the log says where."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{inspect.getfile(trace.tb_frame.f_code)}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("%s at %s", type(error).__name__, " > ".join(places[-4:]))
    return types.ResponseError(
        types.ErrorCodes.InternalError, f"a defect of sqlcomplete: {type(error).__name__}"
    )
