"""Puts a server under load: users who type at a steady pace, each against a schema of his own.

    python -m serve.load http://127.0.0.1:8765 --users 20 --keys 5 --seconds 120

A user who types on gives up the answer that he waits for, as editors do: the request is cancelled.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx

TABLES = ("orders", "customers", "items", "payments", "shipments", "reviews")
COLUMNS = ("id", "customer_id", "created_at", "status", "amount", "city", "note", "rating")


def schema_of(user: int) -> str:
    """DDL of a user's own schema: some tables, whose names no other user's have."""
    lines = []
    for place, table in enumerate(TABLES):
        shift = (user + place) % len(COLUMNS)
        columns = ["id", *(c for c in (*COLUMNS[shift:], *COLUMNS[:shift]) if c != "id")][:6]
        lines.append(
            f"CREATE TABLE {table}_{user} (" + ", ".join(f"{c} INTEGER" for c in columns) + ");"
        )
    return "\n".join(lines)


def statements_of(user: int) -> list[str]:
    """What he types, over and over."""
    return [
        f"SELECT id, created_at FROM orders_{user} WHERE id = 5 ORDER BY created_at DESC;",
        f"SELECT c.id, count(*) FROM customers_{user} c JOIN orders_{user} o ON o.id = c.id "
        "GROUP BY c.id;",
        f"UPDATE payments_{user} SET id = 1 WHERE id = 2;",
        f"INSERT INTO items_{user} (id) VALUES (7);",
    ]


@dataclass
class Tally:
    """What all requests came to. Times are in seconds."""

    took: list[float] = field(default_factory=list)
    ghosts: Counter[str] = field(default_factory=Counter)
    model: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """`keys` a second for each user, `deadline_ms` of each request; `cancel` as editors do."""

    url: str
    users: int
    keys: float
    seconds: float
    deadline_ms: float
    cancel: bool
    token: str | None


async def run(plan: Plan) -> Tally:
    """Types until the time is over."""
    tally = Tally()
    headers = {"Authorization": f"Bearer {plan.token}"} if plan.token else {}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=4 * plan.users)
    async with httpx.AsyncClient(
        base_url=plan.url, headers=headers, timeout=30, limits=limits, trust_env=False
    ) as client:
        for user in range(plan.users):
            await _put(client, user)
        end = time.perf_counter() + plan.seconds
        await asyncio.gather(*(_type(client, user, plan, end, tally) for user in range(plan.users)))
    return tally


async def _put(client: httpx.AsyncClient, user: int) -> None:
    answer = await client.put(f"/v1/schemas/user{user}", json={"ddl": schema_of(user)})
    answer.raise_for_status()


async def _type(client: httpx.AsyncClient, user: int, plan: Plan, end: float, tally: Tally) -> None:
    pause = 1 / plan.keys
    next_key = time.perf_counter() + pause * user / plan.users
    waiting: set[asyncio.Task[None]] = set()
    while True:
        for statement in statements_of(user):
            for length in range(1, len(statement) + 1):
                await asyncio.sleep(max(next_key - time.perf_counter(), 0))
                next_key += pause
                if time.perf_counter() >= end:
                    await asyncio.gather(*waiting, return_exceptions=True)
                    return
                if plan.cancel:
                    for task in waiting:
                        task.cancel()
                task = asyncio.create_task(_ask(client, user, statement[:length], plan, tally))
                waiting.add(task)
                task.add_done_callback(waiting.discard)


async def _ask(client: httpx.AsyncClient, user: int, text: str, plan: Plan, tally: Tally) -> None:
    sent = {
        "text": text,
        "cursor": len(text),
        "schema": f"user{user}",
        "session": f"user{user}",
        "deadline_ms": plan.deadline_ms,
    }
    begun = time.perf_counter()
    try:
        answer = await client.post("/v1/complete", json=sent)
    except asyncio.CancelledError:
        tally.cancelled += 1
        raise
    except httpx.HTTPError as error:
        tally.failures[type(error).__name__] += 1
        return
    took = time.perf_counter() - begun
    if answer.status_code != 200:
        tally.failures[str(answer.status_code)] += 1
        if answer.status_code == 404:
            # The server was started anew: it has no schemas yet.
            await _put(client, user)
        return
    tally.took.append(took)
    tally.late += took * 1000 > plan.deadline_ms
    body = answer.json()
    ghost = body["ghost"]
    tally.ghosts["none" if ghost is None else ghost["source"]] += 1
    tally.model[body["model"]] += 1


def report(tally: Tally, plan: Plan, memory: int | None) -> dict[str, Any]:
    """The figures. Times are in milliseconds, `memory` in bytes.

    `within_deadline` is a share of all that was asked: an answer that was given up or refused did
    not come in time. `model_shed` is a share of the answers that the model was wanted for.
    """
    took = sorted(tally.took)
    failed = sum(tally.failures.values())
    asked = len(took) + failed + tally.cancelled
    wanted = tally.model["answered"] + tally.model["late"]

    def at(share: float) -> float | None:
        return round(took[min(int(share * len(took)), len(took) - 1)] * 1000, 1) if took else None

    return {
        "users": plan.users,
        "keys_per_second": plan.keys,
        "seconds": plan.seconds,
        "requests": asked,
        "answered_per_second": round(len(took) / plan.seconds, 1),
        "p50_ms": at(0.50),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "longest_ms": at(1.0),
        "within_deadline": round((len(took) - tally.late) / asked, 4) if asked else None,
        "deadline_ms": plan.deadline_ms,
        "error_rate": round(failed / asked, 4) if asked else None,
        "errors": dict(tally.failures),
        "cancelled": tally.cancelled,
        "ghosts": dict(tally.ghosts),
        "model": dict(tally.model),
        "model_shed": round(tally.model["late"] / wanted, 4) if wanted else None,
        "model_ghosts": round(tally.ghosts["model"] / len(took), 4) if took else None,
        "memory_mib": None if memory is None else round(memory / 2**20),
    }


def memory_of(process: int) -> int | None:
    """The most memory that a process has had, in bytes; None where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


@click.command(help="Put a server under load and print what came of it, as JSON.")
@click.argument("url", default="http://127.0.0.1:8765")
@click.option("--users", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--keys", type=click.FloatRange(0.1, 100), default=5.0, show_default=True)
@click.option("--seconds", type=click.FloatRange(1, 86400), default=120.0, show_default=True)
@click.option("--deadline-ms", type=click.FloatRange(1, 60000), default=150.0, show_default=True)
@click.option("--cancel/--no-cancel", default=True, help="Give up an answer at the next key.")
@click.option("--pid", type=int, help="The server's process, to tell its memory.")
@click.option("--token", envvar="SQLCOMPLETE_TOKEN")
def main(
    url: str,
    users: int,
    keys: float,
    seconds: float,
    deadline_ms: float,
    cancel: bool,
    pid: int | None,
    token: str | None,
) -> None:
    plan = Plan(url, users, keys, seconds, deadline_ms, cancel, token)
    try:
        tally = asyncio.run(run(plan))
    except httpx.HTTPError as error:
        raise click.ClickException(f"{url}: {type(error).__name__}; is the server up?") from None
    memory = None if pid is None else memory_of(pid)
    click.echo(json.dumps(report(tally, plan, memory), indent=2))


if __name__ == "__main__":
    main()
