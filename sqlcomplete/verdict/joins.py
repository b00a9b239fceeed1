"""Joins whose rows nothing ties to the others': every row meets every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from sqlcomplete.dialects.endings import MADE
from sqlcomplete.verdict.sources import Columns, Sources

_DEPTH = 8  # of queries looked into for how many rows they give


def unconnected(query: exp.Select, sources: Sources) -> Iterator[tuple[exp.Join, exp.Expr]]:
    """The joins of a query without a condition, to whose relation no condition of the query ties
    the relations before it; each with what stands before it.

    An unqualified column stands for the relations that have it; where it may be of one whose
    columns nobody knows, it ties that one too. Joins that are meant so are left out: CROSS and
    NATURAL, functions and LATERAL, and relations of a single row.
    """
    joins = query.args.get("joins") or ()
    first = query.args.get("from_") or query.args.get("from")
    if not isinstance(first, exp.From) or not any(map(_lacks_condition, joins)):
        return
    ties = _Ties(query, sources, [first.this, *(join.this for join in joins)])
    for condition in _conditions(query):
        ties.tie(condition)
    loose = list(ties.names[0])  # what a join that needs no condition ties to it
    for join, own in zip(joins, ties.names[1:], strict=True):
        if not _lacks_condition(join):
            condition = join.args.get("on")
            if isinstance(condition, exp.Expr) and not isinstance(condition, exp.Boolean):
                ties.tie(condition, own)
            else:
                ties.union([*own, *loose])
                loose = loose[:1]
        loose += own
    before = set(map(ties.root, ties.names[0]))
    one_row = _is_one_row(ties.nodes[0], sources)
    above: exp.Expr = first
    for join, own in zip(joins, ties.names[1:], strict=True):
        roots = set(map(ties.root, own))
        if _lacks_condition(join) and roots.isdisjoint(before):
            single = _is_one_row(join.this, sources)
            if not one_row and not single:
                yield join, above
            one_row = one_row and single
        else:
            one_row = one_row and _is_one_row(join.this, sources)
        before |= roots
        above = join


def _lacks_condition(join: exp.Join) -> bool:
    if join.args.get("using") or join.args.get("method"):
        return False
    on = join.args.get("on")
    # SQLite's parser reads a join that has no ON as one ON TRUE.
    if on is not None and not (isinstance(on, exp.Boolean) and on.this and not join.kind):
        return False
    made = join.this
    if isinstance(made, exp.Table):
        return isinstance(made.this, exp.Identifier) and not made.name.startswith(MADE)
    return isinstance(made, exp.Subquery)


def _conditions(query: exp.Select) -> Iterator[exp.Expr]:
    for key in ("where", "having", "qualify"):
        clause = query.args.get(key)
        if isinstance(clause, exp.Expr) and isinstance(clause.this, exp.Expr):
            yield clause.this


class _Ties:
    """Which relations of one query conditions tie together."""

    def __init__(self, query: exp.Select, sources: Sources, nodes: Sequence[exp.Expr]) -> None:
        self.nodes = nodes
        self.names: list[list[str]] = []
        self._query = query
        self._sources = sources
        self._above: dict[str, str] = {}
        self._owners: dict[str, list[str]] = {}
        self._open: list[str] = []
        for node in nodes:
            found: list[tuple[str, Columns]] = list(sources.of_relation(node))
            self.names.append([name for name, _ in found])
            for name, columns in found:
                self._above.setdefault(name, name)
                if columns is None:
                    self._open.append(name)
                for column in columns or ():
                    self._owners.setdefault(column, []).append(name)

    def root(self, name: str) -> str:
        while (above := self._above[name]) != name:
            self._above[name] = self._above[above]
            name = above
        return name

    def union(self, names: Sequence[str]) -> None:
        for name in names[1:]:
            self._above[self.root(name)] = self.root(names[0])

    def tie(self, condition: exp.Expr, own: Sequence[str] = ()) -> None:
        """Ties the relations that a part of the condition speaks of, part by part."""
        waiting = [condition]
        while waiting:
            part = waiting.pop()
            if isinstance(part, exp.Connector):
                waiting += [part.left, part.right]
            elif isinstance(part, exp.Paren | exp.Not) and isinstance(part.this, exp.Expr):
                waiting.append(part.this)
            else:
                self.union([*own, *self._named(part)])

    def _named(self, part: exp.Expr) -> list[str]:
        found: dict[str, None] = {}
        for column in part.find_all(exp.Column):
            qualifier = column.table.lower()
            if qualifier:
                if qualifier in self._above:
                    found[qualifier] = None
                continue
            name = column.name.lower()
            query = column.find_ancestor(exp.Select)
            if (
                query is not self._query
                and query is not None
                and name in self._sources.reads(query).columns
            ):
                continue  # of a subquery's own
            found.update(dict.fromkeys(self._owners.get(name, self._open)))
        return list(found)


def _is_one_row(node: object, sources: Sources, depth: int = 0) -> bool:
    """Whether a relation has a single row at most, by how it is made."""
    if depth > _DEPTH or not isinstance(node, exp.Expr):
        return False
    if isinstance(node, exp.Subquery | exp.Paren):
        return _is_one_row(node.this, sources, depth + 1)
    if isinstance(node, exp.Table):
        cte = sources.cte_of(node)
        return node.name.lower() == "dual" or (
            cte is not None and _is_one_row(cte.this, sources, depth + 1)
        )
    if not isinstance(node, exp.Select):
        return False
    source = node.args.get("from_") or node.args.get("from")
    limit = node.args.get("limit")
    if source is None or (limit is not None and _is_one(limit)):
        return True
    if node.args.get("group") is None and node.expressions:
        aggregates = (_is_aggregate(item) for item in node.expressions)
        if all(aggregates):
            return True
    return not node.args.get("joins") and _is_one_row(source.this, sources, depth + 1)


def _is_one(limit: exp.Expr) -> bool:
    count = limit.args.get("expression") or limit.args.get("count")
    return isinstance(count, exp.Literal) and count.this == "1"


def _is_aggregate(item: exp.Expr) -> bool:
    """Whether the expression is one of aggregates, none of them over a window."""
    return any(
        found.find_ancestor(exp.Window, exp.Select) is item.find_ancestor(exp.Select)
        for found in item.find_all(exp.AggFunc)
    )
