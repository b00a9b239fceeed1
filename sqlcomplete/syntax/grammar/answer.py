"""The expectation in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.model import Kind, OutputColumn


@dataclass(slots=True)
class Answer:
    """An expectation in the making: what the grammar says of the place."""

    kinds: set[Kind] = field(default_factory=set)
    keywords: list[str] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    clause: Clause = Clause.OTHER
    compared: OutputColumn | None = None
    function: str | None = None
    argument: int = 0

    def words(self, *groups: tuple[str, ...]) -> None:
        for group in groups:
            for word in group:
                if word not in self.keywords:
                    self.keywords.append(word)

    def signs(self, *groups: tuple[str, ...]) -> None:
        for group in groups:
            for sign in group:
                if sign not in self.operators:
                    self.operators.append(sign)
