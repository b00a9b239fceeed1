"""Nothing leaves the machine: no command opens a connection, and none writes outside its folders.

Python's own attempts are refused and told by an audit hook; those of the libraries below Python,
onnxruntime's for one, are seen by strace alone.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from watching import home, reached, strace, written

from sqlcomplete.telemetry import SWITCHES

DDL = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id));
"""
SECONDS = 30  # onnxruntime's telemetry looked for its host within 25
COMMAND = [sys.executable, "-m", "sqlcomplete.cli"]

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


@pytest.mark.parametrize(
    "module", ["sqlcomplete.model.session", "serve.app", "tui.app", "distill.corpus"]
)
def test_telemetry_is_off_whichever_module_is_asked_for(module: str) -> None:
    """Before a library that would send it is imported: no module of ours need think of it."""
    script = f"""
import os, sys, builtins
given = dict({SWITCHES!r})
plain = builtins.__import__
def watched(name, *rest, **more):
    if name.split(".")[0] in ("onnxruntime", "transformers", "huggingface_hub", "torch"):
        assert all(os.environ.get(k) == v for k, v in given.items()), name
    return plain(name, *rest, **more)
builtins.__import__ = watched
import {module}
assert all(os.environ.get(k) == v for k, v in given.items())
import onnxruntime
"""
    environment = {k: v for k, v in os.environ.items() if k not in SWITCHES}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)


class Watched:
    """A command of ours under strace, in a folder of its own with the shop's DDL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir()
        (self.work / "shop.sql").write_text(DDL, encoding="utf-8")
        self.record = folder / "calls"
        self.prefix = strace(self.record)
        self.environment = home(folder)

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
        given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [*self.prefix, *COMMAND, *arguments],
            cwd=self.work,
            env=self.environment,
            start_new_session=True,
            **{**given, **options},
        )

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Asks the command, which strace started, to end; kills it where it does not."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def kept_to_itself(self) -> None:
        assert self.record.stat().st_size > 1000  # it was traced at all
        assert reached(self.record) == []
        allowed = [self.folder / "ours", self.work, self.folder / "tmp"]
        state = self.folder / "home" / ".local" / "state" / "sqlcomplete"
        assert written(self.record, self.work, [*allowed, state]) == []
        # A file for the time of a run is gone with it.
        assert list((self.folder / "tmp").iterdir()) == []


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.slow
def test_strace_sees_what_it_should(watched: Watched) -> None:
    """The proof can fail: a process that reaches out and writes elsewhere is caught."""
    script = (
        "import socket, pathlib\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.connect(('192.0.2.1', 53))\n"
        f"pathlib.Path({str(watched.folder / 'elsewhere')!r}).write_text('x')\n"
        "pathlib.Path('here').write_text('x')\n"
    )
    subprocess.run(
        [*watched.prefix, sys.executable, "-c", script],
        cwd=watched.work,
        env=watched.environment,
        check=False,
        timeout=30,
    )
    # Where there is no network at all, the attempt is still written down.
    assert any("192.0.2.1" in line for line in reached(watched.record))
    outside = written(watched.record, watched.work, [watched.work])
    assert outside == [f"openat {watched.folder / 'elsewhere'}"]


@pytest.mark.slow
def test_serve_keeps_to_itself(watched: Watched) -> None:
    process = watched.start("serve", "--port", "0", "--schema", "shop.sql")
    try:
        assert process.stderr is not None
        match = re.search(r"http://\S+", process.stderr.readline().decode())
        assert match
        until = time.monotonic() + SECONDS
        answered = 0
        with httpx.Client(base_url=match[0], timeout=30, trust_env=False) as client:
            while time.monotonic() < until:
                with suppress(httpx.TransportError):
                    body = {"text": "SELECT * FROM cust", "cursor": 18, "deadline_ms": 5000}
                    answered += client.post("/v1/complete", json=body).status_code == 200
                time.sleep(0.5)
        assert answered
    finally:
        watched.end(process)
    watched.kept_to_itself()


@pytest.mark.slow
def test_lsp_keeps_to_itself(watched: Watched) -> None:
    process = watched.start("lsp", "--schema", "shop.sql", stdin=subprocess.PIPE)
    uri = (watched.work / "query.sql").as_uri()
    document = {"uri": uri, "languageId": "sql", "version": 1, "text": "SELECT * FROM cust"}
    at = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 18}}
    messages: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}, "rootUri": None}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
    ]
    asked = 1
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        answers = b""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for message in messages:
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                process.stdin.flush()
            asked += 1
            # Again and again: the first may come before the schema is read.
            messages = [{"id": asked, "method": "textDocument/completion", "params": at}]
            while select.select([process.stdout], [], [], 1.0)[0]:
                more = os.read(process.stdout.fileno(), 65536)
                assert more, "the server ended"
                answers += more
        assert b"customers" in answers
    finally:
        watched.end(process)
    watched.kept_to_itself()


@pytest.mark.slow
def test_complete_keeps_to_itself(watched: Watched) -> None:
    (watched.work / "query.sql").write_text("SELECT * FROM cust")
    options = ("--schema", "shop.sql", "--cursor", "18", "--json")
    process = watched.start("complete", "query.sql", *options)
    out, _ = process.communicate(timeout=90)
    assert b"customers" in out
    watched.kept_to_itself()


@pytest.mark.slow
def test_the_editor_keeps_to_itself(watched: Watched) -> None:
    terminal, theirs = pty.openpty()
    watched.environment["TERM"] = "xterm-256color"
    process = watched.start("edit", "shop.sql", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    written_at = time.monotonic() + 8
    until = time.monotonic() + SECONDS + 8
    typed = False
    try:
        while (left := until - time.monotonic()) > 0:
            if select.select([terminal], [], [], min(left, 0.5))[0]:
                with suppress(OSError):
                    shown += os.read(terminal, 65536)
            if not typed and time.monotonic() > written_at:
                typed = True
                os.write(terminal, b"SELECT * FROM cust")
        assert b"customers" in shown
        os.write(terminal, b"\x11")  # Ctrl+Q
        ends = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < ends:
            if select.select([terminal], [], [], 0.2)[0]:
                with suppress(OSError):
                    os.read(terminal, 65536)
    finally:
        watched.end(process)
        os.close(terminal)
    watched.kept_to_itself()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_train_keeps_to_itself(watched: Watched) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    columns = ("id", "customer_id", "total", "code")
    (watched.work / "orders.sql").write_text(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total TEXT, code TEXT)"
    )
    (watched.work / "log.sql").write_text(
        "".join(
            f"SELECT {a}, {b} FROM orders WHERE {c} = 'x' ORDER BY {d};\n"
            for a in columns
            for b in columns
            for c in columns
            for d in columns
        )
    )
    options = ("--schema", "orders.sql", "--log", "log.sql", "--dialect", "sqlite")
    process = watched.start("train", *options, "--name", "acme", "--minutes", "0.5")
    _, said = process.communicate(timeout=380)
    # Too little to learn from: the gate may refuse it (3), but tuning has run.
    assert process.returncode in (0, 3), said.decode()[-500:]
    assert b"tuning on" in b" ".join(said.split())
    watched.kept_to_itself()
