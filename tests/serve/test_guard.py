"""Who is let in: the server stands on a machine where a browser runs strangers' pages."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import httpx
import pytest
from loopback import Running, Start, until

from serve.settings import MEBIBYTE, ServeSettings

TOKEN = "a-token-of-enough-length"


def get(server: Running, path: str = "/v1/schemas", **headers: str) -> httpx.Response:
    with server.client() as client:
        return client.get(path, headers={name.replace("_", "-"): v for name, v in headers.items()})


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1:80:evil",
        "10.0.0.5",
        "0.0.0.0",
        "[::1",
        "[fe80::1]",
        "local\thost",
        "",
    ],
)
def test_a_foreign_host_header_is_refused(start: Start, host: str) -> None:
    for path in ("/v1/schemas", "/health"):
        answer = get(start(), path, Host=host)
        assert answer.status_code == 403
        assert answer.json()["error"]["type"] == "forbidden_host"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.8.9.1:80", "[::1]:9"]
)
def test_loopback_names_are_let_in(start: Start, host: str) -> None:
    assert get(start(), Host=host).status_code == 200


def test_two_or_no_host_headers_are_refused(start: Start) -> None:
    server = start()
    for head in [b"Host: localhost\r\nHost: evil.example\r\n", b""]:
        for version in [b"1.0", b"1.1"]:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
                raw.sendall(b"GET /v1/schemas HTTP/" + version + b"\r\n" + head + b"\r\n")
                status = raw.recv(4096).split(b" ", 2)[1]
            assert status in (b"400", b"403")


def test_further_names_can_be_allowed(start: Start) -> None:
    server = start(ServeSettings(allow_hosts=("sql.internal",)))
    assert get(server, Host="sql.internal:80").status_code == 200
    assert get(server, Host="sql.internal.evil.example").status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1"]
)
def test_a_browser_origin_is_refused_unless_allowed(start: Start, origin: str) -> None:
    server = start()
    assert get(server, Origin=origin).json()["error"]["type"] == "forbidden_origin"
    with server.client() as client:
        # What a page may send without asking first.
        answer = client.post(
            "/v1/complete",
            content=b'{"text": "x", "cursor": 0}',
            headers={"Origin": origin, "Content-Type": "text/plain"},
        )
        assert answer.status_code == 403
    assert server.calls == []


def test_an_allowed_origin_gets_its_headers(start: Start) -> None:
    ours = "http://localhost:3000"
    server = start(ServeSettings(allow_origins=(ours,), token=TOKEN))
    asked = {"Origin": ours, "Access-Control-Request-Method": "POST"}
    with server.client() as client:
        preflight = client.options("/v1/complete", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == ours
        answer = client.get(
            "/v1/schemas", headers={"Origin": ours, "Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.headers["access-control-allow-origin"] == ours
        assert (
            client.options("/v1/complete", headers={**asked, "Origin": "null"}).status_code == 403
        )


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"]
)
def test_a_token_is_needed_where_one_is_set(start: Start, given: str | None) -> None:
    server = start(ServeSettings(token=TOKEN))
    headers = {} if given is None else {"Authorization": given}
    answer = get(server, **headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text
    assert get(server, "/health").status_code == 200
    assert get(server, Authorization=f"bearer {TOKEN}").status_code == 200


def test_a_megabyte_of_text_is_taken_and_more_than_the_limit_is_not(start: Start) -> None:
    server = start()
    with server.client() as client:
        text = "-- é" * (MEBIBYTE // 5) + "\n c"
        answer = client.post("/v1/complete", json={"text": text, "cursor": len(text)})
        assert answer.status_code == 200
        for content in (b"x" * (4 * MEBIBYTE + 1), b"x" * (12 * MEBIBYTE)):
            answer = client.post("/v1/complete", content=content)
            assert answer.status_code == 413
            assert answer.json()["error"]["type"] == "too_large"
        # Of unknown length, in chunks.
        answer = client.post("/v1/complete", content=(b"x" * 65536 for _ in range(100)))
        assert answer.status_code == 413
        assert client.get("/health").status_code == 200


def test_a_body_that_never_comes_is_given_up(start: Start) -> None:
    server = start(ServeSettings(body_timeout=0.2))
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(
            b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
        )
        assert b" 408 " in raw.recv(4096)


def received(raw: socket.socket) -> bytes:
    """All until the other side closes."""
    parts = []
    while part := raw.recv(65536):
        parts.append(part)
    return b"".join(parts)


def dribble(server: Running, content: bytes, pause: float) -> bytes:
    """What comes back for bytes that come one at a time, until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        ended = threading.Event()

        def send() -> None:
            with suppress(OSError):
                for place in range(len(content)):
                    if ended.wait(pause):
                        return
                    raw.sendall(content[place : place + 1])

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        try:
            return received(raw)
        finally:
            ended.set()
            thread.join(10)


def test_a_head_that_is_dribbled_is_given_up_whatever_has_come_of_it(start: Start) -> None:
    server = start(ServeSettings(head_timeout=0.3))
    endless = b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 1000
    answer = dribble(server, endless, 0.02)
    assert answer.startswith(b"HTTP/1.1 408 ") and b'"timeout"' in answer
    # Nor is one waited for that never begins, or after an answer.
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        assert received(raw) == b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        answer = received(raw)
    assert answer.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in answer
    with server.client() as client:
        assert client.get("/health").status_code == 200


def test_a_body_that_is_dribbled_is_given_up(start: Start) -> None:
    server = start(ServeSettings(body_timeout=0.3))
    head = b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(head)
        for _ in range(1000):
            raw.sendall(b" ")
            raw.settimeout(0.02)
            try:
                answer = raw.recv(4096)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_is_not_read_keeps_no_connection(start: Start) -> None:
    server = start(ServeSettings(read_timeout=0.3))
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(OSError):
            # Asks on and on without reading, until the server has had enough.
            for _ in range(2000):
                raw.sendall(ask)
        until(lambda: not server.server.server_state.connections)
    with server.client() as client:
        assert client.get("/health").status_code == 200


def test_slow_clients_hold_up_nobody_else(start: Start) -> None:
    server = start(ServeSettings(head_timeout=5))
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for raw in slow:
            raw.sendall(b"POST /v1/complete HTTP/1.1\r\nHost: local")
        with server.client() as client:
            body = {"text": "SELECT * FROM cust", "cursor": 18}
            assert client.post("/v1/complete", json=body).status_code == 200
    finally:
        for raw in slow:
            raw.close()
