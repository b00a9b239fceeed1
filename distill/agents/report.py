"""What a run did, in numbers: one document for programs, one page for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import mean
from typing import Any

from distill.agents.chain import is_seed
from distill.agents.controller import Result
from distill.agents.lm.store import Spending
from distill.agents.record import Record
from distill.agents.seeds import Seeds
from distill.agents.settings import AgentsSettings
from distill.agents.taxonomy import traits

_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\d+(?:\.\d+)?")


def build_report(
    settings: AgentsSettings,
    seeds: Seeds,
    result: Result,
    *,
    spending: Spending | None,
    seconds: float,
) -> dict[str, Any]:
    """The report as plain values. `seconds` are this process's."""
    chosen = result.chosen
    document: dict[str, Any] = {
        "agents": {agent: settings.back_end(agent) for agent in settings.agents},
        "stopped": result.stopped,
        "seconds": round(seconds, 1),
        "seeds": {"given": len(seeds.records), "left out, of a dev schema": seeds.left_out},
        "rounds": [asdict(round_) for round_ in result.rounds],
        "chosen": {
            "records": len(chosen),
            "seeds": sum(is_seed(r) for r in chosen),
            "made": sum(not is_seed(r) for r in chosen),
            "with a plan": sum(r.plan is not None for r in chosen),
        },
        "work": _work(chosen),
        "rejects": _rejects(result),
        "taxonomy": {
            name: _before_after(seeds.records, chosen, get) for name, get in _TAXONOMY.items()
        },
        "difficulty": {"before": _difficulty(seeds.records), "after": _difficulty(chosen)},
        "scores": _scores(chosen),
    }
    if settings.model is not None and spending is not None:
        document["model"] = {"name": settings.model.model} | asdict(spending)
    return document


def report_page(document: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    chosen, seeds = document["chosen"], document["seeds"]
    lines = [
        "# What the agents made",
        "",
        f"{chosen['records']} records chosen, of {seeds['given']} seeds: {chosen['seeds']} seeds "
        f"and {chosen['made']} made of them; {chosen['with a plan']} have a plan.",
    ]
    if document["stopped"]:
        lines += ["", f"**The run stopped before its end**: {document['stopped']}."]
    lines += ["", "Agents: " + ", ".join(f"{a} ({b})" for a, b in document["agents"].items()) + "."]
    lines += _table("Rounds", document["rounds"])
    lines += _table(
        "What was done to the chosen records",
        [
            {"agent": agent, "what": what, "records": count}
            for agent, notes in document["work"].items()
            for what, count in notes.items()
        ],
    )
    lines += _table(
        "Rejects",
        [
            {"agent": agent, "reason": reason, "records": count}
            for agent, reasons in document["rejects"].items()
            for reason, count in reasons.items()
        ],
    )
    for name, rows in document["taxonomy"].items():
        lines += _table(f"By {name}, before and after", rows)
    lines += _table("Difficulty", [{"": k} | v for k, v in document["difficulty"].items()])
    if document["scores"]:
        lines += _table("Mean scores of the chosen", [document["scores"]])
    if "model" in document:
        lines += _table("The model", [document["model"]])
    return "\n".join(lines) + "\n"


_TAXONOMY = {
    "task": lambda r: traits(r.sql, r.dialect).category,
    "dialect": lambda r: r.dialect or "generic",
    "joins": lambda r: _upto(traits(r.sql, r.dialect).joins, 3),
    "nesting": lambda r: _upto(traits(r.sql, r.dialect).nesting, 3),
    "source": lambda r: r.source,
}


def _upto(count: int, most: int) -> str:
    return f"{most} or more" if count >= most else str(count)


def _before_after(
    before: Sequence[Record], after: Sequence[Record], get: Any
) -> list[dict[str, Any]]:
    old, new = Counter(map(get, before)), Counter(map(get, after))
    names = sorted(old | new, key=lambda name: (-old[name], -new[name], name))
    return [
        {
            "": name,
            "before": old[name],
            "share before": _share(old[name], len(before)),
            "after": new[name],
            "share after": _share(new[name], len(after)),
        }
        for name in names
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _work(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for record in records:
        for step in record.provenance:
            if step.agent != "selection":
                counts.setdefault(step.agent, Counter())[_family(step.note)] += 1
    return {agent: _most(counter) for agent, counter in sorted(counts.items())}


def _rejects(result: Result) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for reject in result.rejects:
        counts.setdefault(reject.agent, Counter())[_family(reject.reason)] += 1
    return {agent: _most(counter) for agent, counter in sorted(counts.items())}


def _most(counter: Counter[str], rows: int = 25) -> dict[str, int]:
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in ordered[rows:])
    return dict(ordered[:rows]) | ({"(others)": rest} if rest else {})


def _family(text: str) -> str:
    """A reason or note without its particulars, so that equal ones count as one."""
    head = text.partition(":")[0]
    return _PARTICULARS.sub("…", head).strip()[:80]


def _difficulty(records: Sequence[Record]) -> dict[str, float]:
    values = sorted(traits(r.sql, r.dialect).difficulty for r in records)
    if not values:
        return {}
    last = len(values) - 1
    shares = {"lowest tenth": 0.1, "median": 0.5, "highest tenth": 0.9}
    return {name: round(values[int(last * share)], 2) for name, share in shares.items()}


def _scores(records: Iterable[Record]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for record in records:
        for name, value in record.scores:
            values.setdefault(name, []).append(value)
    return {name: round(mean(column), 2) for name, column in sorted(values.items())}


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    names = list(rows[0])
    lines = ["", f"## {title}", "", f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    for row in rows:
        cells = (str(row.get(name, "")).replace("|", "\\|") for name in names)
        lines.append(f"| {' | '.join(cells)} |")
    return lines
