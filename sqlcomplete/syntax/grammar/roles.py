"""What a bracket is for."""

from __future__ import annotations

from sqlcomplete.syntax.keywords import RESERVED
from sqlcomplete.syntax.model import Clause
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query import FromAt, read, read_from, word_at
from sqlcomplete.syntax.scope import segment_at

_CALLED = frozenset(
    {"LEFT", "RIGHT", "IF", "VALUES", "INSERT", "SET", "DEFAULT", "CAST", "REPLACE"}
)
_BODY = frozenset({"AS", "MATERIALIZED"})


def role_of(frame: Frame) -> str:
    """What a bracket is for, by what stands left of it."""
    parent = frame.parent
    assert parent is not None
    if frame.bracket != "(":
        return "subscript"
    items, i = parent.items, frame.index
    previous = items[i - 1] if i else None
    word = previous.word if previous is not None else ""
    if word == "IN":
        return "in"
    if word in {"ANY", "SOME"} or (word == "ALL" and i > 1 and items[i - 2].sym):
        return "in"
    if word == "EXISTS":
        return "exists"
    if word == "OVER":
        return "over"
    if word == "FILTER" and i > 1 and items[i - 2].frame is not None:
        return "filter"
    if word == "GROUP" and word_at(items, i - 2) == "WITHIN":
        return "within"
    if i > 1 and items[i - 2].sym == "*":
        if word in {"EXCEPT", "EXCLUDE"}:
            return "star except"
        if word == "REPLACE":
            return "star replace"
    if parent.query:
        found = _clause_role(parent, i, previous, word)
        if found:
            return found
    elif parent.bracket == "(" and role_of(parent) == "derived":
        state = read_from(items, 0, i)
        if state.at in {FromAt.RELATION, FromAt.LATERAL}:
            return "derived"
        if state.at is FromAt.USING:
            return "using"
    if word == "USING":
        return "using"
    if previous is not None and previous.is_name:
        if i > 1 and (items[i - 2].sym == "::" or items[i - 2].word == "AS"):
            return "type"
        if word not in RESERVED or word in _CALLED:
            return "call"
    return "group"


def _clause_role(parent: Frame, i: int, previous: Item | None, word: str) -> str:
    """The bracket's role where the clause decides it, else ""."""
    query = read(parent)
    segment = segment_at(query, i)
    clause = segment.clause
    items = parent.items
    if clause is Clause.WITH:
        return "cte" if word in _BODY else "cte columns"
    if clause is Clause.INSERT_INTO:
        return "insert columns"
    if clause is Clause.VALUES:
        if i == segment.start or (previous is not None and previous.sym == ",") or word == "ROW":
            return "values"
    elif clause is Clause.ON_CONFLICT:
        if i == segment.start:
            return "conflict"
    elif clause is Clause.SET:
        if i == segment.start or (previous is not None and previous.sym == ","):
            return "set columns"
    elif clause is Clause.WINDOW:
        if word == "AS":
            return "over"
    elif clause is Clause.GROUP_BY:
        if word in {"ROLLUP", "CUBE", "SETS"}:
            return "grouping"
    elif clause in {Clause.FROM, Clause.UPDATE, Clause.DELETE, Clause.MERGE}:
        if clause is Clause.MERGE and segment.word == "WHEN":
            return ""
        state = read_from(items, segment.start, i)
        if state.at in {FromAt.RELATION, FromAt.LATERAL}:
            return "derived"
        if state.at is FromAt.USING:
            return "using"
        if state.at is FromAt.ALIASED:
            return "alias columns"
        if state.at is FromAt.NAME:
            return "call"
    elif clause is Clause.START or (clause is Clause.OTHER and i == segment.start):
        return "exists"
    return ""
