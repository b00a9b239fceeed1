"""Completes prompts of token ids by a vLLM server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from distill.vllm.environment import VllmError

_BATCH = 16  # prompts of one request
_TIMEOUT = 600.0  # seconds


class VllmClient:
    """Of the first model that the server at `url` (without `/v1`) serves.

    Raises: VllmError, when there is no such server or it refuses a request.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.model = str(self._ask("/v1/models", None)["data"][0]["id"])

    def greedy(self, prompts: Sequence[Sequence[int]], count: int) -> list[list[int]]:
        """The `count` likeliest tokens after each prompt; the end token does not end them."""
        found: list[list[int]] = []
        for start in range(0, len(prompts), _BATCH):
            request = {
                "model": self.model,
                "prompt": [list(p) for p in prompts[start : start + _BATCH]],
                "max_tokens": count,
                "temperature": 0,
                "ignore_eos": True,
                "return_token_ids": True,
            }
            choices = self._ask("/v1/completions", request)["choices"]
            choices = sorted(choices, key=lambda choice: int(choice["index"]))
            found += [[int(i) for i in choice["token_ids"]] for choice in choices]
        return found

    def _ask(self, path: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")[:200]
            raise VllmError(f"{self.url}{path}: {error.code}, {text}") from error
        except (OSError, ValueError) as error:
            raise VllmError(f"{self.url}{path}: no answer ({error})") from error
