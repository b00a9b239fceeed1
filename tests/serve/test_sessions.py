"""Many sessions share one model: each has its own cache, all within a budget; nobody waits past a
deadline; who leaves frees the model."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import httpx
from loopback import Running, Start, until
from tiny_model import TinyModel

from serve.engine import Loaded
from serve.settings import ServeSettings
from sqlcomplete.completer import Completer


def ask(client: httpx.Client, text: str, **more: Any) -> dict[str, Any]:
    body = {"text": text, "cursor": len(text), "deadline_ms": 10_000, **more}
    answer = client.post("/v1/complete", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def gauge(client: httpx.Client, name: str) -> float:
    for line in client.get("/metrics").text.splitlines():
        if line.startswith(f"sqlcomplete_{name} "):
            return float(line.split()[-1])
    raise AssertionError(name)


def test_each_session_keeps_what_the_model_has_read_for_it(start: Start) -> None:
    model = TinyModel()
    with start(model=model).client() as client:
        one, two = "SELECT name FROM cust", "SELECT id FROM orders ORDER "
        first = ask(client, one, session="a")
        assert first["ghost"]["source"] == "model"
        ask(client, two, session="b")
        before = gauge(client, "model_tokens_total")
        # Another session in between has taken nothing away: a letter costs a few tokens.
        ask(client, one + "o", session="a")
        assert gauge(client, "model_tokens_total") - before < 30
        assert gauge(client, "chats") == 2
        # The header goes before the field, as proxies set it.
        client.headers["X-Session-Id"] = "c"
        ask(client, one, session="a")
        assert gauge(client, "chats") == 3


def test_caches_stay_within_their_budget_and_the_oldest_goes(start: Start) -> None:
    settings = ServeSettings(cache_memory=250_000)
    with start(settings, model=TinyModel()).client() as client:
        for number in range(8):
            ask(client, "SELECT name FROM cust", session=f"s{number}")
            assert gauge(client, "cache_bytes") <= 250_000
        assert gauge(client, "caches_evicted") > 0
        kept = gauge(client, "chats")
        assert 1 <= kept < 8
        before = gauge(client, "model_tokens_total")
        ask(client, "SELECT name FROM custo", session="s7")
        newest = gauge(client, "model_tokens_total") - before
        before = gauge(client, "model_tokens_total")
        ask(client, "SELECT name FROM custo", session="s0")
        oldest = gauge(client, "model_tokens_total") - before
        assert newest < oldest  # the one that went is read anew, and answered all the same


def hold_the_model(server: Running, model: TinyModel) -> threading.Thread:
    """Another client has the model for seconds."""

    def busy() -> None:
        with server.client() as client:
            ask(client, "SELECT name FROM cust", session="busy")

    steps = model.steps
    thread = threading.Thread(target=busy, daemon=True)
    thread.start()
    until(lambda: model.steps > steps)
    return thread


def test_while_the_model_is_taken_the_deterministic_answer_comes_in_time(start: Start) -> None:
    model = TinyModel(step_seconds=0.15)
    server = start(model=model)
    with server.client() as client:
        thread = hold_the_model(server, model)
        for session in ("other", "busy"):
            begun = time.perf_counter()
            answer = ask(client, "SELECT * FROM cust", session=session, deadline_ms=150)
            assert time.perf_counter() - begun < 3
            assert answer["items"][0]["label"] == "customers"
            assert answer["ghost"] is None or answer["ghost"]["source"] == "schema"
        thread.join(60)


def test_waiting_for_the_model_keeps_no_worker_from_others(start: Start) -> None:
    model = TinyModel(step_seconds=0.1)
    server = start(ServeSettings(workers=1), model=model)
    with server.client() as client:
        thread = hold_the_model(server, model)
        waiting = threading.Thread(
            target=lambda: ask(server.client(), "SELECT * FROM ord", session="waits"), daemon=True
        )
        waiting.start()
        until(lambda: gauge(client, "model_waiting") > 0)
        answer = ask(client, "SELECT * FROM cust", session="third", deadline_ms=50)
        assert answer["items"][0]["label"] == "customers"
        assert thread.is_alive() or waiting.is_alive()
        thread.join(60)
        waiting.join(60)


def test_a_client_that_leaves_frees_the_model(start: Start) -> None:
    model = TinyModel(step_seconds=0.1)
    server = start(model=model)
    body = b'{"text": "SELECT name FROM cust", "cursor": 21, "deadline_ms": 60000}'
    head = (
        b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(head + body)
        until(lambda: model.steps > 0)
    with server.client() as client:
        until(lambda: gauge(client, "pending") == 0)
        stopped = model.steps
        assert stopped < 8  # a whole answer takes more
        time.sleep(0.3)
        assert model.steps == stopped
        assert 'path="/v1/complete",status="499"' in client.get("/metrics").text


def test_one_that_leaves_while_it_waits_never_starts(start: Start) -> None:
    server = start(ServeSettings(workers=1))
    server.gate.clear()
    busy = threading.Thread(target=lambda: ask(server.client(), "c"), daemon=True)
    busy.start()
    body = b'{"text": "o", "cursor": 1}'
    with server.client() as client:
        until(lambda: gauge(client, "pending") == 1)
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(
                b"POST /v1/complete HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\nContent-Length: 26\r\n\r\n" + body
            )
            until(lambda: gauge(client, "pending") == 2)
        time.sleep(0.1)
        server.gate.set()
        busy.join(10)
        until(lambda: gauge(client, "pending") == 0)
    assert len(server.calls) == 1


def test_metrics_count_what_was_answered(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        ask(client, "SELECT name FROM cust")
        client.post("/v1/complete", json={"text": "x"})
        client.get("/v1/no/such/path")
        client.get("/v1/schemas", headers={"Origin": "https://evil.example"})
        page = client.get("/metrics")
        assert page.headers["content-type"].startswith("text/plain; version=")
    text = page.text
    assert 'sqlcomplete_requests_total{path="/v1/complete",status="200"} 1.0' in text
    assert 'sqlcomplete_requests_total{path="/v1/complete",status="422"} 1.0' in text
    assert 'sqlcomplete_requests_total{path="other",status="404"} 1.0' in text
    assert 'sqlcomplete_requests_total{path="other",status="403"} 1.0' in text
    assert 'sqlcomplete_ghosts_total{source="model"} 1.0' in text
    assert 'sqlcomplete_deadlines_total{met="yes"} 1.0' in text
    assert "customers" not in text
    assert "no/such" not in text


def test_another_model_is_taken_up_under_running_sessions(start: Start) -> None:
    """What the model registry does when another model is chosen."""
    models = [TinyModel(), TinyModel()]
    models[1].name = "second"
    chosen = [0]
    made: list[Loaded] = []

    def look() -> Loaded:
        return made[chosen[0]]

    for model in models:
        made.append(Loaded(lambda s, m=model: Completer(s, model=m), model, look=look))
    with start(loaded=made[0]).client() as client:
        ask(client, "SELECT name FROM cust", session="a")
        assert models[0].steps > 0
        chosen[0] = 1
        ask(client, "SELECT name FROM cust", session="a")
        assert models[1].steps > 0
        assert client.get("/health").json()["model"] == "second"
        assert gauge(client, "chats") == 1


def test_a_step_of_the_model_that_outlasts_the_deadline_holds_up_no_answer(start: Start) -> None:
    model = TinyModel(step_seconds=3)
    with start(model=model).client() as client:
        begun = time.perf_counter()
        answer = ask(client, "SELECT * FROM cust", session="a", deadline_ms=200)
        assert time.perf_counter() - begun < 2.5  # the step goes on for three
        assert answer["model"] == "late"
        assert answer["items"][0]["label"] == "customers"
        # The session's next keystroke does not wait for it either.
        again = ask(client, "SELECT * FROM custo", session="a", deadline_ms=200)
        assert time.perf_counter() - begun < 2.5
        assert again["items"][0]["label"] == "customers"
        text = client.get("/metrics").text
    assert 'sqlcomplete_model_total{share="late"} 2.0' in text


def test_the_answer_tells_whether_the_model_had_its_say(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        assert ask(client, "SELECT name FROM cust")["model"] == "answered"
        assert ask(client, "-- nothing to complete here")["model"] == "none"


def test_a_keystroke_supersedes_the_one_before_it(start: Start) -> None:
    model = TinyModel(step_seconds=0.1)
    server = start(model=model)
    answers: list[dict[str, Any]] = []

    def first() -> None:
        with server.client() as client:
            answers.append(ask(client, "SELECT name FROM cust", session="a"))

    steps = model.steps
    thread = threading.Thread(target=first, daemon=True)
    thread.start()
    until(lambda: model.steps > steps)
    with server.client() as client:
        newest = ask(client, "SELECT name FROM custo", session="a")
        thread.join(20)
        assert newest["model"] == "answered"
        assert answers[0]["items"][0]["label"] == "customers"
        if answers[0]["model"] == "late":
            assert 'sqlcomplete_model_total{share="superseded"} 1.0' in client.get("/metrics").text
