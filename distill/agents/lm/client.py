"""Asks an OpenAI-compatible endpoint: retried, rate-limited, within a budget, cached.

Safe for threads. What goes wrong is told apart in `distill.agents.trouble`.
"""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from distill.agents.lm.limits import RateLimit
from distill.agents.lm.store import Answer, Spending, Store
from distill.agents.settings import ModelSettings
from distill.agents.trouble import ModelError, RefusedError, UnansweredError

Messages = Sequence[Mapping[str, str]]

GIVE_UP_AFTER = 5
"""So many questions in a row without an answer, each after all its retries, end the run."""

LONGEST_WAIT_S = 600.0
"""A Retry-After longer than this puts the record off to the next run instead."""

_CHARACTERS_PER_TOKEN = 3.0  # below what tokenizers reach on SQL, so that estimates are high
_SETUP = {401: "the key is not accepted", 403: "the key may not do this", 404: "not found"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and the SHA-256 of the request it was given to."""

    answer: Answer
    prompt_hash: str


class _PassingError(Exception):
    """A failure worth another try; `after` seconds, where the server says so."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


class ModelClient:
    """One model at one endpoint."""

    def __init__(self, settings: ModelSettings, store: Path, *, key: str | None = None) -> None:
        self.settings = settings
        self.store = Store(store)
        self._limit = RateLimit(settings.requests_per_minute, settings.tokens_per_minute)
        self._places = threading.BoundedSemaphore(settings.concurrency)
        self._ended = threading.Event()
        self._jitter = random.Random()
        self._unanswered = 0
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            self._http = httpx.Client(
                base_url=settings.base_url.rstrip("/") + "/",
                headers=headers,
                timeout=settings.timeout_s,
                # Reading the certificate authorities takes a while; plain HTTP has no use for it.
                verify=not settings.base_url.startswith("http://"),
                limits=httpx.Limits(max_connections=settings.concurrency),
            )
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise ModelError(f"model.base_url {settings.base_url!r}: {error}") from error

    @property
    def name(self) -> str:
        """The model's name."""
        return self.settings.model

    def ask(self, messages: Messages) -> Asked:
        """The model's answer, from the cache where it was given before.

        Raises: RefusedError, UnansweredError, BudgetSpentError, ModelError.
        """
        body = self._body(messages)
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        prompt_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        answer = self.store.answer(prompt_hash)
        if answer is None:
            answer = self._fetch(body, len(text))
            self.store.keep(prompt_hash, answer)
        return Asked(answer, prompt_hash)

    def spending(self) -> Spending:
        """What all runs with this store have spent."""
        return self.store.spending()

    def end(self) -> None:
        """Ends all waiting: threads that wait for another try give up."""
        self._ended.set()

    def close(self) -> None:
        """Ends waiting and closes connections and the store."""
        self.end()
        self._http.close()
        self.store.close()

    def _body(self, messages: Messages) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.settings.model,
            "messages": [dict(message) for message in messages],
            "temperature": self.settings.temperature,
            "max_tokens": self.settings.most_tokens,
        }
        if self.settings.json_mode:
            body["response_format"] = {"type": "json_object"}
        return body

    def _fetch(self, body: dict[str, Any], characters: int) -> Answer:
        tokens_in = int(characters / _CHARACTERS_PER_TOKEN) + 1
        last = "not asked"
        for tried in range(self.settings.retries + 1):
            try:
                answer = self._once(body, tokens_in)
            except _PassingError as error:
                last = str(error)
                if tried == self.settings.retries:
                    break
                # Full jitter over the upper half: many clients must not come back as one.
                grown = min(self.settings.back_off * 2**tried, self.settings.back_off_most)
                pause = grown * (0.5 + self._jitter.random() / 2)
                if error.after is not None:
                    pause = max(error.after, pause * 0.1)
                self._pause(pause)
            else:
                self._unanswered = 0
                return answer
        self._unanswered += 1
        if self._unanswered >= GIVE_UP_AFTER:
            self.end()
            raise ModelError(
                f"{self.settings.base_url} does not answer: {last}, "
                f"{self._unanswered} questions in a row; run again once it does"
            )
        raise UnansweredError(f"no answer after {self.settings.retries + 1} tries: {last}")

    def _once(self, body: dict[str, Any], tokens_in: int) -> Answer:
        most = self.settings.most_tokens
        expected = tokens_in + most
        while (delay := self._limit.delay(expected)) > 0:
            self._pause(delay)
        number = self.store.reserve(self._cost(tokens_in, most), self.settings.budget)
        charged = True
        used = 0
        try:
            with self._places:
                if self._ended.is_set():
                    raise UnansweredError("the run is ending")
                response = self._http.post("chat/completions", json=body)
            charged = response.status_code == 200
            self._check(response)
            answer, paid_in, paid_out = _read(response, tokens_in)
            used = paid_in + paid_out
            self.store.settle(number, self._cost(paid_in, paid_out), paid_in, paid_out)
        except httpx.ConnectError as error:
            charged = False
            raise _PassingError(f"no connection ({error})") from error
        except httpx.TimeoutException as error:
            raise _PassingError(f"no answer in {self.settings.timeout_s:g} s") from error
        except httpx.TransportError as error:
            raise _PassingError(
                f"the connection broke ({error or type(error).__name__})"
            ) from error
        except UnansweredError:
            charged = False
            raise
        finally:
            self._limit.settle(expected, used or (expected if charged else 0))
            if not charged:
                self.store.release(number)
        return answer

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        said = _message(response)
        if status in (408, 409, 425, 429) or status >= 500:
            after = _retry_after(response)
            if after is not None and after > LONGEST_WAIT_S:
                self._unanswered += 1
                raise UnansweredError(f"{status}, and the server asks to wait {after:.0f} s")
            if status == 429 and after is not None:
                self._limit.hold(after)
            raise _PassingError(f"{status} {said}", after)
        if status in _SETUP or 300 <= status < 400:
            self.end()
            what = _SETUP.get(status, "it redirects elsewhere")
            raise ModelError(f"{self.settings.base_url}: {what} ({status} {said})")
        raise RefusedError(f"the model refused the question: {status} {said}")

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.settings.price_in + tokens_out * self.settings.price_out) / 1e6

    def _pause(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise UnansweredError("the run is ending")


def _read(response: httpx.Response, tokens_in: int) -> tuple[Answer, int, int]:
    """The answer, tokens in and out. A body that is none counts as a passing failure."""
    try:
        values = response.json()
        choice = values["choices"][0]
        content = choice["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("content is not text")
        finish = choice.get("finish_reason") or "stop"
        usage = values.get("usage") or {}
        paid_in = int(usage.get("prompt_tokens") or tokens_in)
        paid_out = int(usage.get("completion_tokens") or len(content) / _CHARACTERS_PER_TOKEN + 1)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _PassingError(f"the body is no chat completion ({type(error).__name__})") from error
    return Answer(content, str(finish)), paid_in, paid_out


def _message(response: httpx.Response) -> str:
    """What the server says of its failure, in a short line."""
    try:
        error = response.json()["error"]
        text = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        text = response.text
    return " ".join(str(text).split())[:160] or response.reason_phrase


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait: a number, or a date."""
    value = response.headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return None
