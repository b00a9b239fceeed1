"""Expansion: more statements of a statement's kind, against its schema or a schema equal to it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from distill.agents.record import Outcome, Record, Reject, Step
from distill.agents.symbolic.change import Change, Subject, Transform
from distill.agents.symbolic.reading import UnreadableError, index_of, plain, read, unknown
from distill.agents.symbolic.transforms.aliasing import change_aliases
from distill.agents.symbolic.transforms.filtering import add_filter
from distill.agents.symbolic.transforms.grouping import add_grouping
from distill.agents.symbolic.transforms.joining import add_join
from distill.agents.symbolic.transforms.nesting import from_cte, to_cte
from distill.agents.symbolic.transforms.ordering import add_ordering
from distill.agents.symbolic.transforms.reformatting import reformat
from distill.agents.symbolic.transforms.renaming import rename
from distill.agents.symbolic.transforms.transpiling import transpile
from distill.agents.symbolic.transforms.windows import add_window
from distill.agents.symbolic.transforms.writing import to_delete, to_insert, to_update
from distill.agents.symbolic.verification import KEEPS_MEANING
from distill.agents.weights import TRANSFORM_WEIGHTS

TRANSFORMS: Mapping[str, Transform] = {
    "filter": add_filter,
    "ordering": add_ordering,
    "grouping": add_grouping,
    "window": add_window,
    "join": add_join,
    "to CTE": to_cte,
    "from CTE": from_cte,
    "insert": to_insert,
    "update": to_update,
    "delete": to_delete,
    "rename": rename,
    "transpile": transpile,
    "reformat": reformat,
    "aliases": change_aliases,
}
"""By the name that settings and notes use."""


@dataclass(frozen=True, slots=True)
class ExpansionSettings:
    """`transforms`: names of those that may be used, each with its weight among those that apply.
    `children`: records made of one, at most. `reformatted`: the share of changed statements that
    are laid out in another style as well."""

    transforms: tuple[tuple[str, float], ...] = tuple(TRANSFORM_WEIGHTS.items())
    children: int = 3
    reformatted: float = 0.3

    def __post_init__(self) -> None:
        for name, weight in self.transforms:
            if name not in TRANSFORMS:
                known = ", ".join(TRANSFORMS)
                raise ValueError(f"no transform {name!r}: choose from {known}")
            if weight < 0:
                raise ValueError(f"transform {name!r}: the weight must not be negative")


class Expansion:
    """Applies transforms, each at most once to a record. What does not parse or resolve afterwards
    is a reject; what does not apply is nothing."""

    name = "expansion"
    back_end = "symbolic"

    def __init__(self, settings: ExpansionSettings | None = None) -> None:
        self.settings = settings or ExpansionSettings()

    def work(self, record: Record, chance: random.Random) -> Outcome:
        """Children of the record, each with a note that begins with the transform's name."""
        try:
            subject = Subject(record, read(plain(record.sql), record.dialect))
        except UnreadableError as error:
            return Outcome(rejects=(Reject(record, self.name, f"parse: {error}"),))
        problem = unknown(subject.reading, subject.index)
        if problem is not None:
            return Outcome(rejects=(Reject(record, self.name, f"unknown name: {problem}"),))
        records: list[Record] = []
        rejects: list[Reject] = []
        seen = {record.sql, subject.reading.sql}
        for name in self._order(chance):
            if len(records) >= self.settings.children:
                break
            change = TRANSFORMS[name](subject, chance)
            if change is None or change.sql in seen:
                continue
            seen.add(change.sql)
            child = self._child(record, subject.reading.sql, name, change)
            problem = _problem(child)
            if problem is not None:
                rejects.append(Reject(child, self.name, problem))
                continue
            if name != "reformat" and chance.random() < self.settings.reformatted:
                child = self._laid_out(child, chance)
            records.append(child)
        return Outcome(tuple(records), tuple(rejects))

    def _order(self, chance: random.Random) -> list[str]:
        """The transforms in an order that is drawn by their weights."""
        keyed = [
            (chance.random() ** (1 / weight), name)
            for name, weight in self.settings.transforms
            if weight > 0
        ]
        return [name for _, name in sorted(keyed, reverse=True)]

    def _child(self, record: Record, before: str, name: str, change: Change) -> Record:
        note = f"{name}: {change.did}" + (f"; {KEEPS_MEANING}" if change.same else "")
        step = Step(self.name, self.back_end, note, before=before if change.same else None)
        return record.after(
            step,
            sql=change.sql,
            question=record.question if change.question is None else change.question,
            schema=change.schema or record.schema,
            dialect=record.dialect if change.dialect is None else change.dialect,
            scores=(),
            plan=record.plan if change.same else None,
        )

    def _laid_out(self, child: Record, chance: random.Random) -> Record:
        subject = Subject(child, read(child.sql, child.dialect))
        change = reformat(subject, chance)
        if change is None:
            return child
        return self._child(child, child.sql, "reformat", change)


def _problem(record: Record) -> str | None:
    try:
        reading = read(record.sql, record.dialect)
    except UnreadableError as error:
        return f"parse: {error}"
    found = unknown(reading, index_of(record.schema))
    return None if found is None else f"unknown name: {found}"
