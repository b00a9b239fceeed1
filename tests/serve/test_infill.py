"""What llama.vim and llama.vscode send is answered as they read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from loopback import SHOP, Start, read_ddl
from tiny_model import TinyModel

from serve.extra_schema import ExtraSchemas
from serve.registry import NamedSchema

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str, **changed: Any) -> dict[str, Any]:
    body = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return {**body, **changed}


def infill(client: httpx.Client, body: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = client.post("/infill", json=body, **options)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_llama_vim_gets_the_fields_that_it_names(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        # Without a key it sends `Bearer` and nothing after it.
        client.headers["Authorization"] = "Bearer"
        answer = infill(client, recorded("llama_vim"))
        assert answer["content"].startswith("omers")
        assert answer["timings/predicted_n"] > 0
        assert answer["timings/predicted_ms"] > 0
        assert answer["timings/prompt_n"] > 0
        assert answer["truncated"] is False
        assert "model" not in answer
        # What it sends to have its ring of chunks read ahead, and then ignores.
        assert infill(client, recorded("llama_vim_ring")) == {}


def test_llama_vscode_gets_the_whole_answer(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        answer = infill(client, recorded("llama_vscode"))
    assert answer["content"].startswith("omers")
    assert answer["stop"] is True
    assert answer["model"] == "tiny"
    assert answer["timings"]["predicted_n"] == answer["tokens_predicted"] > 0
    assert answer["verdict"] == "valid"
    assert answer["generation_settings"]["n_predict"] == 128


def test_tables_of_the_extra_context_are_known_beside_the_schema(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        body = recorded("llama_vscode", prompt="SELECT * FROM suppl")
        assert infill(client, body)["content"].startswith("iers")
        assert infill(client, {**body, "input_extra": []})["content"] == ""
        body["prompt"] = "SELECT * FROM cust"
        assert infill(client, body)["content"].startswith("omers")


def test_a_table_of_the_schema_stays_whole_where_a_chunk_holds_half_of_it() -> None:
    extra = ExtraSchemas(read_ddl)
    named = NamedSchema("shop", SHOP)
    texts = ["CREATE TABLE orders (id)", "CREATE TABLE more (a)", "no ddl", "select 1"]
    made, _ = extra.with_ddl(named, None, texts)
    assert {t.name: len(t.columns) for t in made.schema.tables} == {
        "customers": 2,
        "orders": 2,
        "more": 1,
    }
    assert extra.with_ddl(named, None, texts)[0] is made
    assert extra.with_ddl(named, None, texts[2:])[0] is named
    # Half of a surrogate pair, as an editor may cut one, is text like any other.
    assert extra.with_ddl(named, None, ['CREATE TABLE "t\ud800" (a)'])[0] is not named
    gone = []
    for number in range(69):
        gone += extra.with_ddl(named, None, [f"CREATE TABLE t{number} (a)"])[1]
    assert len(gone) == 7


def test_the_schema_is_named_in_the_query_or_the_body(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        client.put("/v1/schemas/stock", json={"ddl": "CREATE TABLE parts (id int)"})
        body = recorded("llama_vscode", prompt="SELECT * FROM pa", input_extra=[])
        assert infill(client, body)["content"] == ""
        assert infill(client, body, params={"schema": "stock"})["content"].startswith("rts")
        assert infill(client, {**body, "schema": "stock"})["content"].startswith("rts")
        missing = client.post("/infill", json=body, params={"schema": "none"})
        assert missing.status_code == 404


def test_limits_cut_the_text(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        whole = infill(client, recorded("llama_vscode", n_indent=0))
        assert whole["stop_type"] == "eos"
        less = infill(client, recorded("llama_vscode", n_predict=1))
        assert less["tokens_predicted"] == 1
        assert less["stop_type"] == "limit"
        assert whole["content"].startswith(less["content"])
        stopped = infill(client, recorded("llama_vscode", stop=["s"]))
        assert (stopped["content"], stopped["stop_type"]) == ("omer", "word")
        assert stopped["stopping_word"] == "s"
        assert infill(client, recorded("llama_vscode", n_predict=0))["content"] == ""


def test_a_stream_ends_with_the_whole_answer(start: Start) -> None:
    with start(model=TinyModel()).client() as client:
        whole = infill(client, recorded("llama_vscode"))
        answer = client.post("/infill", json=recorded("llama_vscode", stream=True))
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.text.split("\n\n") if line]
        events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert "".join(event["content"] for event in events) == whole["content"]
    assert [event["stop"] for event in events] == [False, True]
    assert "timings" in events[-1]


def test_without_a_model_the_schema_answers(start: Start) -> None:
    with start().client() as client:
        answer = infill(client, recorded("llama_vscode"))
    assert answer["content"] == "omers"
    assert answer["source"] == "schema"


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_prefix": 1},
        {"input_extra": [{"filename": "x"}]},
        {"input_extra": ["x"]},
        {"n_predict": "many"},
        {"stop": "one"},
        {"t_max_predict_ms": -5},
        {"dialect": "none"},
    ],
)
def test_wrong_requests_get_a_4xx(start: Start, wrong: dict[str, Any]) -> None:
    with start(model=TinyModel()).client() as client:
        answer = client.post("/infill", json=recorded("llama_vscode", **wrong))
        assert answer.status_code == 422
        assert "\n" not in answer.json()["error"]["message"]
