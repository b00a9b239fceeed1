"""Fill in the middle: a piece of a statement is cut out, what stands right of it is kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from distill.evaluate.agreement import same_token
from distill.evaluate.clauses import clause_end
from distill.evaluate.lexing import lex
from distill.evaluate.system import Answer
from distill.evaluate.tokens import KINDS, LabelledToken

Cut = Literal["token", "clause"]


@dataclass(frozen=True, slots=True)
class Infill:
    """One gap. `ghost`: accepting the ghost restores the statement. `accept`: accepting the ghost
    or else the first item does. `text` and `at` are what was asked, `shown` the ghost's text."""

    cut: Cut
    ghost: bool
    accept: bool
    text: str
    at: int
    shown: str | None


def gaps(
    text: str, tokens: Sequence[LabelledToken], *, seed: str, each: int = 2
) -> list[tuple[Cut, int, int]]:
    """Draws up to `each` gaps of each cut: one token, and from a token to its clause's end."""
    names = [t for t in tokens if t.kind in KINDS]
    rng = random.Random(seed)
    found: list[tuple[Cut, int, int]] = []
    for token in rng.sample(names, min(each, len(names))):
        found.append(("token", token.start, token.end))
    for token in rng.sample(names, min(each, len(names))):
        found.append(("clause", token.start, clause_end(text, token.start)))
    return found


def fill(
    text: str, gap: tuple[Cut, int, int], ask: Callable[[str, int], Answer]
) -> tuple[Infill, Answer]:
    """Cuts the gap out of the statement, asks, and compares token by token."""
    cut, start, end = gap
    holed = text[:start] + text[end:]
    answer = ask(holed, start)
    shown = answer.ghost.text if answer.ghost else None
    ghost = shown is not None and same_tokens(holed[:start] + shown + holed[start:], text)
    first = False
    if not ghost and answer.items:
        item = answer.items[0]
        head, tail = holed[: item.replace[0]], holed[max(item.replace[1], start) :]
        first = same_tokens(head + item.insert + tail, text)
    return Infill(cut, ghost, ghost or first, holed, start, shown), answer


def same_tokens(left: str, right: str) -> bool:
    """Whether two texts are the same statement but for formatting and the case of names."""
    ours, theirs = lex(left), lex(right)
    return len(ours) == len(theirs) and all(map(same_token, ours, theirs))
