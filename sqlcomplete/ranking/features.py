"""What speaks for one candidate over another of its group: names of features, the same when
weights are fitted and when they are used."""

from __future__ import annotations

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.ranking.names import stem, telling, words
from sqlcomplete.ranking.surroundings import Surroundings, surroundings
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, Kind

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
        if around.here and words(name) & {stem(w) for h in around.here for w in words(h)}:
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
    found.add(f"words {min(len(words(name)), 4)}")
    _named_before(name, around, found)
    relation = next((f[3:].lower() for f in candidate.features if f.startswith("of ")), None)
    if relation is not None and "any table" not in candidate.features:
        _of_relation(relation, around, found)
    if around.compared is not None and operand in ("compare", "dot compare"):
        _compared(name, around.compared, found)


def _named_before(name: str, around: Surroundings, found: set[str]) -> None:
    """Where the text has the column's name already."""
    clause, operand = around.clause, around.operand
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


def _of_relation(relation: str, around: Surroundings, found: set[str]) -> None:
    """How the column's relation stands to those that the text names."""
    clause, operand = around.clause, around.operand
    if around.last_relation is not None:
        same = "same" if relation == around.last_relation else "other"
        found.add(f"{same} relation {clause} {operand}")
    if relation == around.newest:
        found.add(f"newest {clause} {operand}")
    if relation == around.oldest:
        found.add(f"oldest {clause} {operand}")
    if around.compared_relation is not None and clause == Clause.ON.value:
        found.add("compared" if relation == around.compared_relation else "not compared")


def _compared(name: str, compared: str, found: set[str]) -> None:
    """How the column's name resembles that of the column it is compared with."""
    if name == compared:
        found.add("name of the compared")
    elif words(name) & words(compared):
        found.add("words of the compared")
    elif name == "id" and "id" in words(compared):
        found.add("id of the compared")


def group_of(candidate: Candidate) -> str:
    """The group the candidate vies in; the empty text for kinds that have their own class each."""
    if "before from" in candidate.features:
        return "qualifier"
    return GROUPS.get(candidate.kind, "")
