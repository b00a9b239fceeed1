"""What speaks for one candidate over another of its group: names of features, the same when
weights are fitted and when they are used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.positions import BEGINS_LIST
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, Kind, TokenKind

GROUPS = {
    Kind.COLUMN: "name",
    Kind.RELATION: "name",
    Kind.GROUPING: "name",
    Kind.ORDERING: "name",
    Kind.JOIN_CONDITION: "name",
    Kind.COLUMN_LIST: "list",
    Kind.STAR: "star",
    Kind.TABLE: "table",
    Kind.JOIN: "table",
    Kind.NAMESPACE: "table",
    Kind.NEW_NAME: "new",
}
"""The group of each kind whose candidates vie for the same classes of token."""

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TELLING = re.compile(
    r"(?P<id>(^|_)(id|uuid|key)$|id$)|(?P<name>name|title|label)|(?P<time>date|time|_at$|_on$|year)"
    r"|(?P<amount>amount|price|total|count|cost|sum|qty|quantity|salary|score|num)"
    r"|(?P<state>status|state|type|kind|category|level|flag)|(?P<text>desc|comment|note|text|body)"
)


@lru_cache(maxsize=20_000)
def words(name: str) -> frozenset[str]:
    """The words of a name, lower case, without a plural's s."""
    return frozenset(_stem(w.lower()) for w in _WORDS.findall(name))


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=20_000)
def telling(name: str) -> str:
    """What a column's name says of it: id, name, time, amount, state, text or other."""
    found = _TELLING.search(name.lower())
    return (found.lastgroup or "other") if found else "other"


@dataclass(frozen=True)
class Surroundings:
    """What features read of the cursor, once for all candidates."""

    clause: str
    operand: (
        str  # what the position is an operand of: "first", "list", "compare", "call", "dot" ...
    )
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
    begun = 0
    for at in range(len(left) - 1, -1, -1):
        if left[at].upper in BEGINS_LIST:
            begun = at + 1
            break
    names = (TokenKind.WORD, TokenKind.QUOTED)
    in_clause = frozenset(bare(t) for t in left[begun:] if t.kind in names)
    last_relation = last_column = None
    for at in range(len(left) - 1, 0, -1):
        if left[at].text == "." and left[at - 1].kind in names:
            last_relation = bare(left[at - 1])
            if at + 1 < len(left) and left[at + 1].kind in names:
                last_column = bare(left[at + 1])
            break
    before = left[-1].upper if left else ""
    if expectation.qualifier:
        operand = "dot"
        before = left[-3].upper if len(left) > 2 else ""
    elif before == "(":
        operand = "call" if expectation.function else "paren"
    elif before == ",":
        operand = "list"
    elif before in ("=", "<", ">", "<=", ">=", "<>", "!=", "LIKE", "BETWEEN"):
        operand = "compare"
    elif before in ("+", "-", "*", "/", "||"):
        operand = "sum"
    else:
        operand = "first"
    if expectation.qualifier and before in ("=", "<", ">", "<=", ">=", "<>", "!="):
        operand = "dot compare"
    compared = expectation.compared
    compared_relation = None
    if operand in ("compare", "dot compare"):
        back = left[:-1] if operand == "compare" else left[:-3]
        if len(back) >= 3 and back[-2].text == ".":
            compared_relation = bare(back[-3])
    relations = situation.near
    started = [r for r in relations if r.start < expectation.replace[0]]
    projection: set[str] = set()
    for item in analysis.scope.projection:
        for name in item.columns:
            projection.add(name.rpartition(".")[2].strip('"`[]').lower())
    grouping: set[str] = set()
    for at, token in enumerate(left):
        if token.upper == "BY" and at and left[at - 1].upper == "GROUP":
            for later in left[at + 1 :]:
                if later.upper in ("HAVING", "ORDER", "LIMIT"):
                    break
                if later.kind in names:
                    grouping.add(bare(later))
    return Surroundings(
        clause=expectation.clause.value,
        operand=operand,
        here=frozenset(bare(t) for t in left if t.kind in names),
        in_clause=in_clause,
        in_projection=frozenset(projection),
        in_grouping=frozenset(grouping),
        elsewhere=situation.words_elsewhere,
        asked=words(analysis.instruction or ""),
        compared=compared.name.lower() if compared is not None else None,
        compared_type=compared.type if compared is not None else None,
        compared_relation=compared_relation,
        last_relation=last_relation,
        last_column=last_column,
        function=(expectation.function or "").lower() or None,
        newest=started[-1].name.lower() if started else None,
        oldest=relations[0].name.lower() if relations else None,
        following=_following(
            [bare(t) for t in left[begun:] if t.kind in names],
            [
                [c.name.lower() for c in r.columns]
                for r in (*situation.relations, *(analysis.scope.ctes if not started else ()))
            ],
        ),
    )


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


