"""A model behind a completions server: the same prompts, healed, guarded and judged on our side.

One request brings the server's likeliest continuation with the likeliest tokens at each place, so
decoding costs a request at first and one more where the guard turns off the server's way.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitTimeoutError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.answers import (
    Names,
    NoLogprobsError,
    OtherTokensError,
    Row,
    rows_of_logprobs,
    rows_of_samples,
)
from sqlcomplete.model.breaker import Breaker
from sqlcomplete.model.conversation import Gate, open_gate
from sqlcomplete.model.endpoint import Endpoint, EndpointError
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.model.tokenizer import Tokenizer

TOKENS = 16  # written by a request: about what a ghost has
TOP = (20, 5)  # likeliest tokens asked for; a server that refuses the first is asked for the next
SAMPLES = 4  # continuations, where a server tells no probabilities
_ROWS = 512  # kept by a session
_FLIGHTS = 2  # requests of a session under way at once: the one wanted, and a late one
_ROW_BYTES = 40 * 24  # about what a row takes


class RemoteModel:
    """A model behind `endpoint`, whose tokens are `tokenizer`'s where it is one of ours.

    What the server can do is found out by asking: token ids or text for a prompt, probabilities or
    samples for an answer. A server that fails is left alone for a while.
    """

    def __init__(self, endpoint: Endpoint, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.breaker = Breaker()
        self.names = Names(tokenizer)
        self._endpoint = endpoint
        self._model = endpoint.address.model
        self._threads = ThreadPoolExecutor(64, thread_name_prefix="backend")
        self._lock = threading.Lock()
        self._as_text = False
        self._samples = False
        self._top = TOP[0]

    @property
    def name(self) -> str:
        """The model's name at its server."""
        return self._model or "remote"

    def session(self) -> RemoteSession:
        """A session that has asked nothing yet."""
        return RemoteSession(self)

    def connect(self) -> str | None:
        """Finds the model at its server: None, or a line on what is wrong for now.

        Raises: ModelError, where the server refuses us or has no such model.
        """
        where = self._endpoint.address.url
        try:
            names = self._endpoint.models()
        except EndpointError as error:
            if error.status in (401, 403):
                raise ModelError(f"{where} refuses the key; set SQLCOMPLETE_BACKEND_KEY") from None
            return f"{where}: {error}; completions come without the model until it answers"
        if self._model is None:
            if not names:
                raise ModelError(f"{where} serves no model")
            self._model = names[0]
        elif names and self._model not in names:
            raise ModelError(f"{where} has no model {self._model!r}; it has {', '.join(names[:5])}")
        return None

    def start(self, tokens: tuple[int, ...], session: str) -> Future[dict[tuple[int, ...], Row]]:
        """Asks for what comes after `tokens`, in a thread: rows by the tokens before them."""
        return self._threads.submit(self._ask, tokens, session)

    def _ask(self, tokens: tuple[int, ...], session: str) -> dict[tuple[int, ...], Row]:
        try:
            found = self._negotiated(tokens, session)
        except EndpointError:
            self.breaker.failed()
            raise
        except Exception as error:  # whatever shape its answer has, it is no answer
            self.breaker.failed()
            raise EndpointError(type(error).__name__) from None
        self.breaker.succeeded()
        return found

    def _negotiated(self, tokens: tuple[int, ...], session: str) -> dict[tuple[int, ...], Row]:
        """Asks, and where the server cannot do what is asked, for less, once and for all."""
        if self._model is None:
            names = self._endpoint.models()
            self._model = names[0] if names else None
        as_text, samples, top = self._as_text, self._samples, self._top
        while True:
            try:
                body = self._body(tokens, as_text, samples, top)
                answer = self._endpoint.complete(body, session)
                found = self._read(tokens, answer["choices"], samples)
            except EndpointError as error:
                if error.status not in (400, 422) or (as_text and samples):
                    raise
                if not samples and top != TOP[-1]:
                    top = TOP[-1]
                elif not as_text:
                    as_text, top = True, TOP[0]
                else:
                    samples = True
            except OtherTokensError:
                if as_text:
                    samples = True
                as_text = True
            except NoLogprobsError:
                samples = True
            else:
                self._as_text, self._samples, self._top = as_text, samples, top
                return found

    def _read(
        self, tokens: tuple[int, ...], choices: list[dict[str, Any]], samples: bool
    ) -> dict[tuple[int, ...], Row]:
        if samples:
            rows = rows_of_samples(choices, self.tokenizer)
            return {tokens + before: row for before, row in rows.items()}
        found = {}
        so_far = tokens
        for token, row in rows_of_logprobs(choices[0], self.names, self.tokenizer):
            found[so_far] = row
            so_far = (*so_far, token)
        return found

    def _body(
        self, tokens: tuple[int, ...], as_text: bool, samples: bool, top: int
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model or "",
            "prompt": self._spelled(tokens) if as_text else list(tokens),
            "max_tokens": TOKENS,
            "stream": False,
        }
        if samples:
            return {**body, "n": SAMPLES, "temperature": 0.4}
        body |= {"temperature": 0, "logprobs": top}
        # vLLM's own: tokens by number, since two may have the same text.
        return body if as_text else {**body, "return_tokens_as_token_ids": True}

    def _spelled(self, tokens: Sequence[int]) -> str:
        """The prompt as text, its specials by their names."""
        special = {token: name for name, token in self.tokenizer.specials.items()}
        parts: list[str] = []
        run: list[int] = []
        for token in tokens:
            if token in special:
                parts += [self.tokenizer.decode(run), special[token]]
                run = []
            else:
                run.append(token)
        return "".join([*parts, self.tokenizer.decode(run)])


