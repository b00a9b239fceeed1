"""What is dangerous about a statement that is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from sqlcomplete.dialects.endings import MADE
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.verdict.joins import unconnected
from sqlcomplete.verdict.names import inside
from sqlcomplete.verdict.sources import Sources

_SET = re.compile(r"\bset\b", re.IGNORECASE)
_JOIN = re.compile(r"\bjoin\b", re.IGNORECASE)
_CROSS = re.compile(r"\b(?:cross|apply)\b", re.IGNORECASE)
_MORE = re.compile(r"\s*(?:on\b|using\b|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Danger:
    """`node` is what it is about: the statement, or the join."""

    node: exp.Expr
    code: Literal["every-row", "no-join-condition"]
    message: str


def dangers(
    tree: exp.Expr, span: tuple[int, int], text: str, index: SchemaIndex
) -> Iterator[Danger]:
    """The dangers of a statement.

    Args:
        tree: The statement's, whose identifiers know their places in `text`.
        span: Joins are looked at where a name of theirs stands in it.
        index: Whose columns unqualified names are.
    """
    for node in tree.find_all(exp.Update, exp.Delete):
        if _touches_all(node) and _ends_with_ghost(node, text):
            verb = "UPDATE" if isinstance(node, exp.Update) else "DELETE"
            name = node.this.name if isinstance(node.this, exp.Expr) else ""
            if not name.startswith(MADE) and not _is_upsert(node):
                message = f"{verb} without WHERE touches every row of {name}"
                yield Danger(node, "every-row", message)
    sources = Sources(tree, index)
    for query in tree.find_all(exp.Select):
        if not query.args.get("joins"):
            continue
        for join, above in unconnected(query, sources):
            gap, after = _around(above, join, text)
            if not any(inside(part, span) for part in join.find_all(exp.Identifier)):
                continue
            if _CROSS.search(gap):
                continue  # asked by the text: SQLite's parser takes a comma for CROSS JOIN
            says_join = _JOIN.search(gap) is not None
            if says_join and _MORE.match(text, after):
                continue  # its condition comes
            how = "join without ON" if says_join or join.side else "comma join"
            message = f"{how}: every row meets every row of {join.this.alias_or_name}"
            yield Danger(join, "no-join-condition", message)


def _around(above: exp.Expr, join: exp.Join, text: str) -> tuple[str, int]:
    """The text between what stands before a join and its first name, and where its last ends."""
    start = max((end for _, end in _places(above)), default=0)
    own = list(_places(join.this))
    first = min((begin for begin, _ in own), default=start)
    return text[start:first], max((end for _, end in own), default=len(text))


def _places(node: object) -> Iterator[tuple[int, int]]:
    """Where the names below a node begin and end."""
    if isinstance(node, exp.Expr):
        for part in node.find_all(exp.Identifier):
            if "start" in part.meta and "end" in part.meta:
                yield part.meta["start"], part.meta["end"] + 1


def _touches_all(node: exp.Expr) -> bool:
    """Whether nothing limits which rows are changed."""
    if any(node.args.get(key) for key in ("where", "limit", "using", "from_", "from", "tables")):
        return False
    return not (isinstance(node.this, exp.Expr) and node.this.args.get("joins"))


def _ends_with_ghost(node: exp.Expr, text: str) -> bool:
    """Whether the statement is complete as text, so that its lack of WHERE is no mere beginning."""
    if isinstance(node, exp.Update):
        return (
            bool(node.expressions)
            and not any(
                part.name.startswith(MADE)
                for item in node.expressions
                for part in item.find_all(exp.Identifier)
            )
            and _SET.search(text) is not None
        )
    return True


def _is_upsert(node: exp.Expr) -> bool:
    return (
        isinstance(node.parent, (exp.OnConflict, exp.When))
        or node.find_ancestor(exp.Merge) is not None
    )
