"""Writes figures down: JSON with everything, Markdown with what is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from distill.evaluate.figures import Figures
from distill.evaluate.run import SystemReport
from distill.evaluate.tokens import KINDS

_SHOWN = 3  # buckets smaller than this tell nothing


def document(reports: Sequence[SystemReport], settings: dict[str, Any]) -> dict[str, Any]:
    """Everything as plain values for JSON."""
    return {"settings": settings, "systems": [asdict(r) for r in reports]}


def markdown(reports: Sequence[SystemReport], title: str) -> str:
    """A table of figures, a column for each system on each corpus; then keystrokes by source and
    the precision of ghosts by confidence."""
    columns = [(r, name) for r in reports for name in r.corpora]
    parts = [title, "", _row(["", *(f"{r.system}<br>{name}" for r, name in columns)])]
    parts.append(_row(["---", *("---:" for _ in columns)]))
    for label, of in _ROWS:
        parts.append(_row([label, *(of(r.corpora[name].overall) for r, name in columns)]))
    for label, attribute in (("First completion", "first_ms"), ("Peak memory", "peak_mb")):
        unit = "ms" if attribute == "first_ms" else "MB"
        cells = [f"{getattr(r.cold, attribute):.0f} {unit}" if r.cold else "-" for r, _ in columns]
        parts.append(_row([label, *cells]))
    parts += ["", *_by_source(reports), *_by_confidence(reports)]
    return "\n".join(parts).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def percent(share: float | None) -> str:
    """`35.7%`, or a dash where nothing was counted."""
    return "-" if share is None else f"{share * 100:.1f}%"


def _interval(figures: Figures) -> str:
    if figures.saved_interval is None:
        return "-"
    low, high = figures.saved_interval
    return f"{low * 100:.1f}-{high * 100:.1f}%"


def _tops(kind: str, typed: bool) -> Callable[[Figures], str]:
    def cell(figures: Figures) -> str:
        found = figures.next_token[kind]
        pair = (found.top1_typed, found.top5_typed) if typed else (found.top1, found.top5)
        return " / ".join(map(percent, pair))

    return cell


def _latency(key: str) -> Callable[[Figures], str]:
    return lambda f: f"{f.latency_ms[key]:.1f} ms" if f.latency_ms else "-"


_ROWS: list[tuple[str, Callable[[Figures], str]]] = [
    ("Statements", lambda f: str(f.statements)),
    ("**Keystrokes saved**", lambda f: f"**{percent(f.saved)}**"),
    ("95% interval", _interval),
    ("**Next token, nothing typed: top-1 / top-5**", _tops("all", False)),
    *((f"- {kind}", _tops(kind, False)) for kind in KINDS),
    ("Next token, one character typed: top-1 / top-5", _tops("all", True)),
    *((f"- {kind}", _tops(kind, True)) for kind in KINDS),
    ("Cursors with a ghost", lambda f: percent(f.ghost_shown)),
    ("Ghost precision (whole / first word)",
     lambda f: f"{percent(f.ghost_precision)} / {percent(f.ghost_word_precision)}"),
    ("Ghost right to the clause's end", lambda f: percent(f.ghost_exact)),
    ("Ghost similarity to the clause's rest", lambda f: percent(f.ghost_similarity)),
    ("Fill a token: ghost / one accept",
     lambda f: f"{percent(f.fill['token.ghost'])} / {percent(f.fill['token.accept'])}"),
    ("Fill to the clause's end: ghost / one accept",
     lambda f: f"{percent(f.fill['clause.ghost'])} / {percent(f.fill['clause.accept'])}"),
    ("Ghosts with an unknown name",
     lambda f: f"{percent(f.unknown_rate)} of {f.ghosts_judged}"),
    ("Keystroke p50", _latency("p50")),
    ("Keystroke p95", _latency("p95")),
    ("Keystroke p99", _latency("p99")),
    ("Failures", lambda f: str(f.failures)),
]  # fmt: skip


def _by_source(reports: Sequence[SystemReport]) -> list[str]:
    sources = sorted({s for r in reports for c in r.corpora.values() for s in c.by_source})
    lines = ["Keystrokes saved, by source:", "", _row(["", *(r.system for r in reports)])]
    lines.append(_row(["---", *("---:" for _ in reports)]))
    for source in sources:
        cells = []
        for report in reports:
            found = [c.by_source[source] for c in report.corpora.values() if source in c.by_source]
            cells.append(percent(found[-1].saved) if found else "-")
        lines.append(_row([source, *cells]))
    return [*lines, ""]


def _by_confidence(reports: Sequence[SystemReport]) -> list[str]:
    lines: list[str] = []
    for report in reports:
        overall = list(report.corpora.values())[-1].overall
        if all(b.count < _SHOWN for b in overall.buckets):
            continue
        lines += [f"Precision of {report.system}'s ghosts, by confidence:", ""]
        lines += [_row(["confidence", "ghosts", "whole right", "first word right"])]
        lines += [_row(["---", "---:", "---:", "---:"])]
        lines += [
            _row([f"{b.low:.1f}-{b.low + 0.1:.1f}", str(b.count), percent(b.precision),
                  percent(b.word_precision)])
            for b in overall.buckets if b.count
        ]  # fmt: skip
        lines.append("")
    return lines
