"""Measures servers beside each other: the same prompts, the same budget of tokens, in one run.

    python -m serve.compare http://127.0.0.1:8765 --gateway http://127.0.0.1:8766 \\
        --peer vllm=http://127.0.0.1:8000 --text-peer llama.cpp=http://127.0.0.1:8001

The first is an `sqlcomplete serve` with the model in it, the gateway one whose model is elsewhere.
Peers are any servers with OpenAI's completions. All others are optional. Each is asked by users who
type statements on, a few letters a request, one request at a time, for so many seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx

from serve.load import schema_of, statements_of
from sqlcomplete.cli.engine import read_ddl
from sqlcomplete.model.prompt import Prompt
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.prompting import Prompter
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse

LETTERS = 3  # typed between two requests
_COMPARED = ("p50_ms", "p95_ms", "answers_per_second", "tokens_per_second")
_PATIENCE = 60.0  # seconds that one answer may take


@dataclass(frozen=True, slots=True)
class Typed:
    """One request: what is left of the cursor, and the prompt that the engine makes of it."""

    text: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Peer:
    """A server. `as_text`: its model has another vocabulary, so prompts are sent as text."""

    name: str
    url: str
    model: str
    as_text: bool


@dataclass
class Cell:
    """What one server did for so many users. Times are in seconds; `first` are those of each user's
    first request, whose prompt is new to the server, and `took` those of the others."""

    seconds: float = 0.0
    first: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    tokens: int = 0
    answered: int = 0
    failed: int = 0


def typed_by(user: int, tokenizer: Tokenizer) -> Iterator[Typed]:
    """What a user asks for, one after another, without an end."""
    index = SchemaIndex(read_ddl(schema_of(user), None))
    prompter = Prompter(index, tokenizer)
    for statement in itertools.cycle(statements_of(user)):
        for length in range(LETTERS, len(statement), LETTERS):
            text = statement[:length]
            yield Typed(text, prompter.prompt(analyse(text, length, index)))


def spelled(prompt: Prompt, tokenizer: Tokenizer) -> str:
    """The prompt as text, its special tokens by their names."""
    names = {token: name for name, token in tokenizer.specials.items()}
    parts = []
    for special, run in itertools.groupby(prompt.tokens, key=lambda token: token in names):
        tokens = list(run)
        parts.append("".join(names[t] for t in tokens) if special else tokenizer.decode(tokens))
    return "".join(parts) + prompt.pending


Ask = Callable[[httpx.AsyncClient, int, Typed], Awaitable[int]]
"""Asks for one completion and gives the tokens of the answer. Raises: httpx.HTTPError."""


def raw(peer: Peer, tokenizer: Tokenizer, tokens: int) -> Ask:
    """The model's own words by OpenAI's form, greedy, at most so many tokens."""

    async def ask(client: httpx.AsyncClient, user: int, typed: Typed) -> int:
        ids = [*typed.prompt.tokens, *tokenizer.encode(typed.prompt.pending)]
        answer = await client.post(
            "/v1/completions",
            json={
                "model": peer.model,
                "prompt": spelled(typed.prompt, tokenizer) if peer.as_text else ids,
                "max_tokens": tokens,
                "temperature": 0,
            },
            headers={"X-Session-Id": f"user{user}"},
        )
        answer.raise_for_status()
        return int(answer.json()["usage"]["completion_tokens"])

    return ask


def checked() -> Ask:
    """A keystroke of `/v1/complete`, which waits for the model: ghost, popup and verdicts."""

    async def ask(client: httpx.AsyncClient, user: int, typed: Typed) -> int:
        answer = await client.post(
            "/v1/complete",
            json={
                "text": typed.text,
                "cursor": len(typed.text),
                "schema": f"user{user}",
                "session": f"user{user}",
                "deadline_ms": _PATIENCE * 1000,
            },
        )
        answer.raise_for_status()
        return int(answer.json()["model"] == "answered")

    return ask


async def measure(
    url: str, ask: Ask, users: Sequence[int], seconds: float, tokenizer: Tokenizer
) -> Cell:
    """Types at one server for so long."""
    cell = Cell()

    async def one(client: httpx.AsyncClient, user: int, end: float) -> None:
        for number, typed in enumerate(typed_by(user, tokenizer)):
            begun = time.perf_counter()
            if begun >= end:
                return
            try:
                tokens = await ask(client, user, typed)
            except httpx.HTTPError:
                cell.failed += 1
                await asyncio.sleep(0.1)
                continue
            cell.answered += 1
            cell.tokens += tokens
            (cell.took if number else cell.first).append(time.perf_counter() - begun)

    async with _client(url) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(one(client, user, begun + seconds) for user in users))
        cell.seconds = time.perf_counter() - begun
    return cell


def figures(cell: Cell, what: str) -> dict[str, Any]:
    """A cell's figures; `what` names what `tokens` counts. Times are in milliseconds."""
    took = sorted(cell.took)

    def at(share: float) -> float | None:
        return round(took[min(int(share * len(took)), len(took) - 1)] * 1000, 1) if took else None

    return {
        "answered": cell.answered,
        "failed": cell.failed,
        "first_ms": round(max(cell.first) * 1000, 1) if cell.first else None,
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "answers_per_second": round(cell.answered / cell.seconds, 1),
        f"{what}_per_second": round(cell.tokens / cell.seconds, 1),
    }


