"""Shows a tuning at work: a bar, what is left of the time, and whether it learns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from distill.company.tuning import Progress as Tuning
from distill.company.tuning_run import Watcher

_PHASES = {
    "reading": "reading the model",
    "tuning": "tuning",
    "writing": "writing the graph",
    "gate": "typing held-out statements with both models",
}


@contextmanager
def shown(console: Console | None = None) -> Iterator[Watcher]:
    """A watcher that draws on standard error; one line a phase where that is no terminal."""
    console = console or Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None, note="")

        def phase(name: str) -> None:
            text = _PHASES.get(name, name)
            bar.reset(task, total=1.0 if name in ("tuning", "gate") else None)
            bar.update(task, description=text, note="")
            if not console.is_terminal:
                console.print(f"{text} …", highlight=False)

        def tuning(now: Tuning) -> None:
            bar.update(task, completed=now.done, note=note(now))

        def share(done: float) -> None:
            bar.update(task, completed=done)

        yield Watcher(phase, tuning, share, lambda line: console.print(line, highlight=False))


def note(now: Tuning) -> str:
    """What stands beside the bar: an estimate from the pace so far, never a promise."""
    left = f"about {max(round(now.left / 60), 1)} min left" if now.left < 1e6 else ""
    parts = [left, f"{now.speed:.0f} tokens/s"]
    if now.watched is not None:
        parts.append(f"newest statements {now.watched:.2f} nats/token")
    if now.resumed:
        parts.append("resumed")
    return ", ".join(part for part in parts if part)
