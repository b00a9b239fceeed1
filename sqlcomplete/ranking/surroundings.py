"""What the features of a candidate read of the cursor, once for all candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import RANKED_AS
from sqlcomplete.dialects.positions import AFTER_GROUPING, BEGINS_LIST
from sqlcomplete.ranking.names import words
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, Expectation, Scope, Token, TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_OPERANDS = {
    ",": "list",
    **dict.fromkeys((*_COMPARISONS, "LIKE", "BETWEEN"), "compare"),
    **dict.fromkeys(("+", "-", "*", "/", "||"), "sum"),
}
"""What the position is an operand of, by the token before it."""


@dataclass(frozen=True)
class Surroundings:
    """What features read of the cursor, once for all candidates."""

    clause: str
    operand: str  # of what: first, list, compare, sum, call, paren, dot or dot compare
    here: frozenset[str]  # names in this statement
    in_clause: frozenset[str]  # names since the clause began
    in_projection: frozenset[str]
    in_grouping: frozenset[str]
    elsewhere: frozenset[str]
    asked: frozenset[str]  # words of the instruction
    compared: str | None
    compared_type: str | None
    compared_relation: str | None
    last_relation: str | None
    last_column: str | None
    function: str | None
    newest: str | None  # the relation that stands last in FROM
    oldest: str | None
    following: frozenset[str]  # columns declared right after the one named last


def surroundings(analysis: Analysis, index: SchemaIndex) -> Surroundings:
    """Reads them from the analysis."""
    situation = Situation(analysis, index)
    left = situation.left
    expectation = analysis.expectation
    operand = _operand(left, expectation)
    last_relation, last_column = _last_dotted(left)
    in_clause = [bare(t) for t in left[_clause_start(left) :] if t.kind in _NAMES]
    relations = situation.near
    started = [r for r in relations if r.start < expectation.replace[0]]
    readable = situation.relations if started else (*situation.relations, *analysis.scope.ctes)
    compared = expectation.compared
    return Surroundings(
        clause=RANKED_AS.get(expectation.clause, expectation.clause).value,
        operand=operand,
        here=frozenset(bare(t) for t in left if t.kind in _NAMES),
        in_clause=frozenset(in_clause),
        in_projection=_projected(analysis.scope),
        in_grouping=_grouped(left),
        elsewhere=situation.words_elsewhere,
        asked=words(analysis.instruction or ""),
        compared=compared.name.lower() if compared is not None else None,
        compared_type=compared.type if compared is not None else None,
        compared_relation=_compared_relation(left, operand),
        last_relation=last_relation,
        last_column=last_column,
        function=(expectation.function or "").lower() or None,
        newest=started[-1].name.lower() if started else None,
        oldest=relations[0].name.lower() if relations else None,
        following=_following(in_clause, [[c.name.lower() for c in r.columns] for r in readable]),
    )


def _clause_start(left: Sequence[Token]) -> int:
    """Index of the first token after the last clause's keyword."""
    for at in range(len(left) - 1, -1, -1):
        if left[at].upper in BEGINS_LIST:
            return at + 1
    return 0


def _last_dotted(left: Sequence[Token]) -> tuple[str | None, str | None]:
    """The qualifier before the last dot, and the name after it."""
    for at in range(len(left) - 1, 0, -1):
        if left[at].text == "." and left[at - 1].kind in _NAMES:
            named = at + 1 < len(left) and left[at + 1].kind in _NAMES
            return bare(left[at - 1]), bare(left[at + 1]) if named else None
    return None, None


def _operand(left: Sequence[Token], expectation: Expectation) -> str:
    """What the position is an operand of."""
    if expectation.qualifier:
        compared = len(left) > 2 and left[-3].upper in _COMPARISONS
        return "dot compare" if compared else "dot"
    before = left[-1].upper if left else ""
    if before == "(":
        return "call" if expectation.function else "paren"
    return _OPERANDS.get(before, "first")


def _compared_relation(left: Sequence[Token], operand: str) -> str | None:
    """The qualifier of the column that the position is compared with."""
    if operand not in ("compare", "dot compare"):
        return None
    end = len(left) - (1 if operand == "compare" else 3)
    return bare(left[end - 3]) if end >= 3 and left[end - 2].text == "." else None


def _projected(scope: Scope) -> frozenset[str]:
    """The names of the columns that the projection reads, without their qualifiers."""
    return frozenset(
        name.rpartition(".")[2].strip('"`[]').lower()
        for item in scope.projection
        for name in item.columns
    )


def _grouped(left: Sequence[Token]) -> frozenset[str]:
    """The names in GROUP BY."""
    names: set[str] = set()
    for at, token in enumerate(left):
        if token.upper == "BY" and at and left[at - 1].upper == "GROUP":
            for later in left[at + 1 :]:
                if later.upper in AFTER_GROUPING:
                    break
                if later.kind in _NAMES:
                    names.add(bare(later))
    return frozenset(names)


def _following(written: list[str], declared: list[list[str]]) -> frozenset[str]:
    """The columns that come, in the order of declaration, after the last one that is written; the
    first ones where none is."""
    for name in reversed(written):
        found = {
            columns[place + 1]
            for columns in declared
            for place, column in enumerate(columns[:-1])
            if column == name
        }
        if found:
            return frozenset(found)
    return frozenset(columns[0] for columns in declared if columns)
