"""Servers measured beside each other: what each is asked is the same, and what is told of them was
counted."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from loopback import Start
from tiny_model import TinyModel, tiny_tokenizer

from serve.compare import Cell, Typed, figures, main, measure, ratios, run, spelled, typed_by
from serve.loading import load


def test_the_prompt_as_text_is_the_prompt_in_tokens() -> None:
    tokenizer = tiny_tokenizer()
    for typed in itertools.islice(typed_by(3, tokenizer), 10):
        text = spelled(typed.prompt, tokenizer)
        assert text.startswith("<schema>")
        assert text.endswith(typed.text) and "orders_3" in text
        parts = text.replace("<schema>", "\0").replace("<suffix>", "\0").replace("<prefix>", "\0")
        whole = [*typed.prompt.tokens, *tokenizer.encode(typed.prompt.pending)]
        assert tokenizer.decode(whole) == parts.replace("\0", "")


def test_a_server_its_gateway_and_a_peer_are_measured_in_one_run(
    start: Start, tmp_path: Path
) -> None:
    far = start(model=TinyModel())
    tiny_tokenizer().save(tmp_path / "vocabulary.json")
    backend = f"openai://127.0.0.1:{far.port}/v1"
    near = start(loaded=load(model=True, weights=tmp_path, backend=backend))
    found = asyncio.run(
        run(
            {"embedded": far.url, "gateway": near.url},
            [("peer", far.url, False), ("text", far.url, True)],
            [2],
            0.5,
            0.1,
            4,
            tiny_tokenizer(),
        )
    )["users_2"]
    assert set(found["completions"]) == {"embedded", "gateway", "peer", "text"}
    assert set(found["keystrokes"]) == {"embedded", "gateway"}
    for kind in ("completions", "keystrokes"):
        for figure in found[kind].values():
            assert figure["answered"] >= 2 and figure["failed"] == 0
            assert figure["first_ms"] > 0
    assert set(found["completions_ratio"]) == {"gateway", "peer", "text"}


def test_the_tokens_of_all_users_are_counted() -> None:
    async def ask(client: httpx.AsyncClient, user: int, typed: Typed) -> int:
        await asyncio.sleep(0.001 * (user + 1))
        return 3

    cell = asyncio.run(measure("http://127.0.0.1:9", ask, range(5), 0.1, tiny_tokenizer()))
    assert cell.answered >= 5
    assert cell.tokens == 3 * cell.answered


def test_the_figures_are_those_of_the_requests_after_the_first() -> None:
    cell = Cell(seconds=2.0, first=[1.0, 3.0], took=[0.1] * 19 + [0.5], tokens=30, answered=22)
    ours = figures(cell, "tokens")
    assert (ours["first_ms"], ours["p50_ms"], ours["p95_ms"]) == (3000.0, 100.0, 500.0)
    assert ours["tokens_per_second"] == 15.0
    slow = figures(Cell(seconds=2.0, took=[0.3], tokens=6, answered=1), "tokens")
    assert ratios({"a": ours, "b": slow}, "a") == {
        "b": {
            "p50_ms": 3.0,
            "p95_ms": 0.6,
            "answers_per_second": 0.05,
            "tokens_per_second": 0.2,
        }
    }


@pytest.mark.parametrize("wrong", [["--peer", "http://x"], ["http://127.0.0.1:9"]])
def test_a_wrong_call_ends_in_one_line(wrong: list[str], tmp_path: Path) -> None:
    tiny_tokenizer().save(tmp_path / "vocabulary.json")
    ended = CliRunner().invoke(main, [*wrong, "--weights", str(tmp_path)])
    assert ended.exit_code in (1, 2)
    assert "Traceback" not in ended.output and "Error: " in ended.output
