"""Selection: which records to train on, by scores, fit to the student, novelty and balance.

Four gates, in this order: the student's losses (where given), scores of a scorer (symbolic or a
language model's), near-duplicates, places by task category and dialect. A rejected record says
which gate it was.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from distill.agents.balance import Cell, allot
from distill.agents.difficulty import Losses, ceiling
from distill.agents.near_duplicates import NearDuplicates
from distill.agents.record import Outcome, Record, Reject, Step
from distill.agents.scores import (
    GENERALISATION,
    HELPFULNESS,
    INFORMATIVENESS,
    symbolic_scores,
)
from distill.agents.settings import SelectionSettings
from distill.agents.taxonomy import traits

NAME = "selection"
_OURS = {INFORMATIVENESS, HELPFULNESS, GENERALISATION}


@dataclass(frozen=True, slots=True)
class Scored:
    """A scorer's answer: scores by name, or why there are none."""

    scores: tuple[tuple[str, float], ...] = ()
    refused: str | None = None
    prompt_hash: str | None = None


class Scorer(Protocol):
    """Scores records, each with informativeness, helpfulness and generalisation, 0 to 9."""

    @property
    def back_end(self) -> str:
        """ "symbolic", or the model asked."""
        ...

    def score(self, records: Sequence[Record]) -> list[Scored]:
        """One answer a record, in order."""
        ...


class SymbolicScorer:
    """Scores from the syntax tree and the corpus; see `distill.agents.scores`."""

    back_end = "symbolic"

    def score(self, records: Sequence[Record]) -> list[Scored]:
        return [Scored(scores) for scores in symbolic_scores(records)]


class Selection:
    """The selection agent. Records of one schema must hold one Schema object."""

    def __init__(
        self,
        settings: SelectionSettings,
        scorer: Scorer | None = None,
        losses: Losses | None = None,
    ) -> None:
        self.settings = settings
        self.scorer = scorer or SymbolicScorer()
        self.losses = losses or {}

    @property
    def back_end(self) -> str:
        return self.scorer.back_end

    def choose(
        self,
        records: Sequence[Record],
        chance: random.Random,
        *,
        taken: Sequence[Record] = (),
        keep: Collection[str] = (),
        progress: float = 1.0,
    ) -> Outcome:
        """The subset to train on, in the order given; see `Selector.choose`.

        Records whose id is in `keep` pass every gate but the near-duplicates'.
        """
        kept = set(keep)
        rejects: list[Reject] = []
        fit, later = self._fit(records, kept, progress, rejects)
        scored = self._scored(fit, kept, rejects)
        order = {record.id: place for place, record in enumerate(records)}
        lots = {record.id: chance.random() for record in scored}
        scored.sort(key=lambda r: (r.id not in kept, -_total(r), lots[r.id], r.id))
        novel = self._novel(scored, taken, rejects)
        chosen = self._balanced(novel, taken, kept, rejects)
        return Outcome(
            tuple(sorted(chosen, key=lambda r: order[r.id])),
            tuple(sorted(rejects, key=lambda r: order[r.record.id])),
            tuple(later),
        )

    def _fit(
        self, records: Sequence[Record], kept: set[str], progress: float, rejects: list[Reject]
    ) -> tuple[list[Record], list[Record]]:
        fit, harder = [], []
        for record in records:
            losses = self.losses.get(record.id)
            if losses is None:
                fit.append(record)
                continue
            teacher, student = losses
            named = (("teacher_loss", teacher), ("student_loss", student))
            record = replace(record, scores=(*record.scores, *named))
            if record.id in kept:
                fit.append(record)
            elif teacher > student - self.settings.margin:
                reason = f"the teacher does it no better: loss {teacher:.2f} against {student:.2f}"
                rejects.append(Reject(record, NAME, reason))
            else:
                harder.append(record)
        highest = ceiling([self.losses[r.id][1] for r in harder], progress)
        fit += [r for r in harder if self.losses[r.id][1] <= highest]
        # Offered again, a record gets its losses anew.
        late = {r.id for r in harder if self.losses[r.id][1] > highest}
        return fit, [record for record in records if record.id in late]

    def _scored(
        self, records: Sequence[Record], kept: set[str], rejects: list[Reject]
    ) -> list[Record]:
        scored = []
        for record, answer in zip(records, self.scorer.score(records), strict=True):
            if answer.refused is not None and record.id not in kept:
                rejects.append(Reject(record, NAME, answer.refused))
                continue
            old = tuple(score for score in record.scores if score[0] not in _OURS)
            total = sum(value for _, value in answer.scores)
            note = "scored" if not answer.scores else f"scored {total:.1f} of 27"
            step = Step(NAME, self.back_end, note, answer.prompt_hash)
            scored.append(record.after(step, scores=(*old, *answer.scores)))
        return scored

    def _novel(
        self, records: Sequence[Record], taken: Sequence[Record], rejects: list[Reject]
    ) -> list[Record]:
        seen = NearDuplicates(self.settings.near)
        for record in taken:
            seen.add(record)
        novel = []
        for record in records:
            twin = seen.add(record)
            if twin is None:
                novel.append(record)
            else:
                reason = f"near-duplicate: {twin[1]:.2f} alike to {twin[0]}"
                rejects.append(Reject(record, NAME, reason))
        return novel

    def _balanced(
        self,
        records: Sequence[Record],
        taken: Sequence[Record],
        kept: set[str],
        rejects: list[Reject],
    ) -> list[Record]:
        """The best of each cell, as many as it has places; `records` best first."""
        by_cell: dict[Cell, list[Record]] = defaultdict(list)
        for record in records:
            by_cell[cell_of(record)].append(record)
        there = Counter(cell_of(record) for record in taken)
        must = Counter(cell_of(record) for record in records if record.id in kept)
        free = len(records) - must.total()
        wanted = round(free * self.settings.keep)
        if self.settings.size is not None:
            wanted = min(max(self.settings.size - must.total(), 0), free)
        cells = sorted(set(by_cell) | set(there))
        alloted = allot(
            there.total() + must.total() + wanted,
            weights={c: (there[c] + len(by_cell[c])) ** self.settings.evenness for c in cells},
            floors={c: there[c] + must[c] for c in cells},
            ceilings={c: there[c] + len(by_cell[c]) for c in cells},
            quotas=self.settings.quotas,
        )
        chosen: list[Record] = []
        for cell in cells:
            places = alloted[cell] - there[cell]
            chosen += by_cell[cell][:places]
            for record in by_cell[cell][places:]:
                reason = f"no place: {', '.join(cell)} had {places}, for better ones"
                rejects.append(Reject(record, NAME, reason))
        return chosen


def cell_of(record: Record) -> Cell:
    """What balance goes by: task category and dialect, as quotas name them."""
    category = traits(record.sql, record.dialect).category
    return category, f"dialect: {record.dialect or 'generic'}"


def _total(record: Record) -> float:
    return sum(value for name, value in record.scores if name in _OURS)
