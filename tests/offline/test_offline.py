"""The server opens no connection: every attempt of its process is refused and told."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from test_serve_command import DDL

# Sees every attempt of Python code to reach out, however it is made.
HOOK = """
import sys
FORBIDDEN = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.gethostbyname"}
def forbid(event, arguments):
    if event in FORBIDDEN:
        print("REACHED OUT:", event, arguments, file=sys.stderr, flush=True)
        raise OSError("no connections here")
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", None):
        print("REACHED OUT:", event, arguments, file=sys.stderr, flush=True)
        raise OSError("no names here")
    if event == "subprocess.Popen":
        print("REACHED OUT:", event, arguments[0], file=sys.stderr, flush=True)
sys.addaudithook(forbid)
from sqlcomplete.cli.main import main
sys.argv = ["sqlcomplete", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("model", ["--model", "--no-model"])
def test_the_server_opens_no_connection(model: str, tmp_path: Path) -> None:
    schema = tmp_path / "shop.sql"
    schema.write_text(DDL, encoding="utf-8")
    (tmp_path / "config.toml").touch()
    arguments = ["serve", "--port", "0", "--schema", str(schema)]
    arguments += ["--no-model"] if model == "--no-model" else []
    process = subprocess.Popen(
        [sys.executable, "-c", HOOK, *arguments, "--events", str(tmp_path / "events.jsonl")],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        match = re.search(r"http://\S+", process.stderr.readline())
        assert match
        with httpx.Client(base_url=match[0], timeout=60, trust_env=False) as client:
            for _ in range(1200):
                with suppress(httpx.TransportError):
                    if client.get("/health").status_code == 200:
                        break
                time.sleep(0.05)
            text = "SELECT * FROM cust"
            made = client.post(
                "/v1/complete", json={"text": text, "cursor": len(text), "deadline_ms": 5000}
            )
            assert made.status_code == 200
            event = {"type": "select", "completion_id": made.json()["id"], "choice_index": 0}
            assert client.post("/v1/events", json=event).json()["stored"]
            assert client.put("/v1/schemas/x", json={"ddl": DDL}).status_code == 200
            url = {"database_url": "postgresql://127.0.0.1:1/x"}
            assert client.put("/v1/schemas/y", json=url).status_code == 403
            assert client.post("/infill", json={"prompt": text}).status_code == 200
            completions = client.post(
                "/v1/completions", json={"prompt": text, "max_tokens": 3, "stream": True}
            )
            assert completions.status_code == (200 if model == "--model" else 404)
            for path in ("/v1/models", "/metrics", "/openapi.json", "/v1/schemas"):
                assert client.get(path).status_code == 200
        process.terminate()
        assert "REACHED OUT" not in process.communicate(timeout=30)[1]
    finally:
        process.kill()
        process.wait(10)
