"""Verification by proof: parsed, its names resolved, run on rows made for it, and compared."""

from __future__ import annotations

import random
from dataclasses import dataclass

from distill.agents.record import Outcome, Record, Reject, Step
from distill.agents.symbolic.proof.trial import tried
from distill.agents.symbolic.reading import Reading, UnreadableError, index_of, plain, read, unknown

KEEPS_MEANING = "keeps the meaning"
"""What a step's note says when the statement returns what `Step.before` does."""


@dataclass(frozen=True, slots=True)
class VerificationSettings:
    """`attempts`: how often rows are made before a statement counts as one that returns nothing;
    `seconds`: of processor time, how long engines may work on a record before they are interrupted;
    by the clock it is ten times that."""

    attempts: int = 3
    seconds: float = 2.0


class Verification:
    """Passes a record on with the score `executed` (1 where an engine ran it, else 0), or rejects
    it with a reason that begins with its class: parse, unknown name, engine error, empty,
    differs."""

    name = "verification"
    back_end = "symbolic"

    def __init__(self, settings: VerificationSettings | None = None) -> None:
        self.settings = settings or VerificationSettings()

    def work(self, record: Record, chance: random.Random) -> Outcome:
        """The record itself with its score, or a reject."""
        try:
            reading = read(plain(record.sql), record.dialect)
        except UnreadableError as error:
            return self._reject(record, f"parse: {error}")
        index = index_of(record.schema)
        problem = unknown(reading, index)
        if problem is not None:
            return self._reject(record, f"unknown name: {problem}")
        trial = tried(
            reading,
            index,
            chance,
            before=_before(record),
            attempts=self.settings.attempts,
            seconds=self.settings.seconds,
        )
        if trial.status == "error":
            return self._reject(record, f"engine error: {trial.detail}")
        if trial.status in ("empty", "differs"):
            return self._reject(record, f"{trial.status}: {trial.detail}")
        ran = trial.status == "ran"
        scores = tuple(s for s in record.scores if s[0] != "executed")
        note = f"ran in {trial.engine}" if ran else f"not run: {trial.detail}"
        return Outcome(
            (
                record.after(
                    Step(self.name, self.back_end, note[:200]),
                    scores=(*scores, ("executed", float(ran))),
                ),
            )
        )

    def _reject(self, record: Record, reason: str) -> Outcome:
        return Outcome(rejects=(Reject(record, self.name, " ".join(reason.split())[:240]),))


def _before(record: Record) -> Reading | None:
    """The statement that the record's must equal: the one before the run of steps, up to the last,
    that all keep the meaning."""
    found = None
    for step in reversed(record.provenance):
        if step.agent == "verification":
            continue
        if KEEPS_MEANING not in step.note or step.before is None:
            break
        found = step.before
    if found is None:
        return None
    try:
        return read(plain(found), record.dialect)
    except UnreadableError:
        return None
