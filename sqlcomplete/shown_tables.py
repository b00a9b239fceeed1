"""Which tables of a large schema a prompt shows: those in play, those that hold the columns written
before any table is, their neighbours, and then the rest."""

from __future__ import annotations

from collections import defaultdict

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.lex import is_name, name_of
from sqlcomplete.syntax.model import Analysis

_MOST_HOLDERS = 4
_NEEDED_HOLDERS = 2  # whose absence is worth another prompt
_NEAR_THE_BEST = 0.5  # share of the best holder's score from which another is one


def tables_in_play(analysis: Analysis) -> list[Table]:
    """Those that the statement names."""
    play = [r.table for r in analysis.scope.relations if r.table is not None]
    target = analysis.scope.target
    if target is not None and target.table is not None:
        play.append(target.table)
    return play


def holders(analysis: Analysis, index: SchemaIndex) -> list[Table]:
    """The tables that have most of the columns written left of the cursor, the best first: a name
    counts the more, the fewer tables have it."""
    begun = analysis.statement.start
    names = {
        name_of(token).lower()
        for token in analysis.tokens
        if begun <= token.start and token.end < analysis.cursor and is_name(token)
    }
    score: dict[Table, float] = defaultdict(float)
    for name in sorted(names):
        found = index.tables_with_column(name)
        for table in found:
            score[table] += 1 / len(found)
    best = max(score.values(), default=0.0)
    near = [table for table in score if score[table] >= _NEAR_THE_BEST * best]
    return sorted(near, key=lambda table: -score[table])[:_MOST_HOLDERS]


def needed(analysis: Analysis, index: SchemaIndex) -> list[Table]:
    """The tables without which the model could not go on."""
    return tables_in_play(analysis) or holders(analysis, index)[:_NEEDED_HOLDERS]


def by_relevance(analysis: Analysis, index: SchemaIndex, most: int) -> list[Table]:
    """The schema's first `most` tables, behind those that the cursor gives reason to show."""
    play = tables_in_play(analysis)
    near = [t for p in play for _, t in index.foreign_keys_from(p)]
    near += [t for p in play for t, _ in index.foreign_keys_to(p)]
    held = holders(analysis, index)
    return list(dict.fromkeys([*play, *held, *near, *index.schema.tables[:most]]))
