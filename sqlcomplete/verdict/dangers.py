"""What is dangerous about a statement that is right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sqlcomplete.verdict.closing import MADE
from sqlcomplete.verdict.names import inside


def dangers(tree: exp.Expr, span: tuple[int, int], text: str) -> Iterator[str]:
    for node in tree.find_all(exp.Update, exp.Delete):
        if node.args.get("where") is None and _ends_with_ghost(node, text):
            verb = "UPDATE" if isinstance(node, exp.Update) else "DELETE"
            name = node.this.name if isinstance(node.this, exp.Expr) else ""
            if not name.startswith(MADE) and not _is_upsert(node):
                yield f"{verb} without WHERE touches every row of {name}"
    for query in tree.find_all(exp.Select):
        for join in query.args.get("joins") or ():
            if not _has_condition(join) and _touches(join, span):
                kind = join.kind.upper() if join.kind else ""
                if kind == "CROSS" and not re.search(r"\bcross\b", text, re.IGNORECASE):
                    kind = ""  # SQLite's parser says so of a comma too
                if kind == "CROSS" or join.args.get("method") == "NATURAL":
                    continue
                if isinstance(join.this, (exp.Unnest, exp.Lateral)) or _is_made(join.this):
                    continue
                if _condition_in_where(query, join):
                    continue
                if _says_join(join, text) and _may_get_condition(join, text):
                    continue
                how = (
                    "comma join"
                    if not join.args.get("side") and not kind and not _says_join(join, text)
                    else "join without ON"
                )
                yield f"{how}: every row meets every row of {join.this.alias_or_name}"


def _may_get_condition(join: exp.Join, text: str) -> bool:
    """Whether the text ends with the joined relation or goes on with ON: its condition comes."""
    ends = [part.meta["end"] for part in join.find_all(exp.Identifier) if "end" in part.meta]
    after = text[max(ends) + 1 :] if ends else ""
    return re.match(r"\s*(on\b|using\b|$)", after, re.IGNORECASE) is not None


def _is_made(node: object) -> bool:
    return isinstance(node, exp.Expr) and (
        node.name.startswith(MADE) or not isinstance(node, (exp.Table, exp.Subquery))
    )


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
            and re.search(r"\bset\b", text, re.IGNORECASE) is not None
        )
    return True


def _is_upsert(node: exp.Expr) -> bool:
    return (
        isinstance(node.parent, (exp.OnConflict, exp.When))
        or node.find_ancestor(exp.Merge) is not None
    )


def _has_condition(join: exp.Join) -> bool:
    return join.args.get("on") is not None or bool(join.args.get("using"))


def _touches(join: exp.Join, span: tuple[int, int]) -> bool:
    return any(inside(part, span) for part in join.find_all(exp.Identifier))


def _says_join(join: exp.Join, text: str) -> bool:
    starts = [part.meta["start"] for part in join.find_all(exp.Identifier) if "start" in part.meta]
    return (
        bool(starts) and re.search(r"\bjoin\s+\S*$", text[: min(starts)], re.IGNORECASE) is not None
    )


def _condition_in_where(query: exp.Select, join: exp.Join) -> bool:
    """Whether WHERE compares a column of the joined relation with one of another."""
    where = query.args.get("where")
    if where is None:
        return False
    name = join.this.alias_or_name.lower()
    for equal in where.find_all(exp.EQ):
        tables = {c.table.lower() for c in equal.find_all(exp.Column)}
        if name in tables and len(tables) > 1:
            return True
    return False
