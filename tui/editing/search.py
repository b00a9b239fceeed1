"""Finding and replacing in a text, as pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlcomplete.errors import SqlcompleteError


class PatternError(SqlcompleteError):
    """The regular expression, or what replaces it, is not one."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. `regex` reads it as a regular expression, `case` tells letters' case
    apart."""

    wanted: str
    regex: bool = False
    case: bool = False

    def compiled(self) -> re.Pattern[str]:
        """The pattern.

        Raises:
            PatternError: in one line what is wrong in the expression.
        """
        source = self.wanted if self.regex else re.escape(self.wanted)
        try:
            return re.compile(source, re.MULTILINE | (0 if self.case else re.IGNORECASE))
        except re.error as error:
            at = "" if error.pos is None else f" at {error.pos + 1}"
            raise PatternError(f"not a regular expression: {error.msg}{at}") from None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it stands, from the beginning on; what matches nothing is no place.

        Raises:
            PatternError: as `compiled`.
        """
        if not self.wanted:
            return []
        return [m.span() for m in self.compiled().finditer(text) if m.end() > m.start()]

    def replaced(self, text: str, start: int, end: int, by: str) -> str:
        r"""What stands in place of one match: in a regular expression's, \1 is its first group.

        Raises:
            PatternError: as `compiled`, and for a group that there is not.
        """
        if not self.regex:
            return by
        match = self.compiled().match(text, start)
        if match is None or match.end() != end:
            return text[start:end]
        try:
            return match.expand(by)
        except (re.error, IndexError) as error:
            raise PatternError(f"not a replacement: {error}") from None

    def all_replaced(self, text: str, by: str) -> tuple[str, int]:
        """The text with every match replaced, and how many there were.

        Raises:
            PatternError: as `replaced`.
        """
        parts, at, count = [], 0, 0
        for start, end in self.places(text):
            parts += [text[at:start], self.replaced(text, start, end, by)]
            at, count = end, count + 1
        return "".join([*parts, text[at:]]), count


def nearest(
    places: list[tuple[int, int]], start: int, end: int, *, backwards: bool = False
) -> int | None:
    """Which place comes next after a selection, or before it, around the text's ends."""
    if not places:
        return None
    if backwards:
        before = [n for n, place in enumerate(places) if place[1] <= start]
        return before[-1] if before else len(places) - 1
    after = [n for n, place in enumerate(places) if place[0] >= end]
    return after[0] if after else 0
