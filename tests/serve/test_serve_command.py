"""`sqlcomplete serve` as it is started: what it refuses, where it listens, how it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from serve.commands import ServeError, address, check_settings, listen
from serve.settings import ServeSettings, is_loopback
from sqlcomplete.cli.main import run
from sqlcomplete.errors import SqlcompleteError

DDL = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id));
"""


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (ServeSettings(host="0.0.0.0"), "set a token"),
        (ServeSettings(host="192.168.7.7"), "set a token"),
        (ServeSettings(host="::"), "set a token"),
        (ServeSettings(token="short"), "at least 16"),
        (ServeSettings(token="a token with spaces"), "without spaces"),
        (ServeSettings(token="é" * 20), "ASCII"),
        (ServeSettings(allow_origins=("*",)), "scheme://host"),
        (ServeSettings(allow_origins=("http://a.example/",)), "scheme://host"),
    ],
)
def test_what_would_leave_it_open_is_refused(settings: ServeSettings, says: str) -> None:
    with pytest.raises(ServeError, match=re.escape(says)):
        check_settings(settings)


def test_loopback_needs_no_token_and_others_work_with_one() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert is_loopback(host)
        check_settings(ServeSettings(host=host))
    check_settings(ServeSettings(host="0.0.0.0", token="0123456789abcdef"))


def test_an_address_that_cannot_be_had_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"cannot listen on 127.0.0.1:{port}: .*--port"):
            listen("127.0.0.1", port)
    with pytest.raises(ServeError, match="no such address"):
        listen("no such host", 0)
    with listen("127.0.0.1", 0) as free:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address(free))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "other machines reach this address"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--port", "x"], "'x' is not a valid integer"),
        (["--name", "a b"], "--name"),
        (["--db", "sqlite://", "--schema", "x.sql"], "one of --db and --schema"),
        (["--schema", "no/such.sql"], "no/such.sql"),
        (["--db", "postgresql://127.0.0.1:1/shop"], "127.0.0.1"),
        (["--backend", "llama"], "openai://host"),
        (["--backend", "openai://u:p@host/v1"], "SQLCOMPLETE_BACKEND_KEY"),
        (["--dialect", "postgers"], "did you mean 'postgres'"),
    ],
)
def test_a_wrong_start_ends_in_one_line(
    arguments: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SQLCOMPLETE_CONFIG", str(_empty(tmp_path)))
    assert run(["serve", *arguments]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (SqlcompleteError("the weights are gone: reinstall"), "the weights are gone: reinstall"),
        (RuntimeError("bad graph"), "the model cannot be loaded: bad graph"),
    ],
)
def test_a_model_that_cannot_be_loaded_ends_it(
    error: Exception,
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def load(*, model: bool, weights: Path | None, backend: str, backend_timeout: float) -> None:
        assert not model
        raise error

    monkeypatch.setenv("SQLCOMPLETE_CONFIG", str(_empty(tmp_path)))
    monkeypatch.setattr("serve.commands.load", load)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert run(["serve", "--port", "0", "--no-model"]) == 2
    assert says in capsys.readouterr().err.splitlines()[-1]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def _empty(folder: Path) -> Path:
    path = folder / "config.toml"
    path.touch()
    return path


@contextmanager
def served(*arguments: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The real server in a process of its own, once it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sqlcomplete.cli", "serve", "--port", "0", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SQLCOMPLETE_CONFIG": str(_empty(tmp_path))},
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        match = re.search(r"http://\S+", line)
        assert match, line
        with httpx.Client(base_url=match[0], timeout=20, trust_env=False) as client:
            for _ in range(600):
                assert process.poll() is None, process.stderr.read()
                with suppress(httpx.TransportError):
                    if client.get("/health").status_code == 200:
                        break
                time.sleep(0.05)
            yield process, client
    finally:
        process.kill()
        process.wait(10)


def test_it_serves_the_engine_and_stops_gracefully(tmp_path: Path) -> None:
    schema = tmp_path / "shop.sql"
    schema.write_text(DDL, encoding="utf-8")
    arguments = ("--schema", str(schema), "--no-model", "--name", "shop", "--dialect", "sqlite")
    with served(*arguments, tmp_path=tmp_path) as (process, client):
        text = "SELECT '😀' FROM cust"
        body = {"text": text, "cursor": len(text), "schema": "shop"}
        answer = client.post("/v1/complete", json=body)
        assert answer.status_code == 200, answer.text
        best = answer.json()["items"][0]
        assert (best["label"], best["kind"]) == ("customers", "table")
        assert best["replace"] == [len(text) - 4, len(text)]
        assert set(answer.json()) == {"id", "ghost", "items", "model", "timings_ms"}

        put = client.put("/v1/schemas/other", json={"ddl": "CREATE TABLE zebras (id int)"})
        assert (put.json()["tables"], put.json()["columns"]) == (1, 1)
        answer = client.post(
            "/v1/complete", json={"text": "SELECT * FROM z", "cursor": 15, "schema": "other"}
        )
        assert answer.json()["items"][0]["insert"] == "zebras"
        assert client.put("/v1/schemas/bad", json={"ddl": "not sql at all"}).status_code == 422

        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
