"""What a transform makes of a statement."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

from distill.agents.record import Record
from distill.agents.symbolic.reading import Reading, index_of
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema


@dataclass(frozen=True, slots=True)
class Change:
    """The new statement. `did` says in a few words what was done; `question`, `schema` and
    `dialect` are None where they stay; `same`: it returns what it did before."""

    sql: str
    did: str
    question: str | None = None
    schema: Schema | None = None
    dialect: str | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A record with its statement read: what a transform looks at."""

    record: Record
    reading: Reading

    @property
    def index(self) -> SchemaIndex:
        return index_of(self.record.schema)


class Transform(Protocol):
    """A pure function of the subject and the chance."""

    def __call__(self, subject: Subject, chance: random.Random) -> Change | None:
        """The change, or None where the transform does not apply."""
        ...
