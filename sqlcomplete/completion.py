"""The answer to one keystroke: what every face shows and the API sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["valid", "unchecked", "invalid"]
Source = Literal["model", "schema", "model+schema", "history"]
ModelShare = Literal["none", "answered", "late"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a ghost: `warnings` are dangers of a valid one, a line each."""

    status: Status
    detail: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ghost:
    """Text to insert at the cursor; it replaces nothing. `confidence` is in 0..1."""

    text: str
    confidence: float
    source: Source
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the popup: `insert` takes the place of `text[replace[0]:replace[1]]`."""

    label: str
    insert: str
    replace: tuple[int, int]
    kind: str
    score: float
    source: Source
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each part of the way."""

    total: float = 0.0
    scope: float = 0.0
    candidates: float = 0.0
    model: float = 0.0
    verdict: float = 0.0


@dataclass(frozen=True, slots=True)
class Completion:
    """Ghost and items agree: the ghost begins with what the first item inserts.

    `model` is "answered" where the model had its say, "late" where it was wanted and had no time,
    and "none" where it was not asked.
    """

    id: str
    ghost: Ghost | None
    items: tuple[Item, ...]
    timings_ms: Timings
    model: ModelShare = "none"
