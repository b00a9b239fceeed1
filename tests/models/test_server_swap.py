"""A running server takes up a model that is chosen in another process, without a restart."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from test_registry import flip

from sqlcomplete.models import Registry


@pytest.fixture
def server(
    registry: Registry, install: Any, tmp_path: Path
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    install("acme", says="INSERT")
    install("other", says="UPDATE")
    registry.use("acme")
    ddl = tmp_path / "shop.sql"
    ddl.write_text("CREATE TABLE orders (id INTEGER, total INTEGER);")
    arguments = ["serve", "--port", "0", "--schema", str(ddl), "--dialect", "sqlite"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sqlcomplete.cli", *arguments],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        url = next(w for w in process.stderr.readline().split() if w.startswith("http"))
        _until(lambda: httpx.get(f"{url}/health").status_code == 200)
        yield url, process
    finally:
        process.terminate()
        process.wait(20)


def ghost(url: str) -> str:
    request = {"text": "", "cursor": 0, "deadline_ms": 10_000}
    answer = httpx.post(f"{url}/v1/complete", json=request, timeout=30)
    assert answer.status_code == 200
    found = answer.json()["ghost"]
    return found["text"] if found else ""


def test_a_server_exchanges_its_model_and_refuses_a_damaged_one(
    server: tuple[str, subprocess.Popen[str]], registry: Registry, install: Any
) -> None:
    url, process = server
    assert ghost(url).startswith("INSERT")
    registry.use("other")
    _until(lambda: ghost(url) == "UPDATE ")
    third = install("third", says="INSERT")
    registry.use("third")
    _until(lambda: ghost(url).startswith("INSERT"))
    registry.use("other")
    _until(lambda: ghost(url) == "UPDATE ")
    flip(third.folder / "model.onnx")
    registry.current_file.write_text('{"current": "third@1", "before": []}')
    for _ in range(5):
        assert ghost(url) == "UPDATE "
        time.sleep(0.1)
    process.terminate()
    assert process.stderr is not None
    said = process.stderr.read()
    assert "SHA-256 is not the manifest's" in said
    assert "other@1 stays in use" in said
    assert said.count("third@1") == 1


def _until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
