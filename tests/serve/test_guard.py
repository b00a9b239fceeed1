"""Who is let in: the server stands on a machine where a browser runs strangers' pages."""

from __future__ import annotations

import socket

import httpx
import pytest
from loopback import Running, Start

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
