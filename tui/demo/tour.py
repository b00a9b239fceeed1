"""The headless tour: real completions on the demo database, printed one after the other."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from sqlcomplete.cli.engine import open_engine
from sqlcomplete.cli.render import Marks, marks_for
from sqlcomplete.completion import Completion, Item
from sqlcomplete.schema import schema_from_url

FIRST_TEXT = """\
-- The demo shop. Dim text at the cursor is a suggestion: Tab takes all
-- of it, Ctrl+Right a word, Esc none. F5 runs a statement, F1 helps.

SELECT c.name, COUNT(*) AS orders
FROM customers AS c
JOIN orders AS o ON o.customer_id = c.id
WHERE o.status <> 'cancelled'
GROUP BY c.name
ORDER BY orders DESC
LIMIT 5;

"""

_ITEMS = 5
_DEADLINE_MS = 2000.0


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to show; the caret in `text` is drawn as a vertical bar."""

    title: str
    text: str


STOPS = (
    Stop("The tables of the database", "SELECT * FROM |"),
    Stop("A whole join, from the foreign key", "SELECT * FROM orders o JOIN |"),
    Stop("The condition of a join", "SELECT * FROM order_items i JOIN products p ON |"),
    Stop("Columns, known from what stands right of them", "SELECT c.| FROM customers c"),
    Stop("Inside a word", "SELECT name, unit_pr| FROM products"),
    Stop("The values that a CHECK allows", "SELECT id FROM orders WHERE status = |"),
    Stop(
        "GROUP BY, from the projection",
        "SELECT country_code, segment, COUNT(*)\nFROM customers\nGROUP BY |",
    ),
    Stop(
        "The columns of a common table expression",
        "WITH busy AS (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id)\n"
        "SELECT b.| FROM busy b",
    ),
    Stop("An INSERT with its columns and values", "INSERT INTO reviews |"),
    Stop("A comment that says what to write", "-- revenue by product\nSELECT |"),
    Stop("UPDATE, one column after another", "UPDATE products SET |"),
)


def run_tour(database: Path, say: Callable[[str], object], *, model: bool | str = True) -> None:
    """Print what the completer says at every stop, then a line that sums it up.

    Raises:
        SqlcompleteError: where the schema cannot be read or the model cannot be loaded.
    """
    began = time.perf_counter()
    schema = schema_from_url(f"sqlite:///{database}")
    completer = open_engine(model=model)(schema)
    ready = time.perf_counter() - began
    columns = sum(len(table.columns) for table in schema.tables)
    say(f"A shop of {len(schema.tables)} tables and {columns} columns; ready in {ready:.1f} s.")
    marks = marks_for(getattr(sys.stdout, "encoding", None))
    times, ghosts, answered = [], 0, 0
    for number, stop in enumerate(STOPS, 1):
        cursor = stop.text.index("|")
        text = stop.text.replace("|", "", 1)
        completion = completer.complete(text, cursor, max_items=_ITEMS, deadline_ms=_DEADLINE_MS)
        times.append(completion.timings_ms.total)
        ghosts += completion.ghost is not None
        answered += bool(completion.ghost or completion.items)
        say("")
        say(click.style(f"{number:>2}. {stop.title}", bold=True))
        for line in _drawn(text, cursor, completion, marks):
            say(f"    {line}")
    times.sort()
    say("")
    say(
        f"{answered} of {len(STOPS)} answered, {ghosts} with a ghost; a completion took "
        f"{times[len(times) // 2]:.0f} ms at the median, {times[-1]:.0f} ms at most."
    )
    say("In a terminal, `sqlcomplete demo` opens the editor on this database.")


def _drawn(text: str, cursor: int, completion: Completion, marks: Marks) -> list[str]:
    """The text with the ghost in it, dim and between marks (a pipe shows no styles)."""
    ghost = completion.ghost
    shown = f"{marks.open}{ghost.text}{marks.close}" if ghost else marks.cursor
    dim = "\n".join(
        click.style(part, dim=True, italic=True) if part else "" for part in shown.split("\n")
    )
    lines = f"{text[:cursor]}{dim}{text[cursor:]}".split("\n")
    if completion.items:
        lines.append(click.style("items: ", dim=True) + "   ".join(map(_item, completion.items)))
    about = f"{completion.timings_ms.total:.0f} ms"
    if ghost is not None:
        about = f"{ghost.source}, {ghost.confidence:.0%} sure, {ghost.verdict.status}, {about}"
        lines += [click.style(f"warning: {w}", fg="yellow") for w in ghost.verdict.warnings]
    return [*lines, click.style(about, dim=True)]


def _item(item: Item) -> str:
    return " ".join(item.label.split())
