"""Keystroke replay: types a statement from left to right and takes whatever help gains most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from distill.evaluate.agreement import agreement
from distill.evaluate.system import Answer, ShownGhost, Suggestion
from distill.evaluate.target import Target

Action = Literal["typed", "ghost", "ghost word", "item"]
POPUP_LINES = 5
_FIRST_WORD = re.compile(r"\s*(?:[\w$]+|[^\w\s]+)\s?")


@dataclass(frozen=True, slots=True)
class Replay:
    """`baseline` keystrokes type the statement without help, `keystrokes` with it.

    `actions` counts the keystrokes by what they did.
    """

    baseline: int
    keystrokes: int
    actions: Mapping[Action, int] = field(default_factory=dict)

    @property
    def saved(self) -> float:
        """The share of keystrokes saved, from 0 to 1."""
        return 1 - self.keystrokes / self.baseline if self.baseline else 0.0


def replay(target: Target, ask: Callable[[str, int], Answer]) -> Replay:
    """Types `target`, asking for an answer at each position reached.

    Each of these is one keystroke: typing a character, accepting the whole ghost, accepting the
    ghost's next word, choosing one of the first five items. Help counts only if what it writes
    agrees with the target. The one that gains most is taken, typing where nothing gains more.
    """
    at = 0
    actions: Counter[Action] = Counter()
    while at < len(target.text):
        answer = ask(target.text[:at], at)
        at, action = _best(target, at, answer)
        actions[action] += 1
    return Replay(target.keystrokes, actions.total(), dict(actions))


def _best(target: Target, at: int, answer: Answer) -> tuple[int, Action]:
    choice: tuple[int, Action] = (target.typed(at), "typed")
    for end, action in _offers(target.text, at, answer):
        if target.cost[end] > target.cost[choice[0]]:
            choice = (end, action)
    return choice


def _offers(text: str, at: int, answer: Answer) -> list[tuple[int, Action]]:
    offers: list[tuple[int, Action]] = []
    if answer.ghost is not None:
        whole = agreement(text, at, answer.ghost.text)
        if whole is not None:
            offers.append((whole, "ghost"))
        else:
            word = agreement(text, at, next_word(answer.ghost))
            if word is not None:
                offers.append((word, "ghost word"))
    for item in answer.items[:POPUP_LINES]:
        end = accepted(text, at, item)
        if end is not None:
            offers.append((end, "item"))
    return offers


def next_word(ghost: ShownGhost) -> str:
    """What accepting one word of the ghost inserts."""
    match = _FIRST_WORD.match(ghost.text)
    return match.group() if match else ghost.text


def accepted(text: str, at: int, item: Suggestion) -> int | None:
    """Where in the target the cursor stands once the item is chosen at `at`, with nothing right of
    the cursor; None where the item contradicts the target or does not lead further."""
    start, end = item.replace
    if not 0 <= start <= at or end != at:
        return None
    place = agreement(text, start, item.insert)
    return place if place is not None and place > at else None
