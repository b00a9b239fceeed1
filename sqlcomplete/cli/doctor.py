"""`sqlcomplete doctor`: is everything there that a completion needs, and how long does one take."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import click

from sqlcomplete.cli import options
from sqlcomplete.cli.config import Config
from sqlcomplete.cli.engine import Completes, is_folder, open_engine
from sqlcomplete.cli.versions import version_of
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

State = Literal["ok", "wrong", "info"]

REQUIRED = ("sqlcomplete", "onnxruntime", "numpy", "sqlglot", "sqlalchemy")
DRIVERS = ("duckdb", "psycopg", "pymysql")

# A keystroke is felt from about 100 ms on; an installation that takes ten times that is broken.
SLOW_KEYSTROKE_MS = 1000.0

SAMPLE = Schema(
    "sqlite",
    (
        Table(
            "customers",
            (Column("id", "INTEGER"), Column("name", "TEXT"), Column("country", "TEXT")),
            primary_key=("id",),
        ),
        Table(
            "orders",
            (Column("id", "INTEGER"), Column("customer_id", "INTEGER"), Column("total", "REAL")),
            primary_key=("id",),
            foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
        ),
    ),
)
TYPED = "SELECT c.name, sum(o.total) FROM orders o JOIN custom"
EXPECTED = "customers"
KEYSTROKES = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: `name` is what was looked at, `value` what was found."""

    name: str
    state: State
    value: str
    data: Any = None


@click.command()
@options.MODEL
@options.WEIGHTS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, model: bool | str, weights: Path | None, as_json: bool) -> None:
    """Check the installation and time a completion, cold and warm.

    Exits with 1 where something is wrong.
    """
    loaded = ctx.obj if isinstance(ctx.obj, Config) else None
    findings: list[Finding] = []
    for finding in examine(loaded, model=model, weights=weights):
        findings.append(finding)
        if not as_json:
            # Line by line: the model's loading takes a second, and a line shows what is under way.
            click.echo(_drawn(finding))
    healthy = all(finding.state != "wrong" for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": healthy, "findings": [asdict(f) for f in findings]}))
    elif not healthy:
        click.echo(click.style("something is wrong: see the lines marked with x", fg="red"))
    if not healthy:
        ctx.exit(1)


def examine(
    loaded: Config | None, *, model: bool | str, weights: Path | None = None
) -> Iterator[Finding]:
    """All findings, in the report's order; the model is loaded on the way where `model` is set."""
    yield Finding("python", "ok", f"{platform.python_version()} ({sys.executable})")
    yield Finding("machine", "info", f"{platform.platform()}, {_cores()} cores for this process")
    for name in REQUIRED:
        found = version_of(name)
        yield Finding(name, "wrong" if found == "not installed" else "ok", found)
    drivers = {name: version_of(name) for name in DRIVERS}
    present = ", ".join(f"{name} {v}" for name, v in drivers.items() if v != "not installed")
    yield Finding(
        "drivers", "info", f"sqlite (built in){', ' + present if present else ''}", drivers
    )
    if loaded is not None:
        state = "" if loaded.exists else " (absent: the defaults hold)"
        yield Finding("config", "ok", f"{loaded.path}{state}", {"exists": loaded.exists})
    if model:
        yield _caught("model", lambda: _model(model, weights))
        yield _caught("model run", lambda: _timed(model=model, weights=weights))
    yield _caught("without model", lambda: _timed(model=False))
    yield _memory()


def _caught(name: str, look: Callable[[], Finding]) -> Finding:
    """What `look` finds; what it raises is a finding too, since this is where people come when
    things break."""
    try:
        return look()
    except Exception as error:
        line = " ".join(str(error).split()) or "no message"
        return Finding(name, "wrong", f"{type(error).__name__}: {line}")


def _model(model: bool | str, folder: Path | None) -> Finding:
    from sqlcomplete.cli.weights import describe_weights

    own = ""
    if folder is None:
        from sqlcomplete.models import Registry
        from sqlcomplete.models.manifest import verify_files

        registry = Registry()
        if model is True:
            entry = registry.current()
        elif is_folder(str(model)):
            return _model(True, Path(str(model)).expanduser())
        else:
            entry = registry.find(str(model))
        if entry.manifest is not None:
            verify_files(entry.folder, entry.manifest)
            own = f"{entry.id}, "
        folder = entry.folder
    weights = describe_weights(folder)
    value = f"{own}{weights.name}, {weights.bytes / 1024**2:.1f} MiB, sha256 {weights.sha256[:16]}"
    return Finding("model", "ok", value, {**asdict(weights), "path": str(weights.path)})


def _timed(*, model: bool | str, weights: Path | None = None) -> Finding:
    name = "model run" if model else "without model"
    started = time.perf_counter()
    completer = open_engine(model=model, weights=weights)(SAMPLE)
    cold_at = len(TYPED) - KEYSTROKES
    cold, _ = _keystroke(completer, cold_at, started)
    times: list[float] = []
    labels: list[str] = []
    for cursor in range(cold_at + 1, len(TYPED) + 1):
        took, labels = _keystroke(completer, cursor, time.perf_counter())
        times.append(took)
    median, slowest = sorted(times)[len(times) // 2], max(times)
    data = {"cold_ms": cold, "warm_median_ms": median, "warm_max_ms": slowest}
    value = f"first completion {cold:.0f} ms with loading; then {median:.1f} ms a keystroke"
    value += f", at most {slowest:.1f}"
    if not any(label.startswith(EXPECTED) for label in labels):
        return Finding(name, "wrong", f"{value}; but {EXPECTED!r} was not offered", data)
    if median > SLOW_KEYSTROKE_MS:
        return Finding(name, "wrong", f"{value}: far too slow; is the machine busy?", data)
    return Finding(name, "ok", value, data)


def _keystroke(completer: Completes, cursor: int, started: float) -> tuple[float, list[str]]:
    """Milliseconds since `started`, and the labels offered."""
    completion = completer.complete(TYPED[:cursor], cursor)
    took = (time.perf_counter() - started) * 1000
    return round(took, 2), [item.label for item in completion.items]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> Finding:
    try:
        import resource
    except ImportError:  # Windows
        return Finding("memory", "info", "not known on this system")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = peak / (1024**2 if sys.platform == "darwin" else 1024)
    return Finding("memory", "info", f"{mebibytes:.0f} MiB at most so far", round(mebibytes, 1))


def _drawn(finding: Finding) -> str:
    mark = {"ok": click.style("+", fg="green"), "wrong": click.style("x", fg="red"), "info": " "}
    return f"{mark[finding.state]} {finding.name:<14} {finding.value}"
