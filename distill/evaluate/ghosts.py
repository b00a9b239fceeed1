"""How good the ghosts are: how far they agree with what the user goes on to write."""

from __future__ import annotations

from dataclasses import dataclass

from distill.evaluate.agreement import agreement
from distill.evaluate.clauses import clause_end
from distill.evaluate.keystrokes import next_word
from distill.evaluate.lexing import lex
from distill.evaluate.system import ShownGhost


@dataclass(frozen=True, slots=True)
class GhostScore:
    """One shown ghost. `right`: the target goes on with the whole of it. `word_right`: at least
    with its first word. `exact`: right, and it reaches the clause's end. `similarity`: 1 less the
    edit distance to the clause's rest over the longer length, on tidied text."""

    confidence: float | None
    right: bool
    word_right: bool
    exact: bool
    similarity: float


def score(text: str, at: int, ghost: ShownGhost) -> GhostScore:
    """Scores a ghost shown at `at` against the target `text`."""
    end = clause_end(text, at)
    place = agreement(text, at, ghost.text)
    return GhostScore(
        confidence=ghost.confidence,
        right=place is not None,
        word_right=place is not None or agreement(text, at, next_word(ghost)) is not None,
        exact=place is not None and place >= end,
        similarity=similarity(_plain(ghost.text), _plain(text[at:end])),
    )


def similarity(left: str, right: str) -> float:
    """1 less the Levenshtein distance over the longer length; 1 for two empty texts."""
    longest = max(len(left), len(right))
    return 1 - _distance(left, right) / longest if longest else 1.0


def _plain(text: str) -> str:
    """The tokens with one space between, names folded: formatting is no difference."""
    return " ".join(t.name if t.kind in ("word", "quoted") else t.text for t in lex(text))


def _distance(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
