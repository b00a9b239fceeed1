"""A model's endpoint may fail in every way a server can; each has one right answer to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from agents_shop import record
from endpoint import Endpoint, content, cut, raw, slow, status

from distill.agents.lm import prompts
from distill.agents.lm.answers import Scores, ask_for
from distill.agents.lm.client import GIVE_UP_AFTER, ModelClient
from distill.agents.lm.limits import RateLimit
from distill.agents.settings import ModelSettings
from distill.agents.trouble import BudgetSpentError, ModelError, RefusedError, UnansweredError

MESSAGES = prompts.selection(record("SELECT id FROM orders"))
GOOD = '{"informativeness": 3, "helpfulness": 4, "generalisation": 5}'

Make = Callable[..., ModelClient]


@pytest.fixture
def make(server: Endpoint, tmp_path: Path) -> Iterator[Make]:
    clients = []

    def client(**settings: Any) -> ModelClient:
        values = {"base_url": server.url, "model": "m", "back_off": 0.01, "retries": 3} | settings
        clients.append(ModelClient(ModelSettings(**values), tmp_path / "a.sqlite", key="secret"))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.mark.parametrize(
    "trouble",
    [
        status(429),
        status(500),
        status(503),
        raw("<html>a proxy's page</html>"),
        raw('{"choices": [{"message": {"content": "half'),
        raw('{"choices": []}'),
        raw('{"choices": [{"message": {"content": null}}]}'),
        cut,
    ],
)
def test_passing_trouble_is_tried_again(server: Endpoint, make: Make, trouble: Any) -> None:
    server.script.extend([trouble, trouble])
    scores, _ = ask_for(make(), MESSAGES, Scores)
    assert 0 <= scores.helpfulness <= 9
    assert len(server.asked) == 3


def test_slow_answers_time_out_and_are_tried_again(server: Endpoint, make: Make) -> None:
    server.script.append(slow(2.0))
    ask_for(make(timeout_s=0.2), MESSAGES, Scores)
    assert len(server.asked) == 2


def test_waits_as_long_as_the_server_asks(server: Endpoint, make: Make) -> None:
    server.script.append(status(429, Retry_After="0.4"))
    ask_for(make(), MESSAGES, Scores)
    assert server.times[1] - server.times[0] >= 0.4


def test_a_server_that_asks_for_an_hour_puts_the_record_off(server: Endpoint, make: Make) -> None:
    server.script.append(status(429, Retry_After="3600"))
    with pytest.raises(UnansweredError, match="asks to wait 3600 s"):
        make().ask(MESSAGES)
    assert len(server.asked) == 1


def test_without_an_answer_the_record_is_put_off_and_a_dead_server_ends_the_run(
    server: Endpoint, make: Make
) -> None:
    server.usual = status(502)
    client = make(retries=1, back_off=0.001)
    for number in range(GIVE_UP_AFTER - 1):
        with pytest.raises(UnansweredError, match="after 2 tries: 502 this is a 502"):
            client.ask([{"role": "user", "content": str(number)}])
    with pytest.raises(ModelError, match=r"does not answer: 502.*run again") as caught:
        client.ask(MESSAGES)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "what"), [(401, "key is not accepted"), (404, "not found"), (302, "redirects")]
)
def test_a_wrong_setup_ends_the_run_at_once(
    server: Endpoint, make: Make, code: int, what: str
) -> None:
    server.usual = status(code)
    with pytest.raises(ModelError, match=what):
        make().ask(MESSAGES)
    assert len(server.asked) == 1


def test_a_question_the_server_refuses_rejects_the_record(server: Endpoint, make: Make) -> None:
    server.script.append(status(400))
    with pytest.raises(RefusedError, match="400 this is a 400"):
        make().ask(MESSAGES)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"informativeness": 3, "helpfulness": 4', "Invalid JSON"),
        ("I would give it a 7.", "Invalid JSON"),
        ('{"informativeness": 3, "helpfulness": 4}', "generalisation: Field required"),
        (GOOD.replace("5", "12"), "generalisation: .*less than or equal to 9"),
        (GOOD.replace("5", '"5"'), "generalisation: .*valid integer"),
        (GOOD[:-1] + ', "comment": "x"}', "comment: Extra inputs"),
        (f"Here you are: {GOOD}", "Invalid JSON"),
    ],
)
def test_a_malformed_answer_is_asked_for_once_more_then_rejected(
    server: Endpoint, make: Make, answer: str, reason: str
) -> None:
    client = make()
    server.script.append(content(answer))
    ask_for(client, MESSAGES, Scores)
    assert len(server.asked) == 2
    assert server.asked[1]["messages"][-2]["content"] == answer
    other = prompts.selection(record("SELECT total FROM orders"))
    server.script.extend([content(answer), content(answer)])
    with pytest.raises(RefusedError, match=f"malformed answer, twice: {reason}"):
        ask_for(client, other, Scores)
    assert len(server.asked) == 4


def test_an_answer_cut_off_is_malformed_and_a_fenced_one_is_not(
    server: Endpoint, make: Make
) -> None:
    server.script.append(content(GOOD, finish="length"))
    server.script.append(content(f"```json\n{GOOD}\n```"))
    scores, _ = ask_for(make(), MESSAGES, Scores)
    assert scores.generalisation == 5
    assert "token limit" in server.asked[1]["messages"][-1]["content"]


def test_the_key_goes_in_the_header_and_nowhere_else(server: Endpoint, make: Make) -> None:
    make().ask(MESSAGES)
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert "secret" not in str(server.asked[0])


def test_what_was_answered_is_never_asked_again(server: Endpoint, make: Make) -> None:
    first = make().ask(MESSAGES)
    again = make().ask(MESSAGES)
    assert first == again
    assert len(server.asked) == 1
    make(temperature=0.1).ask(MESSAGES)
    assert len(server.asked) == 2


def test_many_at_once_and_never_more_than_allowed(server: Endpoint, make: Make) -> None:
    server.usual = slow(0.05)
    client = make(concurrency=4)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: client.ask(_numbered(n)), range(16)))
    assert 2 <= server.most_under_way <= 4


def test_the_budget_is_never_overspent_and_outlives_the_run(server: Endpoint, make: Make) -> None:
    prices = {"price_in": 0.0, "price_out": 1000.0, "most_tokens": 40, "budget": 0.2}
    client = make(concurrency=8, **prices)
    spent = threading.Event()

    def ask(number: int) -> None:
        try:
            client.ask(_numbered(number))
        except BudgetSpentError:
            spent.set()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(30)))
    assert spent.is_set()
    assert client.spending().cost <= 0.2 + 1e-9
    assert client.spending().questions == len(server.asked) >= 5
    with pytest.raises(BudgetSpentError, match=r"of 0\.2000 is spent"):
        for number in range(100, 110):
            make(**prices).ask(_numbered(number))
    assert make(**prices).spending().cost <= 0.2 + 1e-9


def test_a_question_in_flight_at_a_kill_counts_as_spent(server: Endpoint, make: Make) -> None:
    prices = {"price_out": 1000.0, "most_tokens": 100, "budget": 0.15}
    make(**prices).store.reserve(0.1, 0.15)  # what a killed process leaves behind
    with pytest.raises(BudgetSpentError):
        make(**prices).ask(MESSAGES)
    assert not server.asked


def test_failures_that_cost_nothing_leave_the_budget_alone(server: Endpoint, make: Make) -> None:
    server.script.extend([status(500)] * 3)
    client = make(price_out=1000.0, most_tokens=40, budget=0.05)
    client.ask(MESSAGES)
    assert client.spending().questions == 1


def test_the_rate_is_held_by_the_minute() -> None:
    now = [0.0]
    limit = RateLimit(60, 1000, clock=lambda: now[0])
    asked = 0
    while limit.delay(10) == 0:
        asked += 1
    assert asked == 60
    assert limit.delay(10) == pytest.approx(1.0)
    now[0] += 1.0
    assert limit.delay(10) == 0
    now[0] += 60
    assert limit.delay(900) == 0
    assert limit.delay(300) == pytest.approx(12.0)
    limit.settle(900, 100)
    assert limit.delay(300) == 0
    limit.hold(5)
    assert limit.delay(1) == pytest.approx(5.0)


def test_a_request_larger_than_a_minute_of_tokens_passes_in_the_end() -> None:
    now = [0.0]
    limit = RateLimit(None, 100, clock=lambda: now[0])
    assert limit.delay(5000) == 0
    now[0] += 60
    wait = limit.delay(10)
    assert wait > 60
    now[0] += wait
    assert limit.delay(10) == 0


def test_threads_that_wait_for_another_try_stop_when_the_run_ends(
    server: Endpoint, make: Make
) -> None:
    server.usual = status(500)
    client = make(back_off=30.0)
    failed = threading.Event()

    def ask() -> None:
        try:
            client.ask(MESSAGES)
        except UnansweredError:
            failed.set()

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.asked:
        time.sleep(0.01)
    client.end()
    thread.join(10)
    assert failed.is_set()


def _numbered(number: int) -> list[dict[str, str]]:
    return prompts.selection(record(f"SELECT id FROM orders LIMIT {number}"))
