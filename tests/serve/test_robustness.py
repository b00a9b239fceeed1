"""What a hostile client sends costs it a 4xx in one line; what a crash takes away comes back."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from loopback import Running, Start, until
from test_serve_command import DDL
from tiny_model import TinyModel

from serve.load import Plan, Tally, report, schema_of, statements_of
from serve.settings import MEBIBYTE, ServeSettings


def raw(server: Running, content: bytes) -> bytes:
    """What comes back for bytes on the wire."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        with suppress(OSError):
            wire.sendall(content)
            wire.shutdown(socket.SHUT_WR)
        parts = []
        with suppress(OSError):
            while part := wire.recv(65536):
                parts.append(part)
        return b"".join(parts)


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=range(11),
)
def test_what_is_no_http_is_refused(start: Start, content: bytes) -> None:
    server = start()
    answer = raw(server, content)
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:80]
    with server.client() as client:
        assert client.get("/health").status_code == 200


NO_REQUESTS = (
    b"",
    b"null",
    b"[]",
    b'"',
    b"\xff\xfe\x00",
    b"{" * 100_000,
    b'{"text": "\\ud800", "cursor": 0, "prompt": "\\ud800", "type": "\\ud800"}',
    b'{"prompt": {"a": 1}, "input_prefix": [], "text": {}, "type": 1}',
    b'{"prompt": [[[1]]], "input_extra": {}, "text": null, "cursor": null, "type": null}',
    b'{"a": ' + b"9" * 100_000 + b"}",
)


def test_bodies_that_are_no_request(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        headers = {"Content-Type": "application/json"}
        for path in ("/v1/complete", "/v1/completions", "/infill", "/v1/events"):
            for content in NO_REQUESTS:
                answer = client.post(path, content=content, headers=headers)
                assert 400 <= answer.status_code < 500, (path, content[:80], answer.text[:200])
                assert "\n" not in answer.json()["error"]["message"]
                assert len(answer.text) < 1000


def test_huge_requests_end_soon(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        for text in (
            "(" * 50_000,
            "SELECT " + "a," * 20_000,
            "'" * 100_001,
            "/*" * 30_000,
            "\u202e\U0001f600" * 50_000,
            "SELECT * FROM " + "(SELECT * FROM " * 1_000,
            "\x00" * 10_000,
        ):
            body = {"text": text, "cursor": len(text), "deadline_ms": 200}
            answer = client.post("/v1/complete", json=body)
            assert answer.status_code == 200, (text[:20], answer.text[:200])
        many = {"input_extra": [{"text": "CREATE TABLE t (" * 100}] * 1000, "prompt": "S"}
        assert client.post("/infill", json=many).status_code == 200
        more = {"input_extra": [{"text": "x"}] * 1001, "prompt": "S"}
        assert client.post("/infill", json=more).status_code == 422
        large = {"prompt": "x" * (5 * MEBIBYTE)}
        assert client.post("/v1/completions", json=large).status_code == 413


def test_random_bytes_in_headers_and_paths(start: Start) -> None:
    server = start()
    chance = random.Random(7)
    for _ in range(60):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
        where = chance.choice(
            [b"GET /%b HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 2
            + [
                b"GET /health HTTP/1.1\r\nHost: localhost\r\n%b: x\r\n\r\n",
                b"GET /health HTTP/1.1\r\nHost: localhost\r\nAuthorization: %b\r\n\r\n",
                b"GET /health HTTP/1.1\r\nHost: %b\r\n\r\n",
                b"GET /v1/models/%b HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ]
        )
        answer = raw(server, where.replace(b"%b", noise))
        assert not answer or not answer.startswith(b"HTTP/1.1 5"), (noise, answer[:80])


def test_a_client_may_ask_only_so_often(start: Start) -> None:
    with start(ServeSettings(rate=5)).client() as client:
        statuses = [client.get("/v1/schemas").status_code for _ in range(30)]
        assert statuses[:10] == [200] * 10
        assert 429 in statuses
        refused = client.get("/v1/schemas")
        if refused.status_code == 429:
            assert refused.json()["error"]["type"] == "rate_limited"
            assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/health").status_code == 200


def test_wrong_tokens_are_slowed_down_too(start: Start) -> None:
    settings = ServeSettings(rate=5, token="a-token-of-enough-length")
    with start(settings).client() as client:
        statuses = {client.get("/v1/schemas").status_code for _ in range(30)}
    assert statuses == {401, 429}


def launch(port: int, schema: Path, folder: Path) -> subprocess.Popen[str]:
    (folder / "config.toml").touch()
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "sqlcomplete.cli", "serve", "--port", str(port)),
            *("--no-model", "--schema", str(schema), "--events", str(folder / "events.jsonl")),
        ],
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "SQLCOMPLETE_CONFIG": str(folder / "config.toml")},
    )


def test_killed_under_load_and_started_anew_it_serves_again(tmp_path: Path) -> None:
    schema = tmp_path / "shop.sql"
    schema.write_text(DDL, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    answered = {"before": 0, "after": 0}
    phase = "before"
    stop = threading.Event()

    def user(number: int) -> None:
        """A client as it should be: it sends its schema anew where the server has lost it."""
        name = f"user{number}"
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
            while not stop.is_set():
                with suppress(httpx.TransportError):
                    text = "SELECT * FROM ord"
                    body = {"text": text, "cursor": len(text), "schema": name}
                    made = client.post("/v1/complete", json=body)
                    if made.status_code == 404:
                        client.put(f"/v1/schemas/{name}", json={"ddl": schema_of(number)})
                        continue
                    if made.status_code == 200:
                        assert made.json()["items"][0]["insert"] == f"orders_{number}"
                        event = {"type": "select", "completion_id": made.json()["id"]}
                        client.post("/v1/events", json=event)
                        answered[phase] += 1
                        continue
                time.sleep(0.02)

    users = [threading.Thread(target=user, args=(n,), daemon=True) for n in range(4)]
    process = launch(port, schema, tmp_path)
    try:
        for one in users:
            one.start()
        until(lambda: answered["before"] > 20)
        process.kill()
        process.wait(10)
        phase = "after"
        process = launch(port, schema, tmp_path)
        until(lambda: answered["after"] > 20)
    finally:
        stop.set()
        process.kill()
        process.wait(10)
    for one in users:
        one.join(20)
        assert not one.is_alive()
    whole = 0
    for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines():
        whole += json.loads(line)["type"] == "select"
    assert whole > 20


def test_the_load_tool_counts_what_it_sees() -> None:
    plan = Plan("http://x", 2, 5.0, 10.0, 150.0, True, None)
    tally = Tally(took=[0.01] * 98 + [0.1, 0.2], cancelled=3, late=1)
    tally.failures["503"] = 1
    tally.model.update({"answered": 60, "late": 20, "none": 20})
    figures = report(tally, plan, 2**30)
    assert figures["requests"] == 104
    assert (figures["p50_ms"], figures["p99_ms"]) == (10.0, 200.0)
    assert figures["longest_ms"] == 200.0
    # What was refused or given up did not come in time.
    assert figures["within_deadline"] == round(99 / 104, 4)
    assert figures["model_shed"] == 0.25
    assert figures["error_rate"] == round(1 / 104, 4)
    assert figures["memory_mib"] == 1024
    assert "orders_3" in schema_of(3) and "orders_3" in statements_of(3)[0]
