"""Deterministic candidates: all that schema and syntax prove may stand at the cursor."""

from __future__ import annotations

from itertools import chain, islice

from sqlcomplete.candidates.columns import columns, relations, stars
from sqlcomplete.candidates.functions import functions
from sqlcomplete.candidates.joins import join_conditions, joins
from sqlcomplete.candidates.lists import column_lists, grouping, ordering
from sqlcomplete.candidates.literals import literals
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.output_names import output_names
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.candidates.tables import namespaces, new_aliases, tables
from sqlcomplete.candidates.words import keywords, operators, types
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, Kind

__all__ = ["Candidate", "candidates"]


def candidates(
    analysis: Analysis, index: SchemaIndex, *, limit: int = 200
) -> tuple[Candidate, ...]:
    """Everything known that fits what is typed at the cursor, unranked, without duplicates.

    Args:
        analysis: What syntax says of the cursor.
        index: The schema the names must come from.
        limit: At most so many answers; each kind keeps to its own smaller share before that.

    Returns:
        Candidates of every expected kind; none inside comments, strings and numbers (a string
        compared with an enumerated column gets its values).
    """
    here = Situation(analysis, index)
    if analysis.expectation.silent:
        return tuple(literals(here)) if analysis.expectation.literal_open else ()
    found: dict[tuple[str, Kind], Candidate] = {}
    for one in chain(
        literals(here),
        join_conditions(here),
        joins(here, limit // 5),
        grouping(here),
        ordering(here),
        column_lists(here),
        stars(here),
        new_aliases(here),
        output_names(here),
        keywords(here),
        operators(here),
        types(here),
        relations(here),
        # The kinds that may be many: none may crowd out the next.
        islice(columns(here), limit // 2),
        tables(here, limit // 2),
        islice(namespaces(here), limit // 5),
        functions(here),
    ):
        found.setdefault((one.insert, one.kind), one)
        if len(found) >= limit:
            break
    return tuple(found.values())
