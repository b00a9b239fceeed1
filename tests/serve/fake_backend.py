"""A completions server in OpenAI's form, on loopback, over the tests' own small model: as able, as
slow and as broken as a test wants it."""

from __future__ import annotations

import json
import math
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tiny_model import TinyModel

from sqlcomplete.model.generate import Sampling, generate
from sqlcomplete.model.prompt import END, Prompt


@dataclass
class FakeBackend:
    """`takes_ids`: prompts of token ids; `most_top`: so many logprobs, None for none at all."""

    takes_ids: bool = True
    most_top: int | None = 20
    delay: float = 0.0
    status: int = 200
    garbage: bytes | None = None
    key: str | None = None
    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    model: TinyModel = field(default_factory=TinyModel)

    def __post_init__(self) -> None:
        backend = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._send(200, json.dumps({"data": [{"id": "fake"}]}).encode())

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                backend.asked.append(body)
                time.sleep(backend.delay)
                if backend.key and self.headers.get("Authorization") != f"Bearer {backend.key}":
                    self._send(401, b"{}")
                elif backend.status != 200:
                    self._send(backend.status, b"{}")
                elif backend.garbage is not None:
                    self._send(200, backend.garbage)
                else:
                    status, answer = backend.answer(body)
                    self._send(status, json.dumps(answer).encode())

            def _send(self, status: int, content: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"openai://127.0.0.1:{self.port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        prompt = body["prompt"]
        if isinstance(prompt, list) and not self.takes_ids:
            return 400, {"error": {"message": "prompt must be a string"}}
        wanted = body.get("logprobs")
        if wanted is not None and self.most_top is not None and wanted > self.most_top:
            return 400, {"error": {"message": "too many logprobs"}}
        tokens = prompt if isinstance(prompt, list) else self.tokens_of(prompt)
        choices = [self.choice(body, tokens, n) for n in range(body.get("n", 1))]
        return 200, {"choices": choices}

    def tokens_of(self, text: str) -> list[int]:
        specials = self.model.tokenizer.specials
        parts = re.split("(" + "|".join(map(re.escape, specials)) + ")", text)
        tokens: list[int] = []
        for part in parts:
            tokens += [specials[part]] if part in specials else self.model.tokenizer.encode(part)
        return tokens

    def choice(self, body: dict[str, Any], tokens: list[int], seed: int) -> dict[str, Any]:
        steps = list(
            generate(
                self.model.session(),
                Prompt(tuple(tokens), ""),
                max_tokens=body["max_tokens"],
                sampling=Sampling(temperature=body["temperature"], seed=seed),
                logprobs=body.get("logprobs") or 0,
            )
        )
        ids = body.get("return_tokens_as_token_ids")

        def name(token: int) -> str:
            return f"token_id:{token}" if ids else self.model.tokenizer.token_text[token]

        logs = None
        if self.most_top is not None and body.get("logprobs") is not None:
            logs = {
                "tokens": [name(step.token) for step in steps],
                "token_logprobs": [step.logprob for step in steps],
                "top_logprobs": [
                    {name(token): p for token, p in step.top if math.isfinite(p)} for step in steps
                ],
            }
        return {
            "text": self.model.tokenizer.decode([step.token for step in steps]),
            "logprobs": logs,
            "finish_reason": "length" if len(steps) == body["max_tokens"] else "stop",
        }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


__all__ = ["END", "FakeBackend", "free_port"]
