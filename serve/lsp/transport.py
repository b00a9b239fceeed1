"""Carries messages between a client and a server: standard streams, or TCP on this machine."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, BinaryIO, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter

from serve.lsp.protocol import defect
from serve.lsp.server import SqlServer

log = logging.getLogger("sqlcomplete.lsp")

LARGEST = 64 * 1024 * 1024
"""Bytes of one message; a client that sends more is cut off."""

_HEADER = re.compile(rb"(?i)content-(length|type):[ \t]*([^\r\n]*)\r?\n\Z")
_MOST_HEADERS = 8


class Reader(Protocol):
    """Bytes from a client."""

    def readline(self) -> Awaitable[bytes]: ...

    def readexactly(self, n: int) -> Awaitable[bytes]: ...


class _NotOursError(Exception):
    """The stream speaks another protocol."""


async def converse(server: SqlServer, reader: Reader, writer: Any) -> int:
    """Serves one client until it says exit or goes away; returns the process's exit code.

    0 where shutdown came before exit, 1 otherwise, as the protocol has it.
    """
    server.protocol.set_writer(writer)
    try:
        while not server.stopping.is_set():
            body = await _next(reader)
            if body is None:
                break
            _handle(server, body)
            # A client that sends without pause leaves turns to the answers.
            await asyncio.sleep(0)
    except _NotOursError:
        # No answer: a web page that posts to this port learns nothing and does nothing.
        log.error("a client that does not speak the language server protocol was cut off")
    except (BrokenPipeError, ConnectionError):
        pass
    finally:
        server.stopping.set()
        server.end()
    return 0 if server.protocol.was_shut_down else 1


async def _next(reader: Reader) -> bytes | None:
    """The body of the next message; None at the stream's end."""
    length: int | None = None
    for _ in range(_MOST_HEADERS):
        try:
            line = await reader.readline()
        except ValueError:  # a line longer than the stream's limit
            raise _NotOursError from None
        if not line:
            return None
        if not line.strip():
            if length is None:
                raise _NotOursError
            try:
                body = await reader.readexactly(length)
            except asyncio.IncompleteReadError:
                return None
            return body if len(body) == length else None
        header = _HEADER.match(line)
        if header is None:
            raise _NotOursError
        if header[1].lower() == b"length":
            if not header[2].strip().isdigit() or int(header[2]) > LARGEST:
                raise _NotOursError
            length = int(header[2])
    raise _NotOursError


def _handle(server: SqlServer, body: bytes) -> None:
    """Hands a message on; answers one that is broken."""
    protocol = server.protocol
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        _refuse(server, None, types.ErrorCodes.ParseError, "the message is not JSON")
        return
    if not isinstance(plain, dict) or plain.get("jsonrpc") != "2.0":
        _refuse(server, None, types.ErrorCodes.InvalidRequest, "the message is no JSON-RPC 2.0")
        return
    identity = plain.get("id")
    try:
        message = protocol.structure_message(plain)
    except (JsonRpcException, RecursionError):
        if "method" in plain and identity is not None:
            what = f"{str(plain['method'])[:60]}: the parameters are not what it takes"
            _refuse(server, identity, types.ErrorCodes.InvalidParams, what)
        return
    try:
        protocol.handle_message(message)
    except BrokenPipeError:
        raise
    except Exception as error:
        # A defect in one message must not end the session.
        defect(error)


def _refuse(
    server: SqlServer, identity: int | str | None, code: types.ErrorCodes, message: str
) -> None:
    answer = types.ResponseErrorMessage(
        id=identity, error=types.ResponseError(code=int(code), message=message)
    )
    server.protocol._send_data(answer)


def serve_stdio(make: Callable[[], SqlServer]) -> int:
    """Serves the client at the standard streams; returns the exit code.

    What a library prints goes to standard error from here on: standard output is the client's.
    """
    out: BinaryIO = sys.stdout.buffer
    sys.stdout = sys.stderr

    async def main() -> int:
        reader = asyncio.StreamReader()
        pump(sys.stdin.fileno(), reader)
        return await converse(make(), reader, StdoutWriter(out))

    return asyncio.run(main())


def pump(descriptor: int, reader: asyncio.StreamReader) -> None:
    """Feeds what comes in at a descriptor to a reader, from a thread that no end waits for: a
    read from a pipe cannot be called off, and not every system's loop can watch one."""
    loop = asyncio.get_running_loop()

    def run() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody reads on
            while True:
                try:
                    data = os.read(descriptor, 1 << 16)
                except OSError:
                    data = b""
                if not data:
                    loop.call_soon_threadsafe(reader.feed_eof)
                    return
                loop.call_soon_threadsafe(reader.feed_data, data)

    threading.Thread(target=run, name="lsp-stdin", daemon=True).start()


async def serve_tcp(
    make: Callable[[], SqlServer], host: str, port: int, ready: Callable[[str, int], None]
) -> None:
    """Serves clients over TCP, each with a session of its own, until it is cancelled.

    Args:
        ready: is told the address once clients can connect.

    Raises:
        OSError: the address is not ours or is taken.
    """
    open_now: set[asyncio.Task[Any]] = set()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            await converse(make(), reader, _Quiet(writer))
        finally:
            open_now.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    listener = await asyncio.start_server(client, host, port)
    place = listener.sockets[0].getsockname()
    ready(str(place[0]), int(place[1]))
    try:
        async with listener:
            await listener.serve_forever()
    finally:
        for task in open_now:
            task.cancel()


class _Quiet:
    """A stream's writer for pygls; what is written to a client that has left is dropped."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)

    def close(self) -> None:
        self._writer.close()
