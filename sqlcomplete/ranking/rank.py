"""The order of candidates: how likely each is to be what the user writes next.

The prior says which class of token follows; each class's probability is shared among the
candidates of that class by what speaks for them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlcomplete.candidates.matching import FUZZY, PREFIX, WORD, match_tier
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.dialects.prior_classes import COUNTED_AGGREGATES
from sqlcomplete.ranking.classes import (
    LONGEST_PHRASE,
    context_of,
    phrase_rests,
    phrase_units,
)
from sqlcomplete.ranking.defaults import DEFAULT_WEIGHTS
from sqlcomplete.ranking.features import features_of, group_of
from sqlcomplete.ranking.model import Ranked
from sqlcomplete.ranking.prior import Prior, load_prior
from sqlcomplete.ranking.surroundings import surroundings
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, Kind, Token

_FITS = {PREFIX: 1.0, WORD: 0.1, FUZZY: 0.02}
_FLOOR = 1e-4  # of a class that the prior has not seen here: the grammar allows it all the same
_SIGN = 0.05  # a sign of one character saves nobody a keystroke: it ranks behind what does
_CALL_OF_ROWS = 0.5  # of the calls of count(), those that are count(*)
_CLASSES_OF_GROUP = {
    "name": ("col", "rel"),
    "table": ("table", "ns"),
    "star": ("*",),
    "new": ("new",),
}
_BY_TABLE = 0.2  # of the qualifiers before FROM, those that are a table's whole name
_OTHER_NAME = 0.03  # of placeholders, those named as a certain other column than theirs
_KNOWN_BY_NAME = 0.3  # the share of a function that the catalogue has by its name alone
_UNSEEN_FUNCTION = 1 / 60  # of calls to functions too rare to be counted by name


def rank(
    candidates: Sequence[Candidate],
    analysis: Analysis,
    index: SchemaIndex,
    *,
    prior: Prior | None = None,
) -> tuple[Ranked, ...]:
    """Orders candidates, the likeliest first.

    Args:
        candidates: What may stand at the cursor.
        analysis: What syntax says of the cursor.
        index: The schema.
        prior: The statistics to rank by; those that ship with the package where None.

    Returns:
        Every text that candidates insert, once, with its probability. With nothing typed, the
        probabilities sum to less than 1: what is left is for text that no candidate writes.
    """
    if not candidates:
        return ()
    shares = _prior_shares(candidates, analysis, index, load_prior() if prior is None else prior)
    best: dict[str, int] = {}
    merged = list(shares)
    for place, candidate in enumerate(candidates):
        first = best.setdefault(candidate.insert, place)
        if first != place:
            # One text on two grounds: the stronger one shows it, with what both give.
            stronger, weaker = (first, place) if shares[first] >= shares[place] else (place, first)
            merged[stronger] = merged[first] + shares[place]
            merged[weaker] = 0.0
            best[candidate.insert] = stronger
    order = sorted(best.values(), key=lambda place: (-merged[place], place))
    return tuple(Ranked(candidates[place], min(1.0, merged[place])) for place in order)


def _prior_shares(
    candidates: Sequence[Candidate], analysis: Analysis, index: SchemaIndex, prior: Prior
) -> list[float]:
    expectation = analysis.expectation
    start, typed = expectation.replace[0], expectation.typed
    classes = _classes_after([t for t in analysis.statement.tokens if t.end <= start], prior)
    shares = [0.0] * len(candidates)
    groups: dict[str, list[int]] = {}
    for place, candidate in enumerate(candidates):
        group = group_of(candidate)
        if group:
            groups.setdefault(group, []).append(place)
        else:
            shares[place] = _of_class(candidate, classes, place, prior)
    _share_among_values(candidates, classes, shares)
    around = surroundings(analysis, index)
    for group, places in groups.items():
        weights = prior.weights.get(group) or DEFAULT_WEIGHTS.get(group, {})
        scores = [
            sum(
                weights.get(f, 0.0) for f in features_of(candidates[place], analysis, index, around)
            )
            for place in places
        ]
        highest = max(scores)
        parts = [math.exp(score - highest) for score in scores]
        total = sum(parts)
        mass = max(_mass(group, candidates[places[0]], classes), _FLOOR)
        for place, part in zip(places, parts, strict=True):
            shares[place] = mass * part / total
    if not typed:
        return shares
    for place, candidate in enumerate(candidates):
        shares[place] *= _FITS.get(_tier(typed, candidate), 0.0)
        if candidate.match.lower() == typed.lower() and candidate.insert.lower() == typed.lower():
            shares[place] *= 0.3  # written already: what goes on is worth more
    total = sum(shares) + _FLOOR / 10
    return [share / total for share in shares]


def _classes_after(left: Sequence[Token], prior: Prior) -> dict[str, float]:
    """The probability of each class after the tokens `left`.

    A phrase is counted as one unit, so nothing is counted behind its first words. Where these stand
    at the end of `left`, the rest of each phrase gets what the phrase has at the place before them.
    """
    classes = prior.classes(context_of(left))
    for count in range(min(LONGEST_PHRASE - 1, len(left)), 0, -1):
        words = [token.upper for token in left[-count:]]
        rests = phrase_rests(words)
        if not rests:
            continue
        before = prior.classes(context_of(left[:-count]))
        alone = before.get(words[0], 0.0) if count == 1 else 0.0
        total = alone + sum(before.get(phrase, 0.0) for phrase, _ in rests)
        if not total:
            break
        classes = {name: share * alone / total for name, share in classes.items()}
        for phrase, rest in rests:
            classes[rest] = classes.get(rest, 0.0) + before.get(phrase, 0.0) / total
        break
    return classes


def _share_among_values(
    candidates: Sequence[Candidate], classes: Mapping[str, float], shares: list[float]
) -> None:
    """Where the column's values are known, what a literal is likely to be goes to them; a
    placeholder that the text has not used keeps half."""
    values = [place for place, c in enumerate(candidates) if {"value", "boolean"} & c.features]
    if not values:
        return
    names = ("str", "num", "TRUE", "FALSE")
    mass = 0.8 * sum(classes.get(name, 0.0) for name in names)
    for place, candidate in enumerate(candidates):
        if "placeholder" in candidate.features and "in use" not in candidate.features:
            shares[place] /= 2
            mass += shares[place]
    for place in values:
        shares[place] = max(mass, _FLOOR) / len(values)


def _tier(typed: str, candidate: Candidate) -> int:
    tier = match_tier(typed, candidate.match)
    if tier != PREFIX and candidate.insert.lower().startswith(typed.lower()):
        return PREFIX
    return tier


def _mass(group: str, first: Candidate, classes: Mapping[str, float]) -> float:
    if not classes:
        return 0.5
    if group == "qualifier":
        return _BY_TABLE * classes.get("rel", 0.0)
    if group == "list":
        opened = "rest" in first.features
        return classes.get("col" if opened else "(", 0.0) * (0.5 if opened else 1.0)
    return sum(classes.get(name, 0.0) for name in _CLASSES_OF_GROUP[group])


def _of_class(
    candidate: Candidate, classes: Mapping[str, float], place: int, prior: Prior
) -> float:
    """The probability of a candidate that has its class to itself."""
    floor = _FLOOR / (1 + place)  # candidates come likeliest first
    kind = candidate.kind
    if kind is Kind.KEYWORD or kind is Kind.TYPE or "word" in candidate.features:
        if kind is Kind.TYPE:
            return classes.get("type", 0.0) / 8 + floor
        units = phrase_units(candidate.match)
        share = classes.get(units[0], 0.0)
        for before, unit in pairwise(units):
            share *= _after(prior, before, unit)
        return max(share, classes.get(candidate.match.upper(), 0.0)) + floor
    if kind is Kind.FUNCTION:
        return _of_function(candidate, classes) + floor
    if kind is Kind.OPERATOR:
        share = classes.get("<>" if candidate.insert == "!=" else candidate.insert, 0.0)
        return share * (_SIGN if len(candidate.insert) == 1 else 1.0) + floor * _SIGN
    if "placeholder" in candidate.features:
        share = _OTHER_NAME if "another name" in candidate.features else 1.0
        return share * classes.get("ph", 0.0) + floor
    return classes.get(candidate.match.upper(), 0.0) + floor


def _after(prior: Prior, before: str, unit: str) -> float:
    """How often `unit` comes right after `before`, wherever that stands."""
    seen = prior.counts.get(f"5|{before}")
    if not seen:
        return 0.3
    return max(seen.get(unit, 0.0) / sum(seen.values()), 0.02)


def _of_function(candidate: Candidate, classes: Mapping[str, float]) -> float:
    name = candidate.match.upper()
    share = classes.get(f"fn:{name}", 0.0)
    if "rows" in candidate.features:
        return share * _CALL_OF_ROWS
    if share:
        return share
    rare = classes.get("fn", 0.0) * _UNSEEN_FUNCTION
    if "rare" in candidate.features:
        return rare * _KNOWN_BY_NAME
    return rare * (2.0 if "common" in candidate.features or name in COUNTED_AGGREGATES else 1.0)
