"""Names for the projection's expressions, after AS: made of the columns in them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.model import Kind, Token, TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_PREFIXES = {"sum": "total", "avg": "avg", "min": "min", "max": "max", "count": "num"}


def output_names(here: Situation) -> Iterator[Candidate]:
    """What the expression left of AS may be called: its last column, that column with its table's
    name before it, or with what an aggregate makes of it."""
    if Kind.NEW_NAME not in here.kinds or here.clause not in (Clause.SELECT, Clause.RETURNING):
        return
    if not here.left or here.left[-1].upper != "AS" or here.expectation.quote:
        return
    seen: set[str] = set()
    for name, feature in _ideas(here, _item(here.left[:-1])):
        if name not in seen and here.fits(name):
            seen.add(name)
            yield Candidate(
                name, here.write(name), Kind.NEW_NAME, name, "name of the expression",
                frozenset({"output", feature}),
            )  # fmt: skip


def _item(left: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens of the projection's last expression."""
    depth = 0
    for at in range(len(left) - 1, -1, -1):
        token = left[at]
        depth += (token.text == ")") - (token.text == "(")
        if depth < 0 or (depth == 0 and (token.text == "," or token.upper == "SELECT")):
            return left[at + 1 :]
    return left


def _ideas(here: Situation, item: tuple[Token, ...]) -> Iterator[tuple[str, str]]:
    columns: list[tuple[str, str]] = []
    calls: list[str] = []
    known = {c.name.lower() for r in here.relations for c in r.columns}
    for at, token in enumerate(item):
        if token.kind not in _NAMES:
            continue
        after = item[at + 1].text if at + 1 < len(item) else ""
        dotted = at > 1 and item[at - 1].text == "."
        if after == "(":
            calls.append(bare(token))
        elif after != "." and (dotted or bare(token) in known):
            columns.append((bare(item[at - 2]) if dotted else "", bare(token)))
    aggregate = next((name for name in calls if name in _PREFIXES), None)
    if not columns:
        if aggregate == "count":
            yield "count", "counted"
            yield "total", "counted"
        return
    qualifier, column = columns[-1]
    if aggregate is not None:
        yield f"{_PREFIXES[aggregate]}_{column}", "aggregated"
    yield column, "column"
    relation = next((r for r in here.relations if r.name.lower() == qualifier), None)
    if relation is not None:
        table = (relation.table.name if relation.table is not None else relation.name).lower()
        yield f"{singular(table)}_{column}", "with table"


def singular(name: str) -> str:
    """A table's name as one row of it is called."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("ses", "xes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
