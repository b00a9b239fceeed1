"""The official client of OpenAI works unchanged."""

from __future__ import annotations

import json
import math
import time

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Running, Start, until
from tiny_model import TinyModel

from serve.assemble import Assembler
from serve.settings import ServeSettings


def client_of(server: Running, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0, timeout=30)


def test_the_client_completes_and_reads_the_usage(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    answer = client.completions.create(
        model="sqlcomplete", prompt="SELECT name FROM cust", max_tokens=30, temperature=0
    )
    choice = answer.choices[0]
    assert choice.text == "omers WHERE id = 1;"
    assert choice.finish_reason == "stop"
    assert answer.object == "text_completion"
    assert answer.usage is not None
    assert answer.usage.completion_tokens < 30
    assert answer.usage.total_tokens == (
        answer.usage.prompt_tokens + answer.usage.completion_tokens
    )
    short = client.completions.create(
        model="sqlcomplete", prompt="SELECT name FROM cust", max_tokens=2, temperature=0
    )
    assert short.choices[0].finish_reason == "length"
    assert choice.text.startswith(short.choices[0].text)


def test_a_stream_gives_the_same_text_and_ends_with_usage(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    stream = client.completions.create(
        model="sqlcomplete",
        prompt="SELECT name FROM cust",
        max_tokens=30,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    events = list(stream)
    assert len(events) > 4
    assert "".join(e.choices[0].text for e in events if e.choices) == "omers WHERE id = 1;"
    assert [e.choices[0].finish_reason for e in events if e.choices][-1] == "stop"
    assert events[-1].usage is not None
    assert events[-1].usage.completion_tokens > 4


def test_stop_strings_end_the_text_before_them(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    for stream in (False, True):
        made = client.completions.create(
            model="sqlcomplete",
            prompt="SELECT name FROM cust",
            max_tokens=30,
            temperature=0,
            stop=["WHERE id", "="],
            stream=stream,
        )
        if isinstance(made, openai.Stream):
            choices = [event.choices[0] for event in made]
            assert "".join(c.text for c in choices) == "omers "
            assert choices[-1].finish_reason == "stop"
        else:
            assert made.choices[0].text == "omers "
            assert made.choices[0].finish_reason == "stop"


@given(st.text(alphabet="ab;x", max_size=30), st.lists(st.text(alphabet="ab;x"), max_size=3))
def test_text_is_cut_at_its_first_stop_however_it_comes(text: str, stops: list[str]) -> None:
    found = [text.find(stop) for stop in stops if stop and stop in text]
    whole = Assembler(stops)
    pieces = [whole.add(character.encode()) for character in text]
    given_out = "".join(pieces) + whole.finish()
    if found:
        # Seen letter by letter, the stop that is complete first ends it.
        assert whole.stopped is not None
        assert not any(stop in given_out for stop in stops if stop)
        assert text.startswith(given_out + whole.stopped)
    else:
        assert given_out == text


@given(st.text(max_size=20))
def test_characters_come_whole(text: str) -> None:
    whole = Assembler([])
    pieces = [whole.add(bytes([byte])) for byte in text.encode()]
    assert "".join(pieces) + whole.finish() == text
    assert "\ufffd" not in "".join(pieces) or "\ufffd" in text


def test_logprobs_have_an_entry_a_token(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    choice = client.completions.create(
        model="sqlcomplete",
        prompt="SELECT name FROM cust",
        max_tokens=5,
        temperature=0,
        logprobs=3,
    ).choices[0]
    logs = choice.logprobs
    assert logs is not None
    assert logs.tokens and logs.token_logprobs and logs.top_logprobs and logs.text_offset
    assert "".join(logs.tokens) == choice.text
    assert logs.text_offset[0] == 0
    for place, (token, logprob, top) in enumerate(
        zip(logs.tokens, logs.token_logprobs, logs.top_logprobs, strict=True)
    ):
        assert logprob is not None and -0.1 < logprob <= 0
        assert 3 <= len(top) <= 4
        if place:  # the first is a part of a token whose beginning was typed
            assert max(top.values()) == pytest.approx(top[token])


def test_echo_scores_the_prompt(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    prompt = "SELECT id FROM orders"
    choice = client.completions.create(
        model="sqlcomplete", prompt=prompt, max_tokens=0, temperature=0, logprobs=1, echo=True
    ).choices[0]
    assert choice.text == prompt
    logs = choice.logprobs
    assert logs is not None and logs.tokens and logs.token_logprobs and logs.text_offset
    assert "".join(logs.tokens) == prompt
    for token, offset in zip(logs.tokens, logs.text_offset, strict=True):
        assert prompt[offset:].startswith(token)
    assert sum(p for p in logs.token_logprobs if p is not None) > -10
    worse = client.completions.create(
        model="sqlcomplete", prompt="SELECT od FRIM", max_tokens=0, logprobs=0, echo=True
    ).choices[0]
    assert worse.logprobs is not None and worse.logprobs.token_logprobs
    assert sum(p or 0 for p in worse.logprobs.token_logprobs) < -20
    # And with an answer after it.
    both = client.completions.create(
        model="sqlcomplete", prompt=prompt, max_tokens=20, temperature=0, logprobs=1, echo=True
    ).choices[0]
    assert both.text.startswith(prompt)
    assert both.logprobs is not None and both.logprobs.tokens
    assert "".join(both.logprobs.tokens) == both.text


def test_prompts_come_in_four_forms(start: Start) -> None:
    model = TinyModel()
    client = client_of(start(model=model))
    options = {"model": "sqlcomplete", "max_tokens": 20, "temperature": 0}
    two = client.completions.create(
        prompt=["SELECT name FROM cust", "SELECT id FROM orders ORDER "],
        **options,  # type: ignore[call-overload]
    )
    assert [c.index for c in two.choices] == [0, 1]
    assert [c.text for c in two.choices] == ["omers WHERE id = 1;", "BY id;"]
    # Token ids are given to the model as they are.
    ids = [3, *model.tokenizer.encode("SELECT name FROM")]
    one = client.completions.create(prompt=ids, **options)  # type: ignore[call-overload]
    assert one.choices[0].text == " customers WHERE id = 1;"
    assert one.usage.prompt_tokens == len(ids)
    lists = client.completions.create(prompt=[ids, ids], **options)  # type: ignore[call-overload]
    assert [c.text for c in lists.choices] == [one.choices[0].text] * 2
    echoed = client.completions.create(
        prompt=ids,
        echo=True,
        logprobs=0,
        **options,  # type: ignore[call-overload]
    )
    assert echoed.choices[0].text == "SELECT name FROM customers WHERE id = 1;"
    assert len(echoed.choices[0].logprobs.tokens) == echoed.usage.total_tokens


def test_a_suffix_is_the_text_right_of_the_cursor(start: Start) -> None:
    model = TinyModel()
    client = client_of(start(model=model))
    plain = client.completions.create(model="sqlcomplete", prompt="SELECT ", max_tokens=1)
    both = client.completions.create(
        model="sqlcomplete", prompt="SELECT ", suffix=" FROM orders", max_tokens=1
    )
    assert plain.usage is not None and both.usage is not None
    assert both.usage.prompt_tokens > plain.usage.prompt_tokens


def test_sampling_is_repeatable_by_its_seed_and_warm_when_asked(start: Start) -> None:
    client = client_of(start(model=TinyModel()))

    def text(seed: int, **more: float) -> str:
        return (
            client.completions.create(
                model="sqlcomplete",
                prompt="SELECT ",
                max_tokens=12,
                seed=seed,
                **more,  # type: ignore[arg-type]
            )
            .choices[0]
            .text
        )

    assert text(1, temperature=1) == text(1, temperature=1)
    assert len({text(seed, temperature=1) for seed in range(8)}) > 1
    assert len({text(seed, temperature=1, top_p=0.01) for seed in range(8)}) == 1


def test_a_bias_and_a_penalty_move_the_choice(start: Start) -> None:
    model = TinyModel()
    client = client_of(start(model=model))
    # "id" and "customer_id" begin alike for the model at this place: a bias decides.
    semicolon = model.tokenizer.encode(";")[0]
    biased = client.completions.create(
        model="sqlcomplete",
        prompt="SELECT id FROM orders",
        max_tokens=1,
        temperature=0,
        logit_bias={str(semicolon): 100},
    )
    plain = client.completions.create(
        model="sqlcomplete", prompt="SELECT id FROM orders", max_tokens=3, temperature=0
    )
    assert not plain.choices[0].text.startswith(";")
    assert biased.choices[0].text in (";", "")


def test_the_schema_comes_from_the_body_or_the_model_name(start: Start) -> None:
    server = start(model=TinyModel())
    client = client_of(server)
    with server.client() as http:
        ddl = "CREATE TABLE a_very_long_name_of_a_table (first_column, second_column, third)"
        http.put("/v1/schemas/wide", json={"ddl": ddl})

    def tokens(model: str, **more: object) -> int:
        answer = client.completions.create(
            model=model,
            prompt="SELECT ",
            max_tokens=1,
            **more,  # type: ignore[call-overload]
        )
        return int(answer.usage.prompt_tokens)

    plain = tokens("sqlcomplete")
    assert tokens("sqlcomplete:wide") == tokens("sqlcomplete", extra_body={"schema": "wide"})
    assert tokens("sqlcomplete:wide") != plain
    assert tokens("sqlcomplete:default") == plain == tokens("tiny")
    names = [card.id for card in client.models.list()]
    assert names == ["sqlcomplete", "tiny", "sqlcomplete:default", "sqlcomplete:wide"]
    assert client.models.retrieve("sqlcomplete:wide").object == "model"
    for model in ("sqlcomplete:none", "gpt-3.5-turbo-instruct"):
        with pytest.raises(openai.NotFoundError, match="there is none named"):
            client.completions.create(model=model, prompt="x")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nothing")


def test_wrong_requests_are_told_in_one_line(start: Start) -> None:
    client = client_of(start(model=TinyModel()))
    for wrong, says in [
        ({"n": 2}, "n:"),
        ({"logprobs": 50}, "logprobs"),
        ({"temperature": -1}, "temperature"),
        ({"prompt": [10**6]}, "token ids go from 0"),
        ({"prompt": [1] * 2000, "max_tokens": 100}, "together may have 2048"),
        ({"prompt": []}, "prompt"),
        ({"logit_bias": {"x": 1}}, "token ids"),
        ({"extra_body": {"schema": "none"}}, "schema"),
        ({"extra_body": {"dialect": "none"}}, "dialect"),
    ]:
        with pytest.raises(openai.APIStatusError) as caught:
            client.completions.create(**{"model": "sqlcomplete", "prompt": "x", **wrong})  # type: ignore[call-overload]
        assert caught.value.status_code in (404, 422)
        assert says in str(caught.value)


def test_the_token_is_the_api_key(start: Start) -> None:
    token = "a-token-of-enough-length"
    server = start(ServeSettings(token=token), model=TinyModel())
    assert client_of(server, token).completions.create(model="sqlcomplete", prompt="SELECT ")
    with pytest.raises(openai.AuthenticationError):
        client_of(server, "wrong").completions.create(model="sqlcomplete", prompt="SELECT ")


def test_without_a_model_there_is_none_to_name(start: Start) -> None:
    client = client_of(start())
    assert list(client.models.list()) == []
    with pytest.raises(openai.NotFoundError):
        client.completions.create(model="sqlcomplete", prompt="x")


def test_a_stream_that_is_left_frees_the_model(start: Start) -> None:
    model = TinyModel(step_seconds=0.03)
    server = start(model=model)
    stream = client_of(server).completions.create(
        model="sqlcomplete", prompt="SELECT ", max_tokens=400, temperature=2, stream=True
    )
    next(iter(stream))
    stream.close()
    with server.client() as http:
        until(lambda: "sqlcomplete_pending 0.0" in http.get("/metrics").text)
    stopped = model.steps
    assert stopped < 100
    time.sleep(0.2)
    assert model.steps == stopped


def test_the_events_of_a_stream_are_json_lines(start: Start) -> None:
    with start(model=TinyModel()).client() as http:
        body = {"prompt": "SELECT name FROM cust", "stream": True, "temperature": 0, "logprobs": 1}
        answer = http.post("/v1/completions", json=body)
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.text.split("\n\n") if line]
        assert lines[-1] == "data: [DONE]"
        events = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
        logged = [p for e in events for p in e["choices"][0]["logprobs"]["token_logprobs"]]
        assert logged and all(math.isfinite(p) for p in logged)
