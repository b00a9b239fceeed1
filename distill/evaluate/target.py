"""The statement as a user would type it: tidied, with the keystrokes that each character costs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from distill.evaluate.lexing import lex

_RUN = re.compile(r"[^\S\n]+")


def tidy(sql: str) -> str:
    """The statement without comments, without the closing semicolon, its line breaks and
    indentation kept; runs of blanks inside a line are one space, blank lines are dropped.

    What stands in strings and quoted names is left alone.
    """
    pieces: list[str] = []
    at = 0
    for token in lex(sql):
        pieces.append(_tidy_gap(sql[at : token.start]))
        if token.kind != "comment" or token.text.startswith("{"):
            pieces.append(token.text)
        at = token.end
    text = "".join(pieces)
    while text.endswith(";") or text != text.strip():
        text = text.strip().removesuffix(";")
    return re.sub(r"[^\S\n]*\n(?:[^\S\n]*\n)*", "\n", text)


def _tidy_gap(gap: str) -> str:
    if "\n" not in gap:
        return _RUN.sub(" ", gap)
    return "\n" + gap.rpartition("\n")[2].replace("\t", "    ")


@dataclass(frozen=True, slots=True)
class Target:
    """`cost[i]` is the number of keystrokes that type `text[:i]` without any help.

    The indentation after a line break is free, since editors carry it over.
    """

    text: str
    cost: tuple[int, ...]

    @property
    def keystrokes(self) -> int:
        """What the whole text costs without help."""
        return self.cost[-1]

    def typed(self, at: int) -> int:
        """Where the cursor stands after one key typed at `at`."""
        end = at + 1
        while end < len(self.text) and self.cost[end + 1] == self.cost[end]:
            end += 1
        return end


def target_of(sql: str) -> Target:
    """Tidies the statement and counts its keystrokes."""
    text = tidy(sql)
    cost = [0]
    indent = False
    for char in text:
        free = indent and char in " \t"
        cost.append(cost[-1] + (0 if free else 1))
        indent = free or char == "\n"
    return Target(text, tuple(cost))
