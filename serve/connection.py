"""A connection's patience: who sends the head of a request drop by drop, or does not read his
answer, loses it. (The body's time is the guard's: it has the application's limits.)"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from serve.errors import ApiError
from serve.settings import ServeSettings


class Connection(H11Protocol):
    """HTTP/1.1, with a limit on the time that a head takes to come, from the connection's
    beginning or the last answer's end, and on the time that an answer waits to be read."""

    head_timeout: ClassVar[float]
    read_timeout: ClassVar[float]
    _head: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reading is None:
            self._reading = self.loop.call_later(self.read_timeout, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _expect(self) -> None:
        """A head is waited for unless a request is under way; what has come of it so far is no
        reason to wait longer."""
        under_way = self.cycle is not None and not self.cycle.response_complete
        if under_way or self.transport.is_closing():
            self._stop_waiting()
        elif self._head is None:
            self._head = self.loop.call_later(self.head_timeout, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        self._head = None
        if self.transport.is_closing():
            return
        if self.conn.trailing_data[0]:
            answer = ApiError(408, "timeout", "the request's head did not come in time")
            body = bytes(answer.response().body)
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )
        self.transport.close()


def connection_class(settings: ServeSettings) -> type[asyncio.Protocol]:
    """What a server makes for each connection, for uvicorn's `http`."""

    class Limited(Connection):
        head_timeout = settings.head_timeout
        read_timeout = settings.read_timeout

    return Limited
