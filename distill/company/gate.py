"""Decides whether a tuned model may take the place of the one in use: by what it does for people.

Both type the company's held-out statements, which no training has seen, and a small general set.
The tuned one must save keystrokes on the first, lose next to none on the second, invent no more
names and be about as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from distill.company.gate_measure import (
    MakeCompleter,
    Measured,
    Sample,
    drawn,
    measure_both,
    plain_completer,
)
from distill.company.log import CompanyLog
from distill.corpus import Corpus, read_corpus
from distill.evaluate.paired import gain_interval
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model import Weights

GENERAL = Path(__file__).parent / "general"
"""Statements over three small schemas, written for this; they come with the package."""


_TYPED = 5  # statements typed however long they take, whatever the margins


class GateError(SqlcompleteError):
    """A tuned model that did not pass: the message gives the figures."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Margins:
    """What a tuned model must reach. Shares are of 1: `least_gain` more keystrokes saved on the
    company's statements, at most `most_loss` fewer on the general ones; at most `most_unknown` more
    ghosts with unknown names; a median latency of at most `most_slower` times the other's.

    `least_statements` held-out statements are needed to tell: below some twenty, an interval drawn
    from them is too narrow as often as not. Of the gain, `confidence` (two-sided) must lie above
    nothing; 0 asks for no such thing.
    """

    least_gain: float = 0.01
    most_loss: float = 0.02
    most_unknown: float = 0.01
    most_slower: float = 1.75
    least_statements: int = 20
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Side:
    """One model on both sets."""

    company: Measured
    general: Measured


@dataclass(frozen=True, slots=True)
class GateReport:
    """The figures, and why the model does not pass (None where it does). `interval` is that of the
    gain on the company's statements (None where it was not asked for)."""

    before: Side
    after: Side
    reason: str | None
    interval: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """For the manifest, rounded."""
        return {
            "passed": self.reason is None,
            "reason": self.reason,
            "gain_interval": None if self.interval is None else _rounded(list(self.interval)),
            "before": _rounded(asdict(self.before)),
            "after": _rounded(asdict(self.after)),
        }

    @property
    def line(self) -> str:
        """The figures in a line."""
        b, a = self.before, self.after
        return (
            f"keystrokes saved on {a.company.statements} held-out statements "
            f"{b.company.saved:.1%} -> {a.company.saved:.1%}{_within(self.interval)}, "
            f"on {a.general.statements} general ones {b.general.saved:.1%} -> "
            f"{a.general.saved:.1%}; unknown names {b.company.unknown:.1%} -> "
            f"{a.company.unknown:.1%}; median {b.company.p50_ms:.0f} -> {a.company.p50_ms:.0f} ms"
        )


def judge_models(
    log: CompanyLog,
    before: Weights,
    after: Weights,
    *,
    seconds: float,
    margins: Margins | None = None,
    general: Corpus | None = None,
    make: MakeCompleter = plain_completer,
    advance: Callable[[float], None] = lambda _: None,
) -> GateReport:
    """Measures both models and decides.

    Args:
        log: Its `held_out` part is what is typed.
        seconds: What the measuring may take; three fifths go to the company's statements, of
            which the margins' least number is typed however long it takes.
        general: Other general statements (split `dev`) than those that come with the package.
        make: Makes the completer that is measured, for one with a profile.
        advance: Told the share that is done.
    """
    margins = margins or Margins()
    own = [Sample(log.schema, drawn([s.sql for s in log.held_out]))]
    company = measure_both(
        own,
        before,
        after,
        seconds=seconds * 0.6,
        least=max(margins.least_statements, _TYPED),
        make=make,
        advance=lambda x: advance(x * 0.6),
    )
    others = general_samples(general or read_corpus(GENERAL))
    rest = measure_both(
        others, before, after, seconds=seconds * 0.4, advance=lambda x: advance(0.6 + x * 0.4)
    )
    sides = Side(company[0], rest[0]), Side(company[1], rest[1])
    interval = _interval(*sides, margins)
    return GateReport(*sides, decide(*sides, margins, interval), interval)


def general_samples(corpus: Corpus) -> list[Sample]:
    """A corpus's dev statements by schema."""
    grouped: dict[str, list[str]] = {}
    schemas = {}
    for statement in corpus.of_split("dev"):
        grouped.setdefault(statement.db_id, []).append(statement.sql)
        schemas[statement.db_id] = corpus.schema(statement)
    return [Sample(schemas[db_id], drawn(found)) for db_id, found in grouped.items()]


def decide(
    before: Side,
    after: Side,
    margins: Margins,
    interval: tuple[float, float] | None = None,
) -> str | None:
    """Why the model does not pass, in a line; None where it does. `interval` is that of the gain,
    where the margins ask for one."""
    count = after.company.statements
    if count < margins.least_statements:
        return (
            f"only {count} held-out statements, {margins.least_statements} are needed to tell "
            "whether it is better: give a longer log"
        )
    failures = after.company.failures + after.general.failures
    if failures:
        return f"completion failed {failures} times with the tuned model"
    gain = after.company.saved - before.company.saved
    if gain < margins.least_gain:
        return _changed(
            f"keystrokes saved on {count} held-out statements",
            before.company.saved,
            after.company.saved,
            f"at least {margins.least_gain:.1%} more are wanted",
        )
    if interval is not None and interval[0] <= 0:
        return (
            f"keystrokes saved on {count} held-out statements "
            f"{before.company.saved:.1%} -> {after.company.saved:.1%}, which may be chance "
            f"({_points(interval)}, {margins.confidence:.0%} sure): give a longer log or more "
            "--minutes"
        )
    if before.general.saved - after.general.saved > margins.most_loss:
        return _changed(
            f"keystrokes saved on {after.general.statements} general statements",
            before.general.saved,
            after.general.saved,
            f"at most {margins.most_loss:.1%} may be lost",
        )
    for name, old, new in _sets(before, after):
        if new.unknown - old.unknown > margins.most_unknown:
            return _changed(
                f"ghosts with unknown names on {name} statements",
                old.unknown,
                new.unknown,
                f"at most {margins.most_unknown:.1%} more may be",
            )
        if new.p50_ms > old.p50_ms * margins.most_slower:
            return (
                f"median latency on {name} statements {old.p50_ms:.0f} -> {new.p50_ms:.0f} ms: "
                f"at most {margins.most_slower:g} times as long may be"
            )
    return None


def _interval(before: Side, after: Side, margins: Margins) -> tuple[float, float] | None:
    if not margins.confidence or after.company.statements < margins.least_statements:
        return None
    return gain_interval(before.company.each, after.company.each, confidence=margins.confidence)


def _within(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" ({_points(interval)})"


def _points(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"a gain between {low * 100:+.1f} and {high * 100:+.1f} points"


def _sets(before: Side, after: Side) -> Sequence[tuple[str, Measured, Measured]]:
    return (
        ("held-out", before.company, after.company),
        ("general", before.general, after.general),
    )


def _changed(what: str, old: float, new: float, wanted: str) -> str:
    return f"{what} {old:.1%} -> {new:.1%}: {wanted}"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items() if key != "each"}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value
