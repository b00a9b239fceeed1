"""The ghost that needs no model: shown only where schema and syntax leave little doubt."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.ranking.model import Ranked
from sqlcomplete.syntax.model import Analysis, Kind

SURE = 0.75
"""The least probability at which a completion of typed letters is shown."""

SURE_UNTYPED = 0.85
"""The same where nothing is typed yet: a wrong ghost there is in the way more often."""

_SHORTEST = 2  # characters: less is typed sooner than read
# Kinds that one part of the statement or schema proves: how often they are right as a ghost.
_PROVEN = 0.8


def hint(ranked: Sequence[Ranked], analysis: Analysis) -> tuple[str, float] | None:
    """The model-free ghost, or None where nothing is worth showing.

    Args:
        ranked: What `rank` gave for this analysis, without a model.
        analysis: What syntax says of the cursor.

    Returns:
        The text to insert at the cursor, and how sure it is, in 0..1. It goes on from what is
        typed: nothing is replaced. None too where the cursor stands inside a word.
    """
    if not ranked:
        return None
    start, end = analysis.expectation.replace
    if end > analysis.cursor:
        return None
    written = analysis.text[start : analysis.cursor]
    best = ranked[0]
    if best.candidate.kind is Kind.NEW_NAME or (
        "placeholder" in best.candidate.features and "in use" not in best.candidate.features
    ):
        return None  # a name being invented is the user's; so is the first placeholder
    text = continuation(best.candidate.insert, written)
    if text is None or len(text.strip()) < _SHORTEST:
        return None
    if written:
        return (text, best.score) if best.score >= SURE else None
    confidence = best.score
    if _is_proven(ranked):
        confidence = max(confidence, _PROVEN)
    elif confidence < SURE_UNTYPED or best.candidate.kind is Kind.OPERATOR:
        return None
    before = analysis.text[analysis.cursor - 1 : analysis.cursor]
    if before and (before.isalnum() or before in "_$)\"'`]") and text[0].isalnum():
        return None
    return text, confidence


def continuation(insert: str, written: str) -> str | None:
    """What is left of `insert` after `written`, compared without case; None where it does not
    begin with it."""
    if insert[: len(written)].lower() != written.lower():
        return None
    return insert[len(written) :] or None


def _is_proven(ranked: Sequence[Ranked]) -> bool:
    """Whether the first candidate is the only one of a kind that the statement itself proves."""
    best = ranked[0].candidate
    if best.kind is Kind.JOIN_CONDITION:
        rivals = [
            r.candidate
            for r in ranked
            if r.candidate.kind is Kind.JOIN_CONDITION
            and "foreign key" in r.candidate.features
            and "other way" not in r.candidate.features
        ]
        return "foreign key" in best.features and len(rivals) == 1
    if best.kind is Kind.GROUPING:
        return bool({"whole", "only"} & best.features)
    return False
