"""A real HTTP server on loopback that speaks chat completions, and misbehaves when told to."""

from __future__ import annotations

import json
import re
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class Endpoint:
    """`script` is used up first, a reply a request; then `usual` answers. `asked` are bodies."""

    url: str = ""
    script: deque[Reply] = field(default_factory=deque)
    usual: Reply = lambda handler, body: say(handler, sensible(body))
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """A server that lives as long as the block."""
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                state.asked.append(body)
                state.headers.append(dict(self.headers))
                state.times.append(time.monotonic())
                state.under_way += 1
                state.most_under_way = max(state.most_under_way, state.under_way)
                reply = state.script.popleft() if state.script else state.usual
            try:
                reply(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with state.lock:
                    state.under_way -= 1

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def say(
    handler: BaseHTTPRequestHandler, content: str, *, finish: str = "stop", usage: bool = True
) -> None:
    values: dict[str, Any] = {
        "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": finish}]
    }
    if usage:
        values["usage"] = {"prompt_tokens": 100, "completion_tokens": 20}
    send(handler, 200, json.dumps(values).encode())


def status(code: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"error": {"message": f"this is a {code}"}}).encode()
    return lambda handler, _: send(handler, code, body, named)


def raw(text: str) -> Reply:
    """A body that is no chat completion."""
    return lambda handler, _: send(handler, 200, text.encode())


def content(text: str, *, finish: str = "stop") -> Reply:
    """A chat completion that says this."""
    return lambda handler, _: say(handler, text, finish=finish)


def slow(seconds: float) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        time.sleep(seconds)
        say(handler, sensible(body))

    return reply


def cut(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """Promises a hundred bytes, sends ten, and hangs up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"choices"')
    handler.wfile.flush()
    handler.close_connection = True


def sensible(body: dict[str, Any]) -> str:
    """What a good model would answer, the same to the same prompt: it reads which agent asks."""
    system, user = body["messages"][0]["content"], body["messages"][1]["content"]
    pair = json.loads(re.search(r"^Pair: (.*)$", user, re.MULTILINE).group(1))  # type: ignore[union-attr]
    number = zlib.crc32(user.encode())
    sql = pair["sql"].rstrip(";")
    if '"statements"' in system:
        count = int(re.search(r"Write (\d+)\.", user).group(1))  # type: ignore[union-attr]
        made = [
            {
                "question": f"What about {number % 97 + i}?",
                "sql": sql + (" AND" if "WHERE" in sql else " WHERE") + f" total > {i} AND id < 9",
                "change": "another filter",
            }
            for i in range(count)
        ]
        return json.dumps({"statements": made})
    if '"plan"' in system:
        plan = ["join the tables", "count by group"] if "hard" in user else []
        asked = f"{pair['request']} Please."
        return json.dumps({"question": asked, "sql": pair["sql"], "plan": plan})
    if '"verdict"' in system:
        verdict = "fail" if number % 7 == 0 else "pass"
        return json.dumps({"verdict": verdict, "reason": "as it should be"})
    scores = ("informativeness", "helpfulness", "generalisation")
    return json.dumps({name: (number >> i) % 10 for i, name in enumerate(scores)})
