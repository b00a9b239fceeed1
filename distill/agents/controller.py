"""The controller: routes records to agents in rounds of rising difficulty, and can be killed.

After DistilQwen2.5 (arXiv 2504.15027). A round's records are a band of the seeds, the easiest
band first, and a share of what the round before made and chose, which expansion makes harder.
Each record's work goes to the journal when it is over. Whatever was decided by chance depends on
the run's seed, the agent and the record's id alone; so a run that was killed and went on gives the
same set as one that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from itertools import chain as chained
from typing import Any, Protocol

from distill.agents.chain import is_seed
from distill.agents.chance import chance_for, lot
from distill.agents.executors import Works
from distill.agents.journal import Journal
from distill.agents.record import Outcome, Record, Reject, Selector
from distill.agents.seeds import Seeds, bands
from distill.agents.selection import Selection
from distill.agents.settings import AGENTS, AgentsSettings
from distill.agents.trouble import BudgetSpentError


class Progress(Protocol):
    """Told how a round goes."""

    def begin(self, round_: int, rounds: int, records: int, done: int) -> None: ...

    def advance(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Round:
    """One round's numbers: records it worked on, of them carried from the round before, records
    that came out of the agents, chosen ones, and those put off without an answer."""

    number: int
    given: int
    carried: int
    passed: int
    chosen: int
    unanswered: int


@dataclass(frozen=True)
class Result:
    """A run's end. `chosen` by round, then in the seeds' order. `stopped` says why a run ended
    before its last record, None where it did not."""

    chosen: tuple[Record, ...]
    rejects: tuple[Reject, ...]
    rounds: tuple[Round, ...]
    stopped: str | None = None


@dataclass
class _Run:
    settings: AgentsSettings
    journal: Journal
    works: Works
    selector: Selector | None
    progress: Progress
    chosen: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    later: list[Record] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    stopped: str | None = None


def identity(settings: AgentsSettings, seeds: Seeds) -> dict[str, Any]:
    """What the outcomes in a journal depend on, as plain values."""
    per_record = [agent for agent in AGENTS if agent in settings.agents and agent != "selection"]
    asked = {a: settings.back_end(a) for a in per_record}
    model = settings.model if "model" in asked.values() else None
    return {
        "version": version("sqlcomplete"),
        "corpora": seeds.fingerprint,
        "agents": asked,
        "model": None if model is None else [model.model, model.temperature, model.most_tokens],
        "symbolic": asdict(settings.symbolic) if "symbolic" in asked.values() else None,
        "per_seed": settings.per_seed,
        "seed": settings.seed,
        "seeds": settings.seeds,
    }


def run_agents(
    settings: AgentsSettings,
    seeds: Seeds,
    *,
    journal: Journal,
    works: Works,
    selector: Selector | None,
    progress: Progress,
) -> Result:
    """Runs or goes on with all rounds. Raises: ModelError; what is done is in the journal then."""
    run = _Run(settings, journal, works, selector, progress)
    carried: list[Record] = []
    for number, band in enumerate(bands(seeds.records, settings.rounds), start=1):
        carried = _round(run, number, band, carried)
        if run.stopped is not None:
            break
    last = run.settings.rounds if run.stopped is None else len(run.rounds)
    run.rejects += [
        Reject(r, "selection", f"too hard for round {last}, and there was none after")
        for r in run.later
    ]
    return Result(tuple(run.chosen), tuple(run.rejects), tuple(run.rounds), run.stopped)


def _round(run: _Run, number: int, band: list[Record], carried: list[Record]) -> list[Record]:
    """Works one round; gives what the next one carries on."""
    given = [*band, *carried]
    outcomes, unanswered = _work(run, number, given)
    passed, twins = _distinct(chained.from_iterable(o.records for o in outcomes), run)
    if run.settings.seeds == "drop":
        passed = [record for record in passed if not is_seed(record)]
    run.rejects += chained.from_iterable(o.rejects for o in outcomes)
    run.rejects += twins
    chosen = _choose(run, number, passed)
    run.chosen += chosen
    run.rounds.append(Round(number, len(given), len(carried), len(passed), len(chosen), unanswered))
    return [
        record
        for record in chosen
        if not is_seed(record) and lot(run.settings.seed, "carry", record.id) < run.settings.carry
    ]


def _work(run: _Run, number: int, given: Sequence[Record]) -> tuple[list[Outcome], int]:
    """Outcomes in the order given, of the journal or worked for now; how many are missing."""
    done = run.journal.done
    todo = [record for record in given if record.id not in done]
    run.progress.begin(number, run.settings.rounds, len(given), len(given) - len(todo))
    unanswered = 0
    begun = 0

    def counted() -> Iterable[Record]:
        nonlocal begun
        for record in todo:
            begun += 1
            yield record

    for record, outcome in run.works.run(counted()):
        run.progress.advance()
        if isinstance(outcome, Outcome):
            run.journal.add(record.id, outcome)
            continue
        unanswered += 1
        if isinstance(outcome, BudgetSpentError):
            run.stopped = f"the budget is spent: {outcome}"
    unanswered += len(todo) - begun
    outcomes = [_in_round(done[r.id], number) for r in given if r.id in done]
    return outcomes, unanswered


def _in_round(outcome: Outcome, number: int) -> Outcome:
    """The outcome as of this round: its work is the same in any, and the journal does not tell."""
    return Outcome(
        tuple(replace(record, round=number) for record in outcome.records),
        tuple(
            replace(reject, record=replace(reject.record, round=number))
            for reject in outcome.rejects
        ),
    )


def _distinct(records: Iterable[Record], run: _Run) -> tuple[list[Record], list[Reject]]:
    """One record of each id, and of each statement of a seed: a second one is rejected."""
    seen = {record.id for record in chained(run.chosen, run.later)}
    distinct, twins = [], []
    for record in records:
        if record.id in seen:
            twins.append(Reject(record, "controller", "made a second time, the very same"))
            continue
        seen.add(record.id)
        distinct.append(record)
    return distinct, twins


def _choose(run: _Run, number: int, passed: list[Record]) -> list[Record]:
    if run.selector is None:
        return passed
    offered = [*run.later, *passed]
    keep = {r.id for r in offered if is_seed(r)} if run.settings.seeds == "keep" else set()

    def by(selector: Selector) -> Outcome:
        return selector.choose(
            offered,
            chance_for(run.settings.seed, "selection", number),
            taken=run.chosen,
            keep=keep,
            progress=number / run.settings.rounds,
        )

    try:
        outcome = by(run.selector)
    except BudgetSpentError as error:
        # What is made must not be lost for want of scores; the report says that these are ours.
        run.stopped = f"the budget is spent: {error}; selection scored the last round itself"
        outcome = by(Selection(run.settings.selection))
    run.later = list(outcome.later)
    run.rejects += outcome.rejects
    return list(outcome.records)


def quiet() -> Progress:
    """Progress for nobody."""
    return _Quiet()


class _Quiet:
    def begin(self, round_: int, rounds: int, records: int, done: int) -> None:
        """Says nothing."""

    def advance(self) -> None:
        """Says nothing."""
