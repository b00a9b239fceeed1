"""The ghost that needs no model: shown only where schema and syntax leave little doubt."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.ghost.thresholds import THRESHOLDS, Thresholds
from sqlcomplete.ranking.model import Ranked
from sqlcomplete.syntax.model import Analysis, Kind


def hint(
    ranked: Sequence[Ranked], analysis: Analysis, thresholds: Thresholds = THRESHOLDS
) -> tuple[str, float] | None:
    """The model-free ghost, or None where nothing is worth showing.

    Args:
        ranked: What `rank` gave for this analysis, without a model.
        analysis: What syntax says of the cursor.
        thresholds: How sure a hint must be, and how long.

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
    if text is None or len(text.strip()) < thresholds.shortest:
        return None
    if written:
        return (text, best.score) if best.score >= thresholds.typed else None
    confidence = best.score
    if _is_proven(ranked, thresholds):
        confidence = max(confidence, thresholds.proven)
    elif confidence < thresholds.untyped or best.candidate.kind is Kind.OPERATOR:
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


def _join_share(ranked: Sequence[Ranked]) -> float:
    """The probability of what the first candidate, a join, begins with: its table."""
    best = ranked[0].candidate
    alone = (r for r in ranked[1:] if r.candidate.kind is Kind.TABLE)
    return ranked[0].score + sum(r.score for r in alone if r.candidate.match == best.match)


def _is_proven(ranked: Sequence[Ranked], thresholds: Thresholds) -> bool:
    """Whether the first candidate is the only one of a kind that schema or statement prove, or a
    join whose table is clearly the first."""
    best = ranked[0].candidate
    if best.kind is Kind.JOIN:
        return _join_share(ranked) >= thresholds.join
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
