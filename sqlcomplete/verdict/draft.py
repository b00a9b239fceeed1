"""A statement as the verdict reads it: what is left of the end of a ghost, and what is right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlcomplete.syntax.inserting import Joined, joined_tokens, left_tokens, right_tokens
from sqlcomplete.syntax.model import Analysis, Token


@dataclass(frozen=True)
class Draft:
    """The statement at the cursor with `ghost` in it; the empty text for the statement as it is.
    `alone` leaves out what stands right of the cursor."""

    analysis: Analysis
    ghost: str
    alone: bool = False

    @cached_property
    def start(self) -> int:
        """Where the statement begins in the text."""
        return min(self.analysis.statement.start, self.analysis.cursor)

    @cached_property
    def before(self) -> str:
        """The statement up to the ghost's end."""
        return self.analysis.text[self.start : self.analysis.cursor] + self.ghost

    @cached_property
    def after(self) -> str:
        """The statement from the cursor on."""
        analysis = self.analysis
        end = max(analysis.statement.end, analysis.cursor)
        return "" if self.alone else analysis.text[analysis.cursor : end]

    @property
    def text(self) -> str:
        """The whole statement."""
        return self.before + self.after

    @property
    def span(self) -> tuple[int, int]:
        """Where the ghost stands in `text`."""
        return len(self.before) - len(self.ghost), len(self.before)

    @property
    def dialect(self) -> str:
        return self.analysis.dialect

    @cached_property
    def before_tokens(self) -> tuple[Token, ...]:
        """The tokens of `before` alone; offsets count in the text with the ghost."""
        return left_tokens(self.analysis, self.ghost)

    @cached_property
    def after_tokens(self) -> tuple[Token, ...]:
        """The tokens of `after` alone; offsets count in it."""
        return () if self.alone else right_tokens(self.analysis)

    @cached_property
    def joined(self) -> Joined:
        """The tokens of the whole."""
        if not self.alone:
            return joined_tokens(self.analysis, self.ghost)
        tokens = self.before_tokens
        low, high = self.analysis.cursor, self.analysis.cursor + len(self.ghost)
        touched = [at for at, t in enumerate(tokens) if t.end > low and t.start < high]
        if not touched:
            return Joined(tokens, len(tokens), len(tokens))
        return Joined(tokens, touched[0], touched[-1] + 1)
