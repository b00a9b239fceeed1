"""One record's way through the agents: expansion, then rewriting and verification of each record.

A pure step of agents and settings: where and when it runs is the executor's affair.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from distill.agents.chance import chance_for
from distill.agents.record import Agent, Outcome, Record, Reject, Step
from distill.agents.trouble import BudgetSpentError, ModelError, RefusedError, UnansweredError

CONTROLLER = "controller"


class TooLongError(Exception):
    """A record's work took longer than it may."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The agents at work, None where one is off; the rest as in `AgentsSettings`."""

    expansion: Agent | None
    rewriting: Agent | None
    verification: Agent | None
    per_seed: int
    seed: int
    keep_seeds: bool
    record_s: float

    def work(self, record: Record) -> Outcome:
        """What becomes of a round's record: itself, where it is a seed, and what expansion makes.

        An agent's own failure is a reject with its message. Raises: ModelError, BudgetSpentError,
        UnansweredError: the record's work is not done then.
        """
        rejects: list[Reject] = []
        try:
            with within(self.record_s):
                return self._work(record, rejects)
        except TooLongError:
            reason = f"took longer than {self.record_s:g} s"
            rejects.append(Reject(record, CONTROLLER, reason))
            kept = (_as_it_came(record, reason),) if self.keep_seeds and is_seed(record) else ()
            return Outcome(kept, tuple(rejects))

    def _work(self, record: Record, rejects: list[Reject]) -> Outcome:
        records: list[Record] = []
        if is_seed(record):
            own: list[Reject] = []
            records += self._finish(record, own)
            if not records and self.keep_seeds:
                why = f"{own[-1].agent}: {own[-1].reason}" if own else "no agent passed it on"
                records.append(_as_it_came(record, why))
                own = [reject for reject in own if reject.record.sql != record.sql]
            rejects += own
        if self.expansion is not None:
            made = self._ask(self.expansion, record)
            rejects += made.rejects
            for child in made.records[: self.per_seed]:
                records += self._finish(_fresh(child, record), rejects)
        return Outcome(tuple(records), tuple(rejects))

    def _finish(self, record: Record, rejects: list[Reject]) -> list[Record]:
        records = [record]
        for agent in (self.rewriting, self.verification):
            if agent is None:
                continue
            passed: list[Record] = []
            for one in records:
                outcome = self._ask(agent, one)
                if not outcome.records and not outcome.rejects:
                    outcome = Outcome(rejects=(Reject(one, agent.name, "gave nothing back"),))
                passed += outcome.records
                rejects += outcome.rejects
            records = passed
        return records

    def _ask(self, agent: Agent, record: Record) -> Outcome:
        try:
            return agent.work(record, chance_for(self.seed, agent.name, record.id))
        except (ModelError, BudgetSpentError, UnansweredError, TooLongError):
            raise
        except RefusedError as error:
            return Outcome(rejects=(Reject(record, agent.name, str(error)),))
        except Exception as error:  # one record that an agent fails on must not end a long run
            text = " ".join(str(error).split())[:200]
            reason = f"failed: {type(error).__name__}: {text}"
            return Outcome(rejects=(Reject(record, agent.name, reason),))


def is_seed(record: Record) -> bool:
    """Whether it came with the corpus, rewritten or not, and was not made by expansion."""
    return all(step.agent != "expansion" for step in record.provenance)


def _fresh(child: Record, parent: Record) -> Record:
    """A child without what was its parent's alone: scores, and a plan for another statement."""
    stale = child.plan is not None and child.plan == parent.plan and child.sql != parent.sql
    return replace(child, plan=None if stale else child.plan, scores=())


def _as_it_came(record: Record, why: str) -> Record:
    return record.after(Step(CONTROLLER, "symbolic", f"kept as it came; {why}"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TooLongError after that time. Only a main thread can be interrupted: elsewhere
    the agents' own limits hold alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TooLongError

    began = time.monotonic()
    before = signal.signal(signal.SIGALRM, stop)
    theirs, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if theirs:  # somebody else's alarm was running: it goes on
            left = theirs - (time.monotonic() - began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
