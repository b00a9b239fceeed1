"""Next-token accuracy: does the popup hold the token that the user is about to write?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from distill.evaluate.agreement import agreement
from distill.evaluate.system import Answer, Suggestion
from distill.evaluate.tokens import KINDS, LabelledToken, TokenClass

TOP = 5


@dataclass(frozen=True, slots=True)
class Probe:
    """One token asked for. Ranks count from 1 and are None where none of the first five items
    writes the token: `rank` with nothing of it typed, `rank_typed` with its first character."""

    kind: TokenClass
    rank: int | None
    rank_typed: int | None


def probes(
    text: str, tokens: Sequence[LabelledToken], ask: Callable[[str, int], Answer]
) -> list[Probe]:
    """Asks at every column, table, keyword and function of the statement, with nothing right of the
    cursor. A one-character token has nothing left to complete once it is typed: it keeps `rank`."""
    found: list[Probe] = []
    for token in tokens:
        if token.kind not in KINDS:
            continue
        rank = rank_of(text, token, ask(text[: token.start], token.start), token.start)
        typed = token.start + 1
        later = (
            rank if typed >= token.end else rank_of(text, token, ask(text[:typed], typed), typed)
        )
        found.append(Probe(token.kind, rank, later))
    return found


def rank_of(text: str, token: LabelledToken, answer: Answer, at: int) -> int | None:
    """The rank of the first item that agrees with the text and writes the token to its end."""
    for rank, item in enumerate(answer.items[:TOP], start=1):
        if writes(text, token, item, at):
            return rank
    return None


def writes(text: str, token: LabelledToken, item: Suggestion, at: int) -> bool:
    """Whether choosing the item at `at` writes the token, and nothing that contradicts the text."""
    start, end = item.replace
    if not 0 <= start <= at or end != at:
        return False
    place = agreement(text, start, item.insert)
    # A quoted name may be written without its quotes' last character: the name is what counts.
    return place is not None and place >= token.end
