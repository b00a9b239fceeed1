"""A model behind another server: the same answers as here where it can, and the deterministic ones
where it cannot."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fake_backend import FakeBackend, free_port
from loopback import SHOP, Start, until
from tiny_model import TinyModel, tiny_tokenizer

from serve.loading import load
from serve.settings import ServeSettings
from sqlcomplete.completer import Completer
from sqlcomplete.completion import Completion
from sqlcomplete.model.breaker import Breaker
from sqlcomplete.model.endpoint import Address, Endpoint, EndpointError, parse_address
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.remote import RemoteModel

TEXTS = ("SELECT name FROM cust", "SELECT id FROM orders ORDER ", "SELECT id, cust", "SELECT na")


@pytest.fixture
def backends() -> Iterator[list[FakeBackend]]:
    made: list[FakeBackend] = []
    yield made
    for backend in made:
        backend.close()


def remote(backend: FakeBackend, key: str | None = None) -> RemoteModel:
    return RemoteModel(Endpoint(parse_address(backend.url), key), tiny_tokenizer())


def complete(completer: Completer, text: str, deadline_ms: float = 20_000) -> Completion:
    return completer.complete(text, len(text), deadline_ms=deadline_ms)


def plain(completion: Completion) -> tuple[object, ...]:
    ghost = completion.ghost
    return (
        None if ghost is None else (ghost.text, ghost.source, ghost.verdict.status),
        [item.insert for item in completion.items][:2],
    )


@pytest.mark.parametrize("takes_ids", [True, False])
@pytest.mark.parametrize("most_top", [20, 5])
def test_the_answers_are_those_of_the_model_here(
    backends: list[FakeBackend], takes_ids: bool, most_top: int
) -> None:
    backend = FakeBackend(takes_ids=takes_ids, most_top=most_top)
    backends.append(backend)
    model = remote(backend)
    assert model.connect() is None
    assert model.name == "fake"
    there, here = Completer(SHOP, model=model), Completer(SHOP, model=TinyModel())
    for text in TEXTS:
        one, other = complete(there, text), complete(here, text)
        assert plain(one) == plain(other)
        assert one.ghost is None or one.ghost.source == "model"
    assert isinstance(backend.asked[-1]["prompt"], list) == takes_ids
    assert backend.asked[-1]["logprobs"] == most_top


def test_a_server_without_probabilities_is_asked_for_samples(backends: list[FakeBackend]) -> None:
    backend = FakeBackend(most_top=None)
    backends.append(backend)
    there = Completer(SHOP, model=remote(backend))
    ghost = complete(there, "SELECT id FROM orders ORDER ").ghost
    assert ghost is not None
    assert ghost.text.startswith("BY id")
    assert ghost.source == "model"
    assert backend.asked[-1]["n"] == 4


def test_few_requests_bring_a_completion(backends: list[FakeBackend]) -> None:
    backend = FakeBackend()
    backends.append(backend)
    there = Completer(SHOP, model=remote(backend))
    complete(there, "SELECT id FROM orders ORDER ")
    assert len(backend.asked) <= 2
    # Typing along the server's own way costs none.
    before = len(backend.asked)
    complete(there, "SELECT id FROM orders ORDER B")
    assert len(backend.asked) - before <= 1


def test_a_slow_server_costs_no_more_than_the_deadline_and_helps_later(
    backends: list[FakeBackend],
) -> None:
    backend = FakeBackend(delay=0.4)
    backends.append(backend)
    there = Completer(SHOP, model=remote(backend))
    begun = time.perf_counter()
    first = complete(there, "SELECT name FROM c", deadline_ms=120)
    assert time.perf_counter() - begun < 0.4
    assert first.items[0].insert == "customers"
    time.sleep(0.8)
    # The late answer serves the next letter of the word: it costs no request.
    before = len(backend.asked)
    complete(there, "SELECT name FROM cu", deadline_ms=120)
    assert len(backend.asked) - before <= 1
    assert any("cu" not in str(body["prompt"]) for body in backend.asked)


def test_an_answer_is_given_up_after_the_time_set_for_it(backends: list[FakeBackend]) -> None:
    backend = FakeBackend(delay=5)
    backends.append(backend)
    address = Address(f"http://127.0.0.1:{backend.port}/v1", None)
    endpoint = Endpoint(address, None, limit=0.2)
    begun = time.perf_counter()
    with pytest.raises(EndpointError, match="no answer"):
        endpoint.complete({"model": "fake", "prompt": [1], "max_tokens": 1}, "a")
    assert time.perf_counter() - begun < 4


def test_a_dead_server_is_left_alone_and_found_again(backends: list[FakeBackend]) -> None:
    port = free_port()
    model = RemoteModel(
        Endpoint(Address(f"http://127.0.0.1:{port}/v1", None), None), tiny_tokenizer()
    )
    problem = model.connect()
    assert problem is not None and "no answer" in problem
    now = [0.0]
    model.breaker = Breaker(now=lambda: now[0])
    there = Completer(SHOP, model=model)
    for what in ("id", "name", "*", "name, id"):
        answer = complete(there, f"SELECT {what} FROM cust", deadline_ms=5000)
        assert answer.items[0].insert == "customers"
    assert not model.breaker.closed
    backend = FakeBackend(port=port)
    backends.append(backend)
    complete(there, "SELECT name FROM ord")
    assert backend.asked == []  # left alone
    now[0] = 100.0
    ghost = complete(there, "SELECT id FROM orders ORDER ").ghost
    assert ghost is not None and ghost.source == "model"
    assert model.breaker.closed


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>",
        b"[1]",
        b"{}",
        b'{"choices": 1}',
        b'{"choices": []}',
        b'{"choices": [{"text": 1, "logprobs": {"tokens": "x"}}]}',
        b'{"choices": [{"text": "a", "logprobs": {"tokens": ["zzzz"]}}]}',
        b'{"choices": [{"logprobs": {"tokens": ["a"], "token_logprobs": ["x"]}}]}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_leaves_the_deterministic_one(
    backends: list[FakeBackend], garbage: bytes
) -> None:
    backend = FakeBackend(garbage=garbage)
    backends.append(backend)
    there = Completer(SHOP, model=remote(backend))
    for status in (200, 500, 404):
        backend.status = status
        answer = complete(there, "SELECT name FROM cust", deadline_ms=5000)
        assert answer.items[0].insert == "customers"
        assert answer.ghost is None or answer.ghost.source == "schema"


def test_the_key_is_sent_and_a_wrong_one_is_told(backends: list[FakeBackend]) -> None:
    backend = FakeBackend(key="right")
    backends.append(backend)
    there = Completer(SHOP, model=remote(backend, "right"))
    ghost = complete(there, "SELECT name FROM cust").ghost
    assert ghost is not None and ghost.source == "model"


@pytest.mark.parametrize(
    ("text", "url", "model"),
    [
        ("openai://host/v1", "http://host/v1", None),
        ("openai://host:8000/v1/?model=a/b", "http://host:8000/v1", "a/b"),
        ("openai+https://host/v1", "https://host/v1", None),
        ("https://[::1]:1/v1", "https://[::1]:1/v1", None),
    ],
)
def test_addresses(text: str, url: str, model: str | None) -> None:
    assert parse_address(text) == Address(url, model)


@pytest.mark.parametrize(
    "text",
    ["host", "openai:///v1", "ftp://host/v1", "openai://host:x/v1", "openai://h/v1?mode=a"],
)
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(ModelError, match="openai://host"):
        parse_address(text)


def test_a_gateway_before_another_server_of_ours(start: Start, tmp_path: Path) -> None:
    """Our own `/v1/completions` is a back end: token ids in, probabilities by token out."""
    model = TinyModel()
    tiny_tokenizer().save(tmp_path / "vocabulary.json")
    far = start(model=model)
    loaded = load(model=True, weights=tmp_path, backend=f"openai://127.0.0.1:{far.port}/v1")
    near = start(ServeSettings(), loaded=loaded)
    with near.client() as client:
        text = "SELECT name FROM cust"
        body = {"text": text, "cursor": len(text), "deadline_ms": 20_000}
        ghost = client.post("/v1/complete", json=body).json()["ghost"]
        assert (ghost["text"], ghost["source"]) == ("omers WHERE id = 1;", "model")
        assert client.get("/health").json()["backend"] == "ok"
        # Each session has one of its own there too.
        client.post("/v1/complete", json={**body, "session": "other"})
        with far.client() as behind:
            assert "sqlcomplete_chats 2.0" in behind.get("/metrics").text
        raw = client.post(
            "/v1/completions", json={"prompt": text, "temperature": 0, "max_tokens": 30}
        )
        assert raw.json()["choices"][0]["text"] == "omers WHERE id = 1;"
        # The far one dies: answers go on, and the health says why they are plain.
        far.stop()
        for what in ("id", "customer_id", "*", "1"):
            text = f"SELECT {what} FROM ord"
            body = {"text": text, "cursor": len(text), "deadline_ms": 2000}
            answer = client.post("/v1/complete", json=body)
            assert answer.json()["items"][0]["insert"] == "orders"
        until(lambda: client.get("/health").json()["backend"] == "unreachable")
        assert client.get("/health").status_code == 200


def test_a_slow_back_end_holds_up_no_answer_of_a_gateway(
    start: Start, backends: list[FakeBackend], tmp_path: Path
) -> None:
    backend = FakeBackend(delay=3)
    backends.append(backend)
    tiny_tokenizer().save(tmp_path / "vocabulary.json")
    near = start(loaded=load(model=True, weights=tmp_path, backend=backend.url))
    text = "SELECT name FROM cust"

    def ask(user: int) -> dict[str, Any]:
        body = {"text": text, "cursor": len(text), "session": str(user), "deadline_ms": 200}
        with near.client() as client:
            answer: dict[str, Any] = client.post("/v1/complete", json=body).json()
            return answer

    begun = time.perf_counter()
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(ask, range(12)))
    assert time.perf_counter() - begun < 2.5  # the back end takes three seconds for each
    assert {answer["model"] for answer in answers} == {"late"}
    assert {answer["items"][0]["insert"] for answer in answers} == {"customers"}


@pytest.mark.skipif("SQLCOMPLETE_TEST_VLLM" not in os.environ, reason="needs a vLLM server")
def test_a_real_vllm_server() -> None:
    """With SQLCOMPLETE_TEST_VLLM=openai://host/v1 and SQLCOMPLETE_TEST_VLLM_WEIGHTS=FOLDER."""
    loaded = load(
        model=True,
        weights=Path(os.environ["SQLCOMPLETE_TEST_VLLM_WEIGHTS"]),
        backend=os.environ["SQLCOMPLETE_TEST_VLLM"],
    )
    completer = loaded.make(SHOP)
    answer = completer.complete("SELECT name FROM cust", 21, deadline_ms=60_000)
    assert answer.items[0].insert == "customers"
    assert answer.ghost is not None and answer.ghost.text.startswith("omers")
    with suppress(AttributeError):
        assert completer.session.computed > 0  # type: ignore[union-attr]
