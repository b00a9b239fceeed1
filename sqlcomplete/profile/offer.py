"""Shows what a profile knows: its phrases in the popup, the surest of them as ghost text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.ghost.thresholds import THRESHOLDS, Thresholds
from sqlcomplete.profile.habits import Habit
from sqlcomplete.profile.phrases import Phrase
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis, Kind

_SHOWN = 5  # lines that are chosen to go together
_LOOKED_AT = 12  # candidates that may be among them


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
    found: Sequence[Phrase],
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
    lines = [Ranked(_candidate(p), p.probability) for p in found]
    rest = list(ranked)
    typed = analysis.text[analysis.expectation.replace[0] : analysis.cursor].lower()
    whole = bool(rest) and rest[0].candidate.insert.lower() == typed
    first = [] if whole or not rest else rest[:1]
    chosen = _best(
        first,
        [*rest[len(first) : _LOOKED_AT], *lines],
        len(typed),
        partial(_is_allowed, analysis=analysis, allowed=allowed),
    )
    taken = {one.candidate.insert for one in chosen}
    return (*chosen, *(one for one in rest if one.candidate.insert not in taken))


def _best(
    first: list[Ranked], lines: list[Ranked], typed: int, allowed: Callable[[Ranked], bool]
) -> list[Ranked]:
    """The lines that are expected to save most together, `first` among them: each saves what it
    writes beyond the longest line shown that it begins with, as often as it is right."""
    chosen = list(first)
    left = {one.candidate.insert.lower(): one for one in reversed(lines)}
    for one in first:
        left.pop(one.candidate.insert.lower(), None)
    worth = {text: _worth(text, one, chosen, typed) for text, one in left.items()}
    while worth and len(chosen) < _SHOWN:
        text = max(worth, key=lambda t: worth[t])
        one = left.pop(text)
        gain = worth.pop(text)
        if gain <= 0:
            break
        if one.candidate.kind is Kind.PHRASE and not allowed(one):
            continue
        chosen.append(one)
        for other in worth:
            if other.startswith(text) or text.startswith(other):
                worth[other] = _worth(other, left[other], chosen, typed)
    return chosen


def _worth(text: str, one: Ranked, chosen: Sequence[Ranked], typed: int) -> float:
    """How many keystrokes the line is expected to save beside those chosen."""
    shorter, longer = typed + 1, 0.0
    for other in chosen:
        theirs = other.candidate.insert.lower()
        if text.startswith(theirs):
            shorter = max(shorter, len(theirs))
        elif theirs.startswith(text):
            longer = max(longer, other.score)
    return max(one.score - longer, 0.0) * (len(text) - shorter)


def habitual_ghost(
    found: Sequence[Phrase], analysis: Analysis, thresholds: Thresholds = THRESHOLDS
) -> tuple[str, float] | None:
    """The text to insert at the cursor and its probability, where the profile is sure enough."""
    best: tuple[str, float] | None = None
    for phrase in found:
        if phrase.probability < thresholds.phrase:
            continue
        text = _rest(phrase.insert, analysis)
        if text is None or len(text.strip()) < thresholds.shortest_phrase:
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


def _is_allowed(one: Ranked, analysis: Analysis, allowed: Callable[[str], bool]) -> bool:
    text = _rest(one.candidate.insert, analysis)
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
