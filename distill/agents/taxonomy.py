"""What kind of task a statement is, read from its syntax tree. Knows nothing of agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

UNREAD = "unread"
MEANS = (
    "window",
    "set operation",
    "CTE",
    "subquery",
    "join, grouped",
    "many joins",
    "join",
    "grouped",
    "aggregate",
    "filter",
    "plain",
)
"""What a SELECT is classed by: the first of these that it has."""

KINDS = ("insert", "upsert", "insert from select", "update", "delete", "merge", "definition")
CATEGORIES = frozenset({*(f"select: {mean}" for mean in MEANS), *KINDS, "other", UNREAD})
_SETS = (exp.Union, exp.Except, exp.Intersect)
_WRITES: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Update, "update"),
    (exp.Delete, "delete"),
    (exp.Merge, "merge"),
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What balance and difficulty go by. `nesting` counts SELECTs inside SELECTs, `conditions`
    the comparisons that AND and OR join; `size` is the number of the tree's nodes."""

    kind: str
    joins: int = 0
    windows: int = 0
    ctes: int = 0
    set_operations: int = 0
    nesting: int = 0
    aggregates: int = 0
    grouped: bool = False
    having: bool = False
    conditions: int = 0
    cases: int = 0
    ordered: bool = False
    size: int = 0

    @property
    def category(self) -> str:
        """The task category: the statement's kind and, of a SELECT, the rarest of its means."""
        if self.kind != "select":
            return self.kind
        there = (
            self.windows,
            self.set_operations,
            self.ctes,
            self.nesting,
            self.joins and (self.grouped or self.aggregates),
            self.joins > 1,
            self.joins,
            self.grouped,
            self.aggregates,
            self.conditions,
            True,
        )
        return "select: " + next(mean for mean, so in zip(MEANS, there, strict=True) if so)

    @property
    def difficulty(self) -> float:
        """How hard the statement is to write, without a unit: constructs weighed by how much they
        ask of the writer, and a little for length. A plain SELECT with a filter is below 2."""
        return (
            1.0 * self.joins
            + 2.5 * self.windows
            + 1.5 * self.ctes
            + 2.0 * self.set_operations
            + 2.0 * self.nesting
            + 0.5 * self.aggregates
            + 1.0 * self.grouped
            + 1.0 * self.having
            + 0.5 * max(self.conditions - 1, 0)
            + 1.0 * self.cases
            + 0.25 * self.ordered
            + 1.5 * (self.kind in ("upsert", "merge", "insert from select"))
            + self.size / 40
        )


@lru_cache(maxsize=4096)
def parse(sql: str, dialect: str) -> exp.Expression | None:
    """The statement's tree, shared: do not change it. None where it is not one statement that
    sqlglot reads."""
    try:
        trees = [t for t in sqlglot.parse(sql, read=dialect or None) if t is not None]
    except (SqlglotError, RecursionError):
        return None
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None
    tree = trees[0]
    return tree if isinstance(tree, exp.Expression) else None


@lru_cache(maxsize=1 << 17)  # a run's report reads every statement several times over
def traits(sql: str, dialect: str) -> Traits:
    """What the statement is made of; of kind "unread" where sqlglot reads no single statement."""
    tree = parse(sql, dialect)
    if tree is None:
        return Traits(UNREAD)
    counts: Counter[str] = Counter()
    size = 0
    for node in tree.walk():
        size += 1
        if isinstance(node, exp.Join):
            counts["joins"] += 1
        elif isinstance(node, exp.Window):
            counts["windows"] += 1
        elif isinstance(node, exp.CTE):
            counts["ctes"] += 1
        elif isinstance(node, _SETS):
            counts["sets"] += 1
        elif isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window):
            counts["aggregates"] += 1
        elif isinstance(node, exp.Group):
            counts["grouped"] += 1
        elif isinstance(node, exp.Having):
            counts["having"] += 1
        elif isinstance(node, exp.Case):
            counts["cases"] += 1
        elif isinstance(node, exp.Order):
            counts["ordered"] += not isinstance(node.parent, exp.Window)
        elif isinstance(node, exp.Select):
            counts["nesting"] += _inside_select(node)
        if isinstance(node, exp.Predicate) and not isinstance(node, exp.Case):
            counts["conditions"] += node.find_ancestor(exp.Where, exp.Having) is not None
    return Traits(
        kind=_kind(tree),
        joins=counts["joins"] + _comma_joins(tree),
        windows=counts["windows"],
        ctes=counts["ctes"],
        set_operations=counts["sets"],
        nesting=counts["nesting"],
        aggregates=counts["aggregates"],
        grouped=bool(counts["grouped"]),
        having=bool(counts["having"]),
        conditions=counts["conditions"],
        cases=counts["cases"],
        ordered=bool(counts["ordered"]),
        size=size,
    )


def distribution(statements: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many of (statement, dialect) are of each category, most first."""
    return _sorted(Counter(traits(sql, dialect).category for sql, dialect in statements))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _kind(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Insert):
        if tree.args.get("conflict"):
            return "upsert"
        values = isinstance(tree.expression, exp.Values) or tree.expression is None
        return "insert" if values else "insert from select"
    for kind, name in _WRITES:
        if isinstance(tree, kind):
            return name
    if isinstance(tree, exp.Query):
        return "select"
    return "definition" if isinstance(tree, exp.Create | exp.Alter | exp.Drop) else "other"


def _inside_select(select: exp.Select) -> bool:
    """Whether it is a subquery: no CTE's body, set operation's side or INSERT's source."""
    parent = select.parent
    while isinstance(parent, (*_SETS, exp.Paren)) or (
        isinstance(parent, exp.Subquery) and isinstance(parent.parent, _SETS)
    ):
        parent = parent.parent
    if parent is None or isinstance(parent, exp.CTE | exp.Insert | exp.Create):
        return False
    return not (isinstance(parent, exp.Subquery) and parent.parent is None)


def _comma_joins(tree: exp.Expression) -> int:
    """Tables that UPDATE ... FROM and DELETE ... USING bring in."""
    if isinstance(tree, exp.Update) and tree.args.get("from_"):
        return 1
    if isinstance(tree, exp.Delete) and (using := tree.args.get("using")):
        return len(using)
    return 0
