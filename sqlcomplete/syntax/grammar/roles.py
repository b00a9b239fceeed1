"""What a bracket is for."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.functions.kinds import CALLED_KEYWORDS
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.dialects.positions import GROUPING_WORDS, OPENS_BODY
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query import FromAt, Segment, read, read_from
from sqlcomplete.syntax.scope import segment_at


class Role(StrEnum):
    """What a bracket that is no query is for."""

    CALL = "call"
    """The arguments of a call."""
    GROUP = "group"
    """A part of an expression."""
    IN = "in"
    """The list of IN, ANY or ALL."""
    EXISTS = "exists"
    """A query of EXISTS, or one that begins the statement or a set operator's side."""
    CTE = "cte"
    """The body of a CTE."""
    CTE_COLUMNS = "cte columns"
    """The column names after a CTE's name."""
    DERIVED = "derived"
    """A derived table, or joins in brackets."""
    ALIAS_COLUMNS = "alias columns"
    """The column names after a relation's alias."""
    OVER = "over"
    """A window."""
    FILTER = "filter"
    """The condition of an aggregate's FILTER."""
    WITHIN = "within"
    """The order of WITHIN GROUP."""
    USING = "using"
    """The columns of a join's USING."""
    CONFLICT = "conflict"
    """The columns of ON CONFLICT."""
    INSERT_COLUMNS = "insert columns"
    """The columns that INSERT fills."""
    SET_COLUMNS = "set columns"
    """The columns that SET assigns together."""
    STAR_EXCEPT = "star except"
    """The columns that a star leaves out."""
    STAR_REPLACE = "star replace"
    """The expressions that replace a star's columns."""
    VALUES = "values"
    """A row of VALUES."""
    GROUPING = "grouping"
    """A list of ROLLUP, CUBE or GROUPING SETS."""
    TYPE = "type"
    """The length of a type."""
    SUBSCRIPT = "subscript"
    """A subscript or a literal of a list or struct."""


_BY_WORD = {
    "IN": Role.IN,
    "ANY": Role.IN,
    "SOME": Role.IN,
    "EXISTS": Role.EXISTS,
    "OVER": Role.OVER,
}
_AFTER_STAR = {
    "EXCEPT": Role.STAR_EXCEPT,
    "EXCLUDE": Role.STAR_EXCEPT,
    "REPLACE": Role.STAR_REPLACE,
}
_FROM_ROLES = {
    FromAt.RELATION: Role.DERIVED,
    FromAt.LATERAL: Role.DERIVED,
    FromAt.USING: Role.USING,
    FromAt.ALIASED: Role.ALIAS_COLUMNS,
    FromAt.NAME: Role.CALL,
}
_NESTED_FROM = frozenset({Role.DERIVED, Role.USING})


def role_of(frame: Frame) -> Role:
    """What a bracket is for, by what stands left of it."""
    parent = frame.parent
    assert parent is not None
    if frame.bracket != "(":
        return Role.SUBSCRIPT
    items, i = parent.items, frame.index
    previous = items[i - 1] if i else None
    word = previous.word if previous is not None else ""
    role = _by_words(items, i, word) or _by_clause(parent, i, word)
    if role is not None:
        return role
    if word == "USING":
        return Role.USING
    if previous is not None and previous.is_name:
        if i > 1 and (items[i - 2].sym == "::" or items[i - 2].word == "AS"):
            return Role.TYPE
        if word not in RESERVED or word in CALLED_KEYWORDS:
            return Role.CALL
    return Role.GROUP


def _by_words(items: list[Item], i: int, word: str) -> Role | None:
    """The role where the word before the bracket at `i`, or the two before it, decide it."""
    role = _BY_WORD.get(word)
    if role is not None:
        return role
    before = items[i - 2] if i > 1 else None
    if before is None:
        return None
    if word == "ALL" and before.sym:
        return Role.IN
    if word == "FILTER" and before.frame is not None:
        return Role.FILTER
    if word == "GROUP" and before.word == "WITHIN":
        return Role.WITHIN
    return _AFTER_STAR.get(word) if before.sym == "*" else None


def _by_clause(parent: Frame, i: int, word: str) -> Role | None:
    """The role where the clause around the bracket decides it."""
    if parent.query:
        segment = segment_at(read(parent), i)
        decide = _CLAUSE_ROLES.get(segment.clause)
        return decide(segment, parent.items, i, word) if decide is not None else None
    if parent.bracket == "(" and role_of(parent) is Role.DERIVED:
        role = _FROM_ROLES.get(read_from(parent.items, 0, i).at)
        return role if role in _NESTED_FROM else None
    return None


def _at_element(segment: Segment, items: list[Item], i: int) -> bool:
    """Whether an element of the clause's list begins with the bracket."""
    return i == segment.start or (i > 0 and items[i - 1].sym == ",")


def _in_with(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.CTE if word in OPENS_BODY else Role.CTE_COLUMNS


def _in_insert(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.INSERT_COLUMNS


def _in_values(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.VALUES if word == "ROW" or _at_element(segment, items, i) else None


def _in_conflict(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.CONFLICT if i == segment.start else None


def _in_set(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.SET_COLUMNS if _at_element(segment, items, i) else None


def _in_window(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.OVER if word == "AS" else None


def _in_group_by(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.GROUPING if word in GROUPING_WORDS else None


def _in_from(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    if segment.clause is Clause.MERGE and segment.word == "WHEN":
        return None
    return _FROM_ROLES.get(read_from(items, segment.start, i).at)


def _at_start(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.EXISTS


def _in_other(segment: Segment, items: list[Item], i: int, word: str) -> Role | None:
    return Role.EXISTS if i == segment.start else None


_CLAUSE_ROLES: dict[Clause, Callable[[Segment, list[Item], int, str], Role | None]] = {
    Clause.WITH: _in_with,
    Clause.INSERT_INTO: _in_insert,
    Clause.VALUES: _in_values,
    Clause.ON_CONFLICT: _in_conflict,
    Clause.SET: _in_set,
    Clause.WINDOW: _in_window,
    Clause.GROUP_BY: _in_group_by,
    Clause.FROM: _in_from,
    Clause.UPDATE: _in_from,
    Clause.DELETE: _in_from,
    Clause.MERGE: _in_from,
    Clause.START: _at_start,
    Clause.OTHER: _in_other,
}
