"""Runs systems over corpora and gathers the figures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from distill.corpus import Corpus, Statement
from distill.evaluate.cold import ColdStart, cold_start
from distill.evaluate.figures import Figures, figures
from distill.evaluate.measure import Outcome, measure
from distill.evaluate.names import KnownNames
from distill.evaluate.paired import Typed
from distill.evaluate.system import Session, System

MIXED = "all corpora"


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """One system on one corpus: overall, and source by source."""

    overall: Figures
    by_source: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class SystemReport:
    """One system on every corpus, keyed by the corpus's name (and `all corpora` where there are
    several). `typed` are the statements one by one. `failures` and `unknown` give the first of
    each, to look into."""

    system: str
    corpora: Mapping[str, CorpusReport]
    cold: ColdStart | None
    typed: tuple[Typed, ...]
    failures: tuple[str, ...]
    unknown: tuple[tuple[str, ...], ...]


def run(
    system: System,
    samples: Sequence[tuple[Corpus, Sequence[Statement]]],
    *,
    seed: int = 0,
    model: str = "embedded",
    cold: bool = True,
    advance: Callable[[], None] = lambda: None,
) -> SystemReport:
    """Measures one system on every sample; `advance` is called after each statement.

    Raises: CorpusError, for a schema that cannot be read.
    """
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every odd statement
    everything: list[Outcome] = []
    typed: list[Typed] = []
    reports: dict[str, CorpusReport] = {}
    for corpus, statements in samples:
        outcomes = _outcomes(system, corpus, statements, seed, advance)
        everything.extend(outcomes)
        typed += [
            Typed(corpus.name, o.id, o.replay.baseline, o.replay.keystrokes) for o in outcomes
        ]
        reports[corpus.name] = _report(outcomes, seed)
    if len(samples) > 1:
        reports[MIXED] = _report(everything, seed)
    return SystemReport(
        system=system.name,
        corpora=reports,
        cold=_cold(system.name, samples, model) if cold else None,
        typed=tuple(typed),
        failures=tuple(f for o in everything for f in o.failures)[:20],
        unknown=tuple((o.id, ", ".join(n), t) for o in everything for n, t in o.unknown)[:50],
    )


def _outcomes(
    system: System,
    corpus: Corpus,
    statements: Sequence[Statement],
    seed: int,
    advance: Callable[[], None],
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    current: tuple[str, Session, KnownNames] | None = None
    for statement in statements:
        if current is None or current[0] != statement.db_id:
            schema = corpus.schema(statement)
            session = system.start(schema)
            session.complete("", 0)  # warm it: the first completion is measured by itself
            current = (statement.db_id, session, KnownNames(schema))
        outcomes.append(measure(statement, current[1], current[2], seed))
        advance()
    return outcomes


def _report(outcomes: Sequence[Outcome], seed: int) -> CorpusReport:
    sources = sorted({o.source for o in outcomes})
    return CorpusReport(
        figures(outcomes, seed),
        {s: figures([o for o in outcomes if o.source == s], seed) for s in sources},
    )


def _cold(
    name: str, samples: Sequence[tuple[Corpus, Sequence[Statement]]], model: str
) -> ColdStart | None:
    """Types the first statement of the first sample into a fresh process."""
    for corpus, statements in samples:
        if statements:
            sql = statements[0].sql
            document = corpus.schemas[statements[0].db_id].document
            return cold_start(name, document, [sql[:i] for i in range(len(sql) + 1)], model=model)
    return None
