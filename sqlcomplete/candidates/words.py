"""Keywords, operators, punctuation and types."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import PREDICATES, Clause
from sqlcomplete.dialects.phrases import COMPARISONS, OF_QUERIES, arithmetic
from sqlcomplete.syntax.model import Kind

_COMPARING = PREDICATES | {
    Clause.ON, Clause.SET, Clause.SELECT, Clause.MERGE, Clause.ON_CONFLICT, Clause.RETURNING,
    Clause.ORDER_BY, Clause.GROUP_BY, Clause.VALUES,
}  # fmt: skip


def keywords(here: Situation) -> Iterator[Candidate]:
    """Keywords and phrases that can stand here, in the user's case."""
    if here.expectation.qualifier or here.expectation.quote:
        return
    for place, phrase in enumerate(_phrases(here)):
        if here.fits(phrase):
            text = here.keyword(phrase)
            yield Candidate(
                text, text, Kind.KEYWORD, phrase, None, frozenset({f"place {min(place, 9)}"})
            )


def _phrases(here: Situation) -> tuple[str, ...]:
    """The expected phrases; after the condition of UPDATE or DELETE without those of a query."""
    phrases = here.expectation.keywords
    statement = here.left[0].upper if here.left else ""
    if (
        statement not in ("UPDATE", "DELETE")
        or here.expectation.depth
        or here.clause is not Clause.WHERE
        or "AND" not in phrases
    ):
        return phrases
    kept = tuple(phrase for phrase in phrases if phrase not in OF_QUERIES)
    if dialect_of(here.dialect).has("RETURNING") and "RETURNING" not in kept:
        kept = (*kept, "RETURNING")
    return kept


def operators(here: Situation) -> Iterator[Candidate]:
    """Operators and punctuation, where nothing is typed yet."""
    if Kind.OPERATOR not in here.kinds or here.typed or here.expectation.qualifier:
        return
    signs = list(here.expectation.operators) or _usual(here)
    for sign in signs:
        yield Candidate(sign, sign, Kind.OPERATOR, sign)


def _usual(here: Situation) -> list[str]:
    """The signs of the clause, where syntax names none."""
    signs = [","]
    if here.clause in _COMPARING:
        signs += COMPARISONS if here.clause is not Clause.SET else ("=",)
        signs += arithmetic(dialect_of(here.dialect))
    signs.append("(")
    if here.expectation.depth > 0:
        signs.append(")")
    signs.append(";")
    return signs


def types(here: Situation) -> Iterator[Candidate]:
    """Names of types, where a type is expected."""
    if Kind.TYPE not in here.kinds or here.expectation.qualifier:
        return
    for name in dialect_of(here.dialect).types:
        if here.fits(name):
            text = name.lower() if here.keywords_lower else name
            yield Candidate(text, text, Kind.TYPE, name, "type")
