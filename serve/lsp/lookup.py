"""What the name under a cursor means: a table, an alias, a CTE, a column, a function."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlcomplete.candidates.functions import catalogue
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import (
    Analysis,
    Kind,
    OutputColumn,
    ProjectionItem,
    Relation,
    Token,
    TokenKind,
)

NAMES = (TokenKind.WORD, TokenKind.QUOTED)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name and its meaning. `start` and `end` are its token's offsets.

    `relation` is the relation that an alias or a CTE's name means, or that a column comes from;
    `table` the table, where there is one; `output` the projection's expression behind an alias;
    `arguments` a function's, as the catalogue writes them.
    """

    kind: Literal["table", "alias", "cte", "column", "output", "function"]
    name: str
    start: int
    end: int
    table: Table | None = None
    relation: Relation | None = None
    column: OutputColumn | None = None
    output: ProjectionItem | None = None
    arguments: str = ""


def symbol_at(text: str, offset: int, index: SchemaIndex) -> Symbol | None:
    """The symbol whose name the offset is in or right behind; None where there is none."""
    return symbol_in(analyse(text, offset, index), offset, index)


def symbol_in(analysis: Analysis, offset: int, index: SchemaIndex) -> Symbol | None:
    """As `symbol_at`, of a text that was analysed at that offset or before it."""
    tokens = [t for t in analysis.tokens if t.kind is not TokenKind.COMMENT]
    at = _name_at(tokens, offset)
    if at is None:
        return None
    token = tokens[at]
    if analysis.cursor != token.end:
        analysis = analyse(analysis.text, token.end, index)
    name = name_of(token)
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    qualifier = analysis.expectation.qualifier
    if after == "(" and token.kind is TokenKind.WORD and not qualifier:
        known = catalogue(analysis.dialect)
        if name.lower() in known and Kind.FUNCTION in analysis.expectation.kinds:
            arguments = known[name.lower()]
            return Symbol("function", name, token.start, token.end, arguments=arguments)
    if after == ".":
        return _qualifier(analysis, token, name, index)
    return (
        _written_table(analysis, token, name, qualifier, index)
        or _declared(analysis, tokens, token, name, index)
        or _column(analysis, token, name, qualifier)
        or _output(analysis, token, name)
    )


def _name_at(tokens: Sequence[Token], offset: int) -> int | None:
    """The name token that the offset is in; of two that meet there, the right one."""
    at = bisect_right(tokens, offset, key=lambda t: t.start) - 1
    for number in (at, at - 1):
        if number >= 0 and tokens[number].kind in NAMES:
            token = tokens[number]
            if token.start <= offset <= token.end:
                return number
    return None


def _named(relations: Iterable[Relation], name: str) -> Relation | None:
    low = name.lower()
    found = [r for r in relations if r.name.lower() == low]
    return min(found, key=lambda r: r.level, default=None)


def _of_relation(relation: Relation, token: Token, name: str) -> Symbol:
    kind: Literal["table", "alias", "cte"]
    if relation.alias is not None or relation.kind in ("derived", "function"):
        kind = "alias"
    else:
        kind = "cte" if relation.kind == "cte" else "table"
    return Symbol(kind, name, token.start, token.end, table=relation.table, relation=relation)


def _qualifier(analysis: Analysis, token: Token, name: str, index: SchemaIndex) -> Symbol | None:
    """What stands before a dot: a relation of the scope, else a table."""
    scope = analysis.scope
    relation = _named(scope.relations, name)
    if relation is None and scope.target is not None:
        relation = _named((scope.target,), name)
    if relation is not None:
        return _of_relation(relation, token, name)
    table = index.table(name)
    return None if table is None else Symbol("table", name, token.start, token.end, table=table)


def _written_table(
    analysis: Analysis,
    token: Token,
    name: str,
    qualifier: tuple[str, ...],
    index: SchemaIndex,
) -> Symbol | None:
    """A table or CTE in the place of one: after FROM, JOIN, INTO, UPDATE."""
    if not analysis.expectation.kinds & {Kind.TABLE, Kind.JOIN}:
        return None
    if not qualifier:
        common = _named(analysis.scope.ctes, name)
        if common is not None:
            return Symbol("cte", name, token.start, token.end, relation=common)
    table = index.table(name, qualifier[-1] if qualifier else None)
    return None if table is None else Symbol("table", name, token.start, token.end, table=table)


def _declared(
    analysis: Analysis, tokens: Sequence[Token], token: Token, name: str, index: SchemaIndex
) -> Symbol | None:
    """An alias or a CTE's name where it is declared."""
    scope = analysis.scope
    for relation in scope.relations:
        if relation.name.lower() == name.lower() and relation.alias is not None:
            declared = declaration_of(relation, tokens)
            if declared is not None and declared.start == token.start:
                return _of_relation(relation, token, name)
    if not analysis.statement.tokens or analysis.statement.tokens[0].upper != "WITH":
        return None
    # Inside of WITH, a CTE does not see itself: the statement's end does.
    whole = analyse(analysis.text, analysis.statement.end, index)
    for common in whole.scope.ctes:
        if common.start == token.start:
            return Symbol("cte", name, token.start, token.end, relation=common)
    return None


def declaration_of(relation: Relation, tokens: Sequence[Token]) -> Token | None:
    """The token that declares a relation's alias, or its name where it has none.

    Args:
        tokens: the text's, in order, without comments.
    """
    begin = bisect_right(tokens, relation.start, key=lambda t: t.start) - 1
    if begin < 0:
        return None
    if relation.alias is None:
        return tokens[begin]
    wanted = relation.alias.lower()
    depth = 0
    # A derived table's alias is behind its bracket.
    for number in range(begin, len(tokens)):
        token = tokens[number]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0:
            if token.text == ";":
                return None
            is_alias = number > begin and tokens[number - 1].text != "."
            if is_alias and token.kind in NAMES and name_of(token).lower() == wanted:
                return token
    return None


def _column(
    analysis: Analysis, token: Token, name: str, qualifier: tuple[str, ...]
) -> Symbol | None:
    if not qualifier and not analysis.expectation.kinds & {Kind.COLUMN, Kind.GROUPING}:
        return None
    scope = analysis.scope
    candidates = list(scope.relations)
    if scope.target is not None and scope.target not in candidates:
        candidates.append(scope.target)
    if qualifier:
        named = _named(candidates, qualifier[-1])
        candidates = [] if named is None else [named]
    low = name.lower()
    for relation in sorted(candidates, key=lambda r: r.level):
        for column in relation.columns:
            if column.name.lower() == low:
                return Symbol(
                    "column", name, token.start, token.end, column.table, relation, column
                )
    return None


def _output(analysis: Analysis, token: Token, name: str) -> Symbol | None:
    """An alias of the projection, where it is declared or named."""
    for item in analysis.scope.projection:
        if item.alias is not None and item.alias.lower() == name.lower():
            return Symbol("output", name, token.start, token.end, output=item)
    return None
