"""Who may talk to the server, and how much they may say: checked before anything is parsed.

A web page must not reach a server on the user's own machine, neither by a cross-origin request nor
by a name of its own that resolves to 127.0.0.1 (DNS rebinding): hence the checks of Host and
Origin.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import math
import socket

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.errors import ApiError, ClientGoneError, defect
from serve.rate import RateLimit
from serve.settings import ServeSettings, is_loopback

# A body that is too large is read and thrown away up to this many times the limit, so that the
# client gets to read our answer instead of a broken connection.
_DRAIN = 4


class Guard:
    """ASGI middleware: Host, Origin, bearer token, how often a client asks, the body's size and the
    time it takes to come.

    The body is read here in full and handed on as one message.
    """

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self.app = app
        self.settings = settings
        self._rate = RateLimit(settings.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
            body = await self._read(scope, receive)
        except ApiError as error:
            await error.response()(scope, receive, send)
            return
        if body is None:
            return
        await self._answer(scope, _replay(body, receive), send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientGoneError:
            return
        except Exception as error:
            # Caught here, so that no server logs a message that quotes the text.
            answer = defect(error)
            if not started:
                await answer.response()(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._host_allowed(hosts[0]):
            raise ApiError(403, "forbidden_host", "the Host header names no address of this server")
        origin = headers.get("origin")
        if origin is not None and origin not in self.settings.allow_origins:
            raise ApiError(403, "forbidden_origin", "this browser origin may not call the server")
        if scope["path"] != "/health":
            address = (scope.get("client") or ("",))[0]
            wait = self._rate.wait(address)
            if wait > 0:
                raise ApiError(
                    429,
                    "rate_limited",
                    f"more than {self.settings.rate:g} requests a second; try again later",
                    headers={"Retry-After": str(math.ceil(wait))},
                )
        preflight = scope["method"] == "OPTIONS" and origin is not None
        if self.settings.token is not None and scope["path"] != "/health" and not preflight:
            scheme, _, given = headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(
                given.strip().encode("latin-1", "replace"), self.settings.token.encode()
            )
            if scheme.lower() != "bearer" or not right:
                raise ApiError(
                    401,
                    "unauthorized",
                    "a valid bearer token is needed: Authorization: Bearer TOKEN",
                    headers={"WWW-Authenticate": "Bearer"},
                )

    def _host_allowed(self, header: str) -> bool:
        host = _without_port(header).lower()
        named = {name.lower() for name in (*self.settings.allow_hosts, self.settings.host)}
        if not host or is_loopback(host) or host in named:
            return bool(host)
        if self.settings.host not in ("0.0.0.0", "::"):
            return False
        # On every address: our own name, or any address literal. A page of an attacker's has to
        # come by a name of its own.
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return host == socket.gethostname().lower()
        return True

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None where the client went away."""
        limit = self.settings.max_body
        if scope["path"].startswith("/v1/schemas/"):
            limit = self.settings.max_schema_body
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.settings.body_timeout):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    part = message.get("body", b"")
                    size += len(part)
                    if size <= limit:
                        parts.append(part)
                    else:
                        parts.clear()
                    if not message.get("more_body", False) or size > limit * _DRAIN:
                        break
        except TimeoutError:
            raise ApiError(408, "timeout", "the body did not come in time") from None
        if size > limit:
            raise ApiError(413, "too_large", f"the body is larger than {limit} bytes")
        return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def once() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def _without_port(header: str) -> str:
    host = header.strip()
    if host.startswith("["):
        closed = host.find("]")
        return host[1:closed] if closed > 0 else ""
    name, _, port = host.partition(":")
    return name if not port or port.isdigit() else ""