def ratios(found: dict[str, Any], ours: str) -> dict[str, Any]:
    """How the others stand to the first: above 1, they take so many times as long, or write so many
    times as much."""
    base = found[ours]
    return {
        name: {
            key: round(value / base[key], 2)
            for key, value in of.items()
            if key in _COMPARED and value and base.get(key)
        }
        for name, of in found.items()
        if name != ours
    }


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=_PATIENCE, trust_env=False)


async def _model_of(url: str) -> str:
    async with _client(url) as client:
        answer = await client.get("/v1/models")
        answer.raise_for_status()
        return str(answer.json()["data"][0]["id"])


async def _put_schemas(url: str, users: Sequence[int]) -> None:
    async with _client(url) as client:
        for user in users:
            answer = await client.put(f"/v1/schemas/user{user}", json={"ddl": schema_of(user)})
            answer.raise_for_status()


async def run(
    ours: dict[str, str],
    peers: list[tuple[str, str, bool]],
    users: list[int],
    seconds: float,
    warm: float,
    tokens: int,
    tokenizer: Tokenizer,
) -> dict[str, Any]:
    """All cells, one after another. `ours` are servers of ours by name, the first the measure of
    all; `peers` are (name, URL, whether prompts go as text).

    Before each cell other users type for `warm` seconds, which do not count: some servers compile
    at their first requests. No two cells have a user in common, so that no answer is remembered.
    """
    all_peers = [Peer(n, url, await _model_of(url), False) for n, url in ours.items()]
    all_peers += [Peer(n, url, await _model_of(url), text) for n, url, text in peers]
    groups = (range(start, start + max(users)) for start in itertools.count(0, max(users)))
    first = next(iter(ours))
    found: dict[str, Any] = {"seconds_each": seconds, "max_tokens": tokens}
    for count in users:
        written: dict[str, Any] = {}
        for peer in all_peers:
            ask = raw(peer, tokenizer, tokens)
            await measure(peer.url, ask, next(groups)[:count], warm, tokenizer)
            cell = await measure(peer.url, ask, next(groups)[:count], seconds, tokenizer)
            written[peer.name] = figures(cell, "tokens")
        keys: dict[str, Any] = {}
        for name, url in ours.items():
            for lasting in (warm, seconds):
                group = next(groups)[:count]
                await _put_schemas(url, group)
                cell = await measure(url, checked(), group, lasting, tokenizer)
            keys[name] = figures(cell, "modelled")
        found[f"users_{count}"] = {
            "completions": written,
            "completions_ratio": ratios(written, first),
            "keystrokes": keys,
            "keystrokes_ratio": ratios(keys, first),
        }
    return found


def _named(values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for value in values:
        name, sign, url = value.partition("=")
        if not sign or not name or not url.startswith("http"):
            raise click.BadParameter(f"{value[:80]!r}: give NAME=http://host:port")
        yield name, url.rstrip("/")


@click.command(help="Measure servers beside each other and print the figures, as JSON.")
@click.argument("url", default="http://127.0.0.1:8765")
@click.option("--gateway", metavar="URL", help="An `sqlcomplete serve` with a --backend.")
@click.option("--peer", multiple=True, metavar="NAME=URL", help="A server of the same weights.")
@click.option("--text-peer", multiple=True, metavar="NAME=URL", help="One of another vocabulary.")
@click.option("--users", multiple=True, type=click.IntRange(1, 100), default=(1, 4))
@click.option("--seconds", type=click.FloatRange(1, 3600), default=15.0, show_default=True)
@click.option("--warm", type=click.FloatRange(0, 600), default=3.0, help="Seconds not counted.")
@click.option("--tokens", type=click.IntRange(1, 100), default=12, show_default=True)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the model served, for its vocabulary; the embedded one without it.",
)
def main(
    url: str,
    gateway: str | None,
    peer: tuple[str, ...],
    text_peer: tuple[str, ...],
    users: tuple[int, ...],
    seconds: float,
    warm: float,
    tokens: int,
    weights: Path | None,
) -> None:
    from sqlcomplete.model import EMBEDDED

    tokenizer = Tokenizer.load((weights or EMBEDDED) / "vocabulary.json")
    ours = {"embedded": url.rstrip("/")}
    if gateway is not None:
        ours["gateway"] = gateway.rstrip("/")
    peers = [(name, where, False) for name, where in _named(peer)]
    peers += [(name, where, True) for name, where in _named(text_peer)]
    try:
        found = asyncio.run(run(ours, peers, list(users), seconds, warm, tokens, tokenizer))
    except (httpx.HTTPError, LookupError, ValueError) as error:
        raise click.ClickException(f"{type(error).__name__}: are all servers up? {error}") from None
    click.echo(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