class RemoteSession:
    """One user's questions to a remote model, and the rows that came back. One thread at a time."""

    def __init__(self, model: RemoteModel) -> None:
        self.model = model
        self.tokenizer = model.tokenizer
        self.gate: Gate = open_gate
        self.computed = 0
        self._id = uuid.uuid4().hex
        self._rows: OrderedDict[tuple[int, ...], Row] = OrderedDict()
        self._flights: dict[tuple[int, ...], Future[dict[tuple[int, ...], Row]]] = {}

    @property
    def memory(self) -> int:
        """Bytes of the rows kept; what was read is the server's to keep."""
        return len(self._rows) * _ROW_BYTES

    @property
    def ahead(self) -> int:
        """None: a draft that is wrong would cost a request."""
        return 0

    def known(self, tokens: Sequence[int]) -> int:
        """All: the server reads whole prompts, and keeps them."""
        return len(tokens)

    def forget(self) -> None:
        """Drops the rows."""
        self._rows.clear()
        self._flights.clear()

    def logits(
        self, tokens: Sequence[int], *, positions: int = 1, deadline: float | None = None
    ) -> NDArray[np.float32]:
        """As `Session.logits`; past the deadline an answer may still come, for the next question.

        Raises: OutOfTimeError, past the deadline, and where the server does not answer.
        """
        ends = range(len(tokens) - positions + 1, len(tokens) + 1)
        size = len(self.tokenizer)
        return np.stack([self._row(tuple(tokens[:end]), deadline).dense(size) for end in ends])

    def _row(self, tokens: tuple[int, ...], deadline: float | None) -> Row:
        self._collect()
        row = self._rows.get(tokens)
        if row is not None:
            self._rows.move_to_end(tokens)
            return row
        self.gate(deadline)
        flight = self._flights.get(tokens)
        if flight is None:
            if len(self._flights) >= _FLIGHTS or not self.model.breaker.allows():
                raise OutOfTimeError
            flight = self._flights[tokens] = self.model.start(tokens, self._id)
        self._wait(flight, deadline)
        self._collect()
        row = self._rows.get(tokens)
        if row is None:
            raise OutOfTimeError
        return row

    def _wait(self, flight: Future[Any], deadline: float | None) -> None:
        """Until the answer is there; asks the gate now and then whether it is still wanted."""
        while not flight.done():
            left = 0.05
            if deadline is not None:
                left = min(left, deadline - time.perf_counter())
                if left <= 0:
                    raise OutOfTimeError
            try:
                flight.exception(timeout=left)
            except WaitTimeoutError:
                self.gate(deadline)

    def _collect(self) -> None:
        for tokens, flight in list(self._flights.items()):
            if not flight.done():
                continue
            del self._flights[tokens]
            if flight.exception() is not None:
                continue
            for before, row in flight.result().items():
                self._rows[before] = row
                self.computed += 1
        while len(self._rows) > _ROWS:
            self._rows.popitem(last=False)
