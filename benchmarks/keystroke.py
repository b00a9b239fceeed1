"""What a keystroke costs, in counts that no other load on the machine changes.

`python -m benchmarks.keystroke` types a fixed statement and counts, for each keystroke, the
engine's files that are entered, the calls inside them, all Python calls, and what is lexed.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import FrameType
from typing import Any

import click

import sqlcomplete
from sqlcomplete.completer import Completer
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.syntax.lex import lex

ENGINE = str(Path(sqlcomplete.__path__[0])) + os.sep
SCHEMA = schema_from_ddl(
    """
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER REFERENCES customers (id),
        status TEXT CHECK (status IN ('open', 'paid')),
        total NUMERIC,
        placed_at TIMESTAMP
    );
    CREATE TABLE order_items (
        order_id INTEGER REFERENCES orders (id),
        product TEXT,
        quantity INTEGER
    );
    """,
    "postgres",
)
WARM = "SELECT region FROM customers WHERE name = 'Ann' ORDER BY region"
STATEMENT = (
    "SELECT c.name, count(*) AS orders FROM customers c JOIN orders o ON o.customer_id = c.id"
    " WHERE o.status = 'paid' AND o.total > 100 GROUP BY c.name ORDER BY orders DESC LIMIT 10"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """One keystroke.

    `files` are the engine's source files entered, `calls` the calls of functions in them (resumed
    generators too), `all_calls` those of every Python function. `lexed` counts calls of the lexer,
    `lexed_characters` what they read.
    """

    files: float
    calls: float
    all_calls: float
    lexed: float
    lexed_characters: float


def cost(keystroke: Callable[[], object]) -> Cost:
    """What one call of `keystroke` costs."""
    files: set[str] = set()
    calls = all_calls = lexed = characters = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls, all_calls, lexed, characters
        if event != "call":
            return
        all_calls += 1
        code = frame.f_code
        if not code.co_filename.startswith(ENGINE):
            return
        calls += 1
        files.add(code.co_filename)
        if code is lex.__code__:
            lexed += 1
            characters += len(frame.f_locals["text"]) - frame.f_locals["start"]

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        keystroke()
    finally:
        sys.setprofile(before)
    return Cost(len(files), calls, all_calls, lexed, characters)


def typed(completer: Completer, statement: str) -> list[Cost]:
    """The cost of each keystroke of a statement that is typed from its beginning."""

    def press(end: int) -> Callable[[], object]:
        return lambda: completer.complete(statement[:end], end)

    return [cost(press(end)) for end in range(1, len(statement) + 1)]


def edited(completer: Completer, statement: str) -> list[Cost]:
    """The cost of a completion at each cursor of a statement that is there already."""

    def ask(at: int) -> Callable[[], object]:
        return lambda: completer.complete(statement, at)

    return [cost(ask(at)) for at in range(len(statement) + 1)]


def summary(costs: list[Cost]) -> dict[str, Cost]:
    """Mean, median and largest of each count."""
    ways: dict[str, Callable[[list[float]], float]] = {
        "mean": statistics.fmean,
        "median": statistics.median,
        "largest": max,
    }
    return {
        name: Cost(*(round(way([getattr(c, f.name) for c in costs]), 1) for f in fields(Cost)))
        for name, way in ways.items()
    }


@click.command()
@click.option("--model", is_flag=True, help="With the model that ships, not the engine alone.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def main(model: bool, as_json: bool) -> None:
    """Counts what each keystroke of a fixed statement costs."""
    completer = Completer(SCHEMA, model="embedded" if model else None)
    for end in range(len(WARM) + 1):
        completer.complete(WARM[:end], end)
    # One after the other: the second finds what the first left in the caches of the parser.
    found = {
        "typed": summary(typed(completer, STATEMENT)),
        "edited": summary(edited(completer, STATEMENT)),
    }
    if as_json:
        click.echo(
            json.dumps(
                {k: {n: asdict(c) for n, c in v.items()} for k, v in found.items()}, indent=2
            )
        )
        return
    names = [f.name for f in fields(Cost)]
    click.echo(f"{'':>16}" + "".join(f"{name:>18}" for name in names))
    for kind, rows in found.items():
        for name, row in rows.items():
            click.echo(
                f"{kind + ' ' + name:>16}" + "".join(f"{getattr(row, n):>18,.1f}" for n in names)
            )


if __name__ == "__main__":
    main()
