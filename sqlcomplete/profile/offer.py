"""Shows what a profile knows: its phrases in the popup, the surest of them as ghost text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.profile.habits import Habit
from sqlcomplete.profile.phrases import Phrase
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis, Kind

SHOWN_FROM = 0.6
"""The least probability at which a phrase is shown as ghost text."""

_IN_TURN = "cpcpcp"
_AFTER_A_WORD = "pcppcp"  # the likeliest candidate is what stands there already
_SHORTEST = 3  # characters that are left to write


def by_habit(ranked: Sequence[Ranked], habit: Habit | None) -> tuple[Ranked, ...]:
    """The candidates in the order that the profile and what ranked them before agree on; joins tell
    how often they were seen."""
    if habit is None:
        return tuple(ranked)
    trust, shares = habit.trust, habit.shares
    mixed = [
        Ranked(
            _with_evidence(one.candidate, habit.evidence.get(one.candidate.insert)),
            trust * shares.get(one.candidate.insert, 0.0) + (1 - trust) * one.score,
        )
        for one in ranked
    ]
    return tuple(sorted(mixed, key=lambda one: -one.score))


def with_phrases(
    ranked: Sequence[Ranked],
    habit: Habit,
    analysis: Analysis,
    allowed: Callable[[str], bool],
) -> tuple[Ranked, ...]:
    """The candidates with the profile's phrases among the first of them: the likeliest candidate,
    then a phrase, a candidate, a phrase; phrases first where a word is typed to its end.

    Args:
        ranked: The candidates in order.
        habit: What the profile says at the cursor.
        analysis: What syntax says of it.
        allowed: Whether a text, inserted at the cursor, leaves a statement that can be right.
    """
    known = {one.candidate.insert for one in ranked[:5]}
    chosen = [
        Ranked(_candidate(phrase), phrase.probability)
        for phrase in habit.phrases
        if phrase.insert not in known and _is_allowed(phrase, analysis, allowed)
    ]
    rest = [
        one for one in ranked if all(one.candidate.insert != c.candidate.insert for c in chosen)
    ]
    typed = analysis.text[analysis.expectation.replace[0] : analysis.cursor]
    whole = bool(rest) and rest[0].candidate.insert.lower() == typed.lower()
    return tuple(_shuffled(rest, chosen, _AFTER_A_WORD if whole else _IN_TURN))


def _shuffled(rest: list[Ranked], chosen: list[Ranked], turns: str) -> list[Ranked]:
    """The first lines by turns, c for a candidate and p for a phrase; then the other candidates."""
    candidates, found, order = iter(rest), iter(chosen), []
    for turn in turns:
        one = next(candidates if turn == "c" else found, None)
        if one is not None:
            order.append(one)
    return [*order, *found, *candidates]


def habitual_ghost(habit: Habit, analysis: Analysis) -> tuple[str, float] | None:
    """The text to insert at the cursor and its probability, where the profile is sure enough."""
    best: tuple[str, float] | None = None
    for phrase in habit.phrases:
        if phrase.probability < SHOWN_FROM:
            continue
        text = _rest(phrase.insert, analysis)
        if text is None or len(text.strip()) < _SHORTEST:
            continue
        worth = phrase.probability * len(text)
        if best is None or worth > best[1] * len(best[0]):
            best = (text, phrase.probability)
    return best


def _with_evidence(candidate: Candidate, seen: float | None) -> Candidate:
    if seen is None:
        return candidate
    return replace(candidate, detail=f"seen {seen:,.0f} time{'s' if seen != 1 else ''}")


def _candidate(phrase: Phrase) -> Candidate:
    label = " ".join(phrase.insert.split())
    return Candidate(
        label, phrase.insert, Kind.PHRASE, label, f"seen in {phrase.seen} of your statements"
    )


def _is_allowed(phrase: Phrase, analysis: Analysis, allowed: Callable[[str], bool]) -> bool:
    text = _rest(phrase.insert, analysis)
    return text is not None and allowed(text)


def _rest(insert: str, analysis: Analysis) -> str | None:
    """What is left of the phrase after what is typed, None where it contradicts that."""
    start, cursor = analysis.expectation.replace[0], analysis.cursor
    typed = analysis.text[start:cursor]
    if insert[: len(typed)].lower() != typed.lower():
        return None
    rest = insert[len(typed) :]
    if not typed and cursor and rest:
        before = analysis.text[cursor - 1]
        if (before.isalnum() or before in "_$)\"'`],") and (
            rest[0].isalnum() or rest[0] in '_$"(@:'
        ):
            return None if before != "," else " " + rest
    return rest
