"""A server that speaks OpenAI's completions: where it is, and how it is asked."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlcomplete.model.errors import ModelError

ANSWER_SECONDS = 10.0  # after which an answer is given up
SESSION_HEADER = "X-Session-Id"
_LARGEST = 4 * 1024 * 1024  # bytes of an answer
_SCHEMES = {"openai": "http", "openai+https": "https", "http": "http", "https": "https"}


class EndpointError(Exception):
    """The server does not answer, or not as it should; `status` is its answer's, where it gave
    one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Address:
    """`url` ends in `/v1` or the like, without a slash; `model` is None where the server's first is
    meant."""

    url: str
    model: str | None

    @property
    def local(self) -> bool:
        """Whether the server is on this machine."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


def parse_address(text: str) -> Address:
    """The address that `openai://host[:port]/v1[?model=NAME]` names; `openai+https://` is the same
    over TLS, and `http://` and `https://` stand for themselves.

    Raises: ModelError, when it is none.
    """
    usage = f"backend {text[:80]!r}: give openai://host[:port]/v1[?model=NAME]"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ModelError(usage) from None
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.fragment:
        raise ModelError(usage)
    if parts.username or parts.password:
        raise ModelError("backend: give the key by SQLCOMPLETE_BACKEND_KEY, not in the address")
    query = parse_qs(parts.query)
    if set(query) - {"model"}:
        raise ModelError(usage)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    where = host if port is None else f"{host}:{port}"
    url = f"{_SCHEMES[parts.scheme]}://{where}{parts.path.rstrip('/')}"
    return Address(url, query.get("model", [None])[-1])


class Endpoint:
    """Asks one server. Thread-safe. An answer is given up after `limit` seconds."""

    def __init__(self, address: Address, key: str | None, *, limit: float = ANSWER_SECONDS) -> None:
        import httpx

        self.address = address
        self._limit = limit
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(limit, connect=min(limit, 2.0)),
            limits=httpx.Limits(max_connections=128, max_keepalive_connections=64),
            # A proxy of the environment is for the world, not for this machine.
            trust_env=not address.local,
            follow_redirects=False,
        )

    def models(self) -> list[str]:
        """The names of the server's models. Raises: EndpointError."""
        answer = self._ask("GET", "/models", None)
        try:
            return [str(card["id"]) for card in answer["data"]]
        except (KeyError, TypeError):
            raise EndpointError("its list of models is not in OpenAI's form") from None

    def complete(self, body: dict[str, Any], session: str) -> dict[str, Any]:
        """The answer to `POST /completions`; a router may take the requests of one `session` to
        the server that has read its prompts. Raises: EndpointError."""
        return self._ask("POST", "/completions", body, {SESSION_HEADER: session})

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        import httpx

        give_up = time.monotonic() + self._limit
        parts: list[bytes] = []
        size = 0
        try:
            url = self.address.url + path
            with self._client.stream(method, url, json=body, headers=headers) as answer:
                for part in answer.iter_bytes():
                    size += len(part)
                    parts.append(part)
                    if size > _LARGEST or time.monotonic() > give_up:
                        raise EndpointError("its answer is too long")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise EndpointError(f"no answer ({type(error).__name__})") from None
        if answer.status_code != 200:
            raise EndpointError(f"status {answer.status_code}", answer.status_code)
        try:
            found = json.loads(b"".join(parts))
        except (ValueError, RecursionError):
            raise EndpointError("its answer is not JSON") from None
        if not isinstance(found, dict):
            raise EndpointError("its answer is not an object")
        return found