_INHERITED = frozenset({
    "primary key", "foreign key", "derived", "outer", "enumerated", "default", "any table",
    "whole", "only", "in projection", "alias", "aggregate", "text", "ordinal", "other way",
    "same name", "name of the table", "shared", "linked", "foreign", "referencing", "used",
    "recent", "cte", "view", "has all", "has some", "has none", "other namespace", "needed", "all",
    "rest", "expansion", "qualified", "written as", "lateral", "foreseen", "next", "written",
    "sure", "output", "counted", "aggregated", "column", "with table", "plain", "mentioned",
    "of a cte", "awaited", "awaited columns", "not awaited",
})  # fmt: skip


def features_of(
    candidate: Candidate, analysis: Analysis, index: SchemaIndex, around: Surroundings | None = None
) -> frozenset[str]:
    """The names of all that is true of the candidate at this cursor."""
    around = around or surroundings(analysis, index)
    kind = candidate.kind
    found = {f"kind {kind.value}", f"{kind.value} in {around.clause}"}
    for feature in candidate.features:
        if feature in _INHERITED:
            found.add(feature)
            found.add(f"{feature} in {around.clause}")
        elif feature.startswith(("at ", "links ", "shared ", "place ", "type ")):
            found.add(feature)
            if feature.startswith(("at ", "type ")):
                found.add(f"{feature} {around.operand}")
    name = candidate.match.rpartition(".")[2].lower()
    asked = words(name) & around.asked
    if asked:
        found.add("asked for all" if len(asked) == len(words(name)) else "asked for some")
    if kind is Kind.COLUMN:
        _column(candidate, name, around, found)
    elif kind is Kind.TABLE or kind is Kind.JOIN:
        if name in around.here:
            found.add("named")
        found.add(f"length {min(len(words(name)), 4)}")
        if around.here and words(name) & {_stem(w) for h in around.here for w in words(h)}:
            found.add("alike")
    return frozenset(found)


def _column(candidate: Candidate, name: str, around: Surroundings, found: set[str]) -> None:
    clause, operand = around.clause, around.operand
    told = telling(name)
    found.add(f"tells {told} in {clause}")
    found.add(f"tells {told} as {operand}")
    if around.function:
        found.add(f"tells {told} in {around.function}()")
        for feature in candidate.features:
            if feature.startswith("type "):
                found.add(f"{feature} in {around.function}()")
    if name in around.in_clause:
        found.add(f"in clause {clause} {operand}")
    elif name in around.here:
        found.add(f"in statement {clause}")
    if name in around.in_projection:
        found.add(f"projected {clause}")
    if name in around.following:
        found.add(f"following {clause} {operand}")
    if name in around.in_grouping:
        found.add(f"grouped {clause}")
    if name in around.elsewhere:
        found.add("recent")
    found.add(f"words {min(len(words(name)), 4)}")
    relation = next((f[3:].lower() for f in candidate.features if f.startswith("of ")), None)
    if relation is not None and "any table" not in candidate.features:
        if around.last_relation is not None:
            same = "same" if relation == around.last_relation else "other"
            found.add(f"{same} relation {clause} {operand}")
        if relation == around.newest:
            found.add(f"newest {clause} {operand}")
        if relation == around.oldest:
            found.add(f"oldest {clause} {operand}")
        if around.compared_relation is not None and clause == Clause.ON.value:
            found.add("compared" if relation == around.compared_relation else "not compared")
    if around.compared is not None and operand in ("compare", "dot compare"):
        if name == around.compared:
            found.add("name of the compared")
        elif words(name) & words(around.compared):
            found.add("words of the compared")
        elif name == "id" and "id" in words(around.compared):
            found.add("id of the compared")


def group_of(candidate: Candidate) -> str:
    """The group the candidate vies in; the empty text for kinds that have their own class each."""
    if "before from" in candidate.features:
        return "qualifier"
    return GROUPS.get(candidate.kind, "")
