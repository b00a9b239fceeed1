"""Ghost and popup agree: which of two ghosts is shown, and the candidates in its order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.completion import Ghost, Item, Source
from sqlcomplete.ghost.hint import continuation
from sqlcomplete.ghost.spacing import with_space
from sqlcomplete.model.decode import Lead
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis, Kind

_SPACED = frozenset({Kind.KEYWORD, Kind.OPERATOR})  # whose items bring the space after them


def goes_further(known: Ghost, ghost: Ghost | None) -> bool:
    """Whether what schema and syntax prove should be shown rather than what the model wrote: it is
    surer, or says the same and more."""
    if ghost is None or known.text.startswith(ghost.text):
        return True
    return not ghost.text.startswith(known.text) and known.confidence > ghost.confidence


def first_lead(ranked: Sequence[Ranked], analysis: Analysis) -> Lead | None:
    """The first candidate's text after the cursor, where it goes on from what is typed."""
    if not ranked or analysis.expectation.replace[1] > analysis.cursor:
        return None
    typed = analysis.text[analysis.expectation.replace[0] : analysis.cursor]
    text = continuation(ranked[0].candidate.insert, typed)
    return None if text is None else Lead(text, ranked[0].score)


def agreeing_first(
    ranked: tuple[Ranked, ...], analysis: Analysis, ghost: Ghost
) -> tuple[Ranked, ...]:
    """The candidates with the longest that the ghost begins with in front."""
    start = analysis.expectation.replace[0]
    whole = (analysis.text[start : analysis.cursor] + ghost.text).lower()
    best: Ranked | None = None
    for one in ranked:
        insert = one.candidate.insert.lower()
        if not whole.startswith(insert):
            continue
        # A ghost that goes on inside the same word does not agree with its beginning.
        after = whole[len(insert) : len(insert) + 1]
        if insert[-1:].isalnum() and (after.isalnum() or after == "_"):
            continue
        if best is None or len(insert) > len(best.candidate.insert):
            best = one
    if best is None:
        return ranked
    return (best, *(r for r in ranked if r is not best))


def popup(
    ranked: Sequence[Ranked],
    analysis: Analysis,
    ghost: Ghost | None,
    most: int,
    source: Source,
) -> tuple[Item, ...]:
    """The popup's items, `most` at most: the candidates, and in front of them what the model wrote
    where it is none of them. `source` is whose order the candidates are in."""
    replace = analysis.expectation.replace
    items = [
        Item(
            label=r.candidate.label,
            insert=with_space(r.candidate.insert, replace[0], analysis)
            if r.candidate.kind in _SPACED
            else r.candidate.insert,
            replace=replace,
            kind=str(r.candidate.kind),
            score=r.score,
            source="history" if r.candidate.kind is Kind.PHRASE else source,
            detail=r.candidate.detail,
        )
        for r in ranked[:most]
    ]
    if ghost is not None and ghost.source == "model":
        whole = analysis.text[replace[0] : analysis.cursor] + ghost.text
        begins = items and whole.lower().startswith(items[0].insert.rstrip().lower())
        if not begins:
            # The model's own words, such as an operator with its literal, lead the popup too.
            own = Item(whole.strip(), whole, replace, "phrase", ghost.confidence, "model")
            items = [own, *items][:most]
    return tuple(items)
