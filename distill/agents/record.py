"""What the agents pass between them: records, rejects with their reasons, and where each came from.

After DistilQwen2.5 (arXiv 2504.15027), section on multi-agent data augmentation: a controller runs
four agents over seeds, and what each did to a record stays with it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlcomplete.schema.model import Schema


@dataclass(frozen=True, slots=True)
class Step:
    """One agent's work on a record: `back_end` is "symbolic" or a model's name; `prompt_hash` the
    prompt's SHA-256 where a language model was asked; `note` what was done, in a few words.

    `before` is the statement as it was, where the note says that the step keeps the meaning:
    verification runs both on the same rows."""

    agent: str
    back_end: str
    note: str
    prompt_hash: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One training pair: what is asked, the statement, and a plan as a person might write above it.

    `seed` is the corpus statement's id; `schema` what the statement is written against, which an
    agent may have renamed; `plan` is the chain of thought, a few words a line, without comment
    marks; `scores` are named numbers that agents gave (selection's are 0 to 9).
    """

    seed: str
    source: str
    schema: Schema
    dialect: str
    sql: str
    question: str | None = None
    plan: str | None = None
    round: int = 0
    scores: tuple[tuple[str, float], ...] = ()
    provenance: tuple[Step, ...] = ()

    @property
    def id(self) -> str:
        """Equal for equal seed, statement, question and plan, in every run; the seed's own until
        expansion or rewriting has worked on it."""
        parts = (self.seed, self.dialect, self.sql, self.question or "", self.plan or "")
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
        made = any(step.agent in ("expansion", "rewriting") for step in self.provenance)
        return f"{self.seed}~{digest}" if made else self.seed

    def after(self, step: Step, **changes: object) -> Record:
        """The record as `step` leaves it."""
        return replace(self, provenance=(*self.provenance, step), **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that an agent threw out, and why, in a line."""

    record: Record
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an agent made of what it was given. `later` are a selector's: too hard for this round,
    to be offered again in the next."""

    records: tuple[Record, ...] = ()
    rejects: tuple[Reject, ...] = ()
    later: tuple[Record, ...] = ()


class Agent(Protocol):
    """Expansion, rewriting and verification: one record at a time. Safe for threads."""

    @property
    def name(self) -> str:
        """expansion, rewriting or verification."""
        ...

    @property
    def back_end(self) -> str:
        """ "symbolic", or the model asked."""
        ...

    def work(self, record: Record, chance: random.Random) -> Outcome:
        """Records made of this one (the record itself is not among expansion's), and rejects."""
        ...


class Selector(Protocol):
    """Selection: a whole round at once, for balance is a property of the set."""

    @property
    def back_end(self) -> str:
        """ "symbolic", or the model asked."""
        ...

    def choose(
        self,
        records: Sequence[Record],
        chance: random.Random,
        *,
        taken: Sequence[Record] = (),
        keep: Collection[str] = (),
        progress: float = 1.0,
    ) -> Outcome:
        """The subset to train on, scored; the rest with reasons.

        `taken` are the records chosen in earlier rounds: what repeats one of them is rejected.
        Records whose id is in `keep` are chosen whatever their scores, if they repeat nothing.
        `progress` is this round's number over the rounds' (the last one is 1): the share of the
        hardest that may come in already.
        """
        ...
