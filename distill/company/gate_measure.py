"""Measures models side by side on the same statements, within a budget of time.

Each statement is typed with every model, the first turn changing sides: what else the machine does
meanwhile falls on all alike, so that the latencies can be compared.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from distill.company.tuning_values import with_values
from distill.evaluate.keystrokes import replay
from distill.evaluate.measure import Asker, judge_all
from distill.evaluate.names import KnownNames
from distill.evaluate.system import Answer, ShownGhost, Suggestion
from distill.evaluate.target import target_of
from sqlcomplete.completer import Completer
from sqlcomplete.model import Weights
from sqlcomplete.schema.model import Schema

MakeCompleter = Callable[[Schema, Weights], Completer]


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on one set: `saved` is the share of keystrokes saved, 0 to 1; `unknown` the share
    of ghosts that write a name that does not exist; latencies are of keystrokes. `each` has the
    keystrokes of each statement, without help and with it, in the order of typing."""

    statements: int
    keystrokes: int
    saved: float
    ghosts: int
    unknown: float
    p50_ms: float
    p95_ms: float
    failures: int
    each: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A schema with statements to type, likeliest to be measured first."""

    schema: Schema
    statements: tuple[str, ...]


class _Tally:
    """What one model has shown so far."""

    def __init__(self) -> None:
        self.statements = self.baseline = self.keystrokes = 0
        self.judged = self.unknown = self.failures = 0
        self.latencies_ms: list[float] = []
        self.each: list[tuple[int, int]] = []

    def measured(self) -> Measured:
        p50, p95 = np.percentile(self.latencies_ms, [50, 95]) if self.latencies_ms else (0.0, 0.0)
        return Measured(
            statements=self.statements,
            keystrokes=self.baseline,
            saved=1 - self.keystrokes / self.baseline if self.baseline else 0.0,
            ghosts=self.judged,
            unknown=self.unknown / self.judged if self.judged else 0.0,
            p50_ms=float(p50),
            p95_ms=float(p95),
            failures=self.failures,
            each=tuple(self.each),
        )


def plain_completer(schema: Schema, weights: Weights) -> Completer:
    """The engine over the schema with that model and nothing else."""
    return Completer(schema, model=weights)


def measure_both(
    samples: Sequence[Sample],
    before: Weights,
    after: Weights,
    *,
    seconds: float,
    least: int = 5,
    seed: int = 0,
    make: MakeCompleter = plain_completer,
    advance: Callable[[float], None] = lambda _: None,
) -> tuple[Measured, Measured]:
    """Types statements of all samples in turn, with both models, until the time is up; `make`
    makes the completers. The rest is as `measure_all` has it."""
    one, two = measure_all(
        samples,
        [lambda schema: make(schema, before), lambda schema: make(schema, after)],
        seconds=seconds,
        least=least,
        seed=seed,
        advance=advance,
    )
    return one, two


def measure_all(
    samples: Sequence[Sample],
    makers: Sequence[Callable[[Schema], Completer]],
    *,
    seconds: float,
    least: int = 5,
    seed: int = 0,
    advance: Callable[[float], None] = lambda _: None,
) -> tuple[Measured, ...]:
    """Types statements of all samples in turn, each with every completer, until the time is up.

    Args:
        makers: What makes each of the completers to compare.
        seconds: The budget; at least `least` statements are measured however long they take.
        seed: Of the made-up values in placeholders' places.
        advance: Told the share of the budget that is spent.
    """
    tallies = [_Tally() for _ in makers]
    began = time.monotonic()
    measured = 0
    sessions = [[_CompleterSession(make(sample.schema)) for make in makers] for sample in samples]
    names = [KnownNames(sample.schema) for sample in samples]
    longest = max((len(s.statements) for s in samples), default=0)
    for place in range(longest):
        for sample, own, known in zip(samples, sessions, names, strict=True):
            if place >= len(sample.statements):
                continue
            spent = time.monotonic() - began
            if measured >= least and spent > seconds:
                return tuple(tally.measured() for tally in tallies)
            advance(min(spent / seconds, 1.0) if seconds else 1.0)
            raw = sample.statements[place]
            sql, _ = with_values(raw, random.Random(f"{seed}:{raw}"))
            sides = list(range(len(makers)))
            for side in sides if place % 2 else reversed(sides):
                _type(sql, sample.schema, own[side], known, tallies[side])
            measured += 1
    return tuple(tally.measured() for tally in tallies)


def drawn(statements: Sequence[str], seed: int = 0) -> tuple[str, ...]:
    """The statements in an order that depends on their text alone, so that a sample's beginning is
    a fair sample too, and the same one each time."""
    return tuple(
        sorted(statements, key=lambda s: hashlib.sha256(f"{seed}:{s}".encode()).hexdigest())
    )


def _type(
    sql: str, schema: Schema, session: _CompleterSession, names: KnownNames, tally: _Tally
) -> None:
    target = target_of(sql)
    ask = Asker(session)
    session.complete("", 0)  # the schema is read before the first key is timed
    typed = replay(target, ask)
    judged, _, unknown = judge_all(ask.log, names, schema.dialect)
    tally.statements += 1
    tally.baseline += typed.baseline
    tally.keystrokes += typed.keystrokes
    tally.each.append((typed.baseline, typed.keystrokes))
    tally.judged += judged
    tally.unknown += len(unknown)
    tally.failures += len(ask.failures)
    tally.latencies_ms += ask.latencies_ms


class _CompleterSession:
    """A completer behind the evaluation's protocol, without a deadline."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer

    def complete(self, text: str, cursor: int) -> Answer:
        found = self._completer.complete(text, cursor)
        ghost = ShownGhost(found.ghost.text, found.ghost.confidence) if found.ghost else None
        return Answer(ghost, tuple(Suggestion(i.insert, i.replace) for i in found.items))
