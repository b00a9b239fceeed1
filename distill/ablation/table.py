"""The ablation's table: JSON with everything, Markdown with what is compared. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from distill.ablation.paired import Difference, OnPack, difference, mean_nats, top1
from distill.ablation.rows import Row

WAYS = ("exact", "rounded")


@dataclass(frozen=True, slots=True)
class Result:
    """A row, measured: `packs` by corpus and by way of holding the weights; `saved` keystrokes by
    corpus, a share, with its 95% interval where the replay gave one."""

    row: Row
    packs: Mapping[str, Mapping[str, tuple[OnPack, ...]]]
    saved: Mapping[str, tuple[float, tuple[float, float] | None]]


def result_of(row: Row, measured: Mapping[str, Any], replayed: Mapping[str, Any] | None) -> Result:
    """Of what the commands `measure` and `evaluate` wrote."""
    packs = {
        corpus: {way: tuple(OnPack(**pack) for pack in ways[way]) for way in WAYS}
        for corpus, ways in measured["corpora"].items()
    }
    saved: dict[str, tuple[float, tuple[float, float] | None]] = {}
    if replayed is not None:
        for name, figures in replayed["systems"][0]["corpora"].items():
            overall = figures["overall"]
            if overall["saved"] is not None:
                span = overall["saved_interval"]
                saved[name] = (overall["saved"], (span[0], span[1]) if span else None)
    return Result(row, packs, saved)


def differences(result: Result, other: Result) -> dict[str, dict[str, Difference]]:
    """The row less the one it is read against, by corpus and way."""
    return {
        corpus: {way: difference(ways[way], other.packs[corpus][way]) for way in WAYS}
        for corpus, ways in result.packs.items()
        if corpus in other.packs
    }


def as_json(results: Sequence[Result], about: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure as plain values."""
    found = {result.row.name: result for result in results}
    rows = []
    for result in results:
        other = found.get(result.row.against or "")
        rows.append(
            {
                **asdict(result.row),
                "nats": _each(result, mean_nats),
                "top1": _each(result, top1),
                "difference": {
                    corpus: {way: asdict(one) for way, one in ways.items()}
                    for corpus, ways in (differences(result, other) if other else {}).items()
                },
                "saved": {
                    name: {"share": s, "interval": i} for name, (s, i) in result.saved.items()
                },
            }
        )
    return {"about": dict(about), "rows": rows}


def _each(result: Result, of: Any) -> dict[str, dict[str, float]]:
    return {c: {way: of(p) for way, p in ways.items()} for c, ways in result.packs.items()}


def as_markdown(results: Sequence[Result], about: Mapping[str, Any], way: str = "rounded") -> str:
    """A table a corpus, read by one of WAYS of holding the weights. A difference of less than two
    standard errors is marked as noise."""
    found = {result.row.name: result for result in results}
    lines = [", ".join(f"{name}: {value}" for name, value in about.items()) + ".", ""]
    for corpus in dict.fromkeys(name for result in results for name in result.packs):
        lines += [
            f"**{corpus}**: nats a labelled token, less is better; the difference is to the row "
            "named, over the same packs, with its standard error.",
            "",
            f"| row | | nats | rounded | top-1, {way} | difference, {way} | keystrokes saved |",
            "| --- | --- | ---: | ---: | ---: | --- | ---: |",
        ]
        for result in results:
            if corpus not in result.packs:
                continue
            ways = result.packs[corpus]
            other = found.get(result.row.against or "")
            lines.append(
                f"| {result.row.name} | {result.row.about} | {mean_nats(ways['exact']):.4f} | "
                f"{mean_nats(ways['rounded']):.4f} | {top1(ways[way]):.1%} | "
                f"{_said(result, other, corpus, way)} | {_saved(result, corpus)} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _said(result: Result, other: Result | None, corpus: str, way: str) -> str:
    if other is None or corpus not in other.packs:
        return "-"
    one = differences(result, other)[corpus][way]
    noise = "" if one.clear else " (noise)"
    return f"{one.mean:+.4f} ± {one.error:.4f} to {other.row.name}{noise}"


def _saved(result: Result, corpus: str) -> str:
    if corpus not in result.saved:
        return "-"
    share, span = result.saved[corpus]
    return f"{share:.1%}" + (f" ({span[0]:.1%} to {span[1]:.1%})" if span else "")
