"""A frame read as a query: its selects, their clauses, its CTEs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.outline import Frame, Item


@dataclass(slots=True)
class Segment:
    """A clause's stretch of a frame's items: the keyword stands at `key`, the content is
    `items[start:end]`. `word` is the keyword that opened it; `core` the select it belongs to."""

    clause: Clause
    word: str
    key: int
    start: int
    core: int
    end: int = 0


@dataclass(slots=True)
class Core:
    """One SELECT, INSERT, UPDATE, ... of a frame: set operators join several. `verb` is its
    keyword, "" before any."""

    verb: str = ""
    start: int = 0
    segments: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class CommonTable:
    """A CTE: where its name stands, its column list and its body."""

    item: Item
    columns: tuple[str, ...]
    body: Frame | None
    recursive: bool


@dataclass(slots=True)
class Query:
    """A frame read as a query."""

    segments: list[Segment]
    cores: list[Core]
    ctes: list[CommonTable]
