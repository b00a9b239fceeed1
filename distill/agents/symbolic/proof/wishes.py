"""What a statement's predicates want of the rows they read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from distill.agents.symbolic.proof.instances import Instance, Instances, Var

Operator = Literal[
    "=", "<>", "<", "<=", ">", ">=", "like", "null", "not null", "year", "month", "set"
]
Constant = str | int | float | bool | None
Evaluate = Callable[[exp.Expr], Constant]
"""The value of an expression that names no column; None where it cannot be told."""

_OPERATORS: dict[type[exp.Expr], Operator] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "=", exp.Like: "like", exp.ILike: "like", exp.Glob: "like",
    exp.RegexpLike: "like", exp.SimilarTo: "like",
}  # fmt: skip
_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[Operator, Operator] = {
    "=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "null": "not null",
    "not null": "null",
}  # fmt: skip
_YEARLY = (exp.Year, exp.Extract, exp.TimeToStr, exp.Month)


@dataclass(eq=False)
class Wishes:
    """`same` are pairs of variables that are equal in a row that counts; `of` what each variable is
    compared with; `bound` which variables a placeholder's value is compared with or written to;
    `rows` how many rows of a group a HAVING asks for."""

    same: list[tuple[Var, Var]] = field(default_factory=list)
    of: dict[Var, list[tuple[Operator, Constant]]] = field(default_factory=dict)
    bound: dict[int, tuple[Var, Operator]] = field(default_factory=dict)
    rows: int = 1

    def add(self, var: Var, operator: Operator, value: Constant) -> None:
        self.of.setdefault(var, []).append((operator, value))


def wishes(tree: exp.Expr, instances: Instances, evaluate: Evaluate) -> Wishes:
    """Reads them from every WHERE, ON, HAVING and QUALIFY, from IN (SELECT ...), from USING and
    from set operations."""
    found = Wishes()
    reader = _Reader(instances, evaluate, found)
    branches = Wishes()
    of_branch = _Reader(instances, evaluate, branches)
    for node in tree.find_all(exp.Predicate, exp.Join, exp.Intersect, exp.Insert, exp.Column):
        branch = node.find_ancestor(exp.Case, exp.If, exp.Where, exp.Select)
        if isinstance(branch, (exp.Case, exp.If)) and branch.find_ancestor(exp.Where) is None:
            of_branch.read(node)
        else:
            reader.read(node)
    # What a CASE tells apart is there to be found, where nothing else is wanted of the column.
    for var, wanted in branches.of.items():
        told = [w for w in wanted if w[0] in ("=", "like")]
        if told and var not in found.of:
            found.of[var] = told
    for place, bound in branches.bound.items():
        found.bound.setdefault(place, bound)
    if isinstance(tree, exp.Update):
        for assignment in tree.expressions:
            reader.assignment(assignment)
    return found


class _Reader:
    def __init__(self, instances: Instances, evaluate: Evaluate, found: Wishes) -> None:
        self.instances = instances
        self.evaluate = evaluate
        self.found = found

    def read(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Join):
            self._using(node)
        elif isinstance(node, exp.Intersect):
            self._same_outputs(node.this, node.expression)
        elif isinstance(node, exp.Insert):
            self._insert(node)
        elif isinstance(node, exp.In):
            self._in(node)
        elif isinstance(node, exp.Column):
            self._flag(node)
        elif isinstance(node, exp.Between):
            self._compare(node.this, node.args["low"], ">=", node)
            self._compare(node.this, node.args["high"], "<=", node)
        elif isinstance(node, exp.Is):
            self._is(node)
        elif type(node) in _OPERATORS and isinstance(node, exp.Binary):
            self._binary(node)

    def _is(self, node: exp.Is) -> None:
        """IS NULL, and IS TRUE and its like, which compare."""
        negated = is_negated(node)
        if isinstance(node.expression, exp.Null):
            for var in self._vars(node.this)[0]:
                if not var[0].negative:
                    self.found.add(var, "not null" if negated else "null", None)
        elif isinstance(node.expression, exp.Boolean):
            self._compare(node.this, node.expression, "<>" if negated else "=", node)

    def _binary(self, node: exp.Binary) -> None:
        """A comparison, read from both sides."""
        operator = _OPERATORS[type(node)]
        if isinstance(node.parent, (exp.Update, exp.OnConflict)):
            return
        if is_negated(node):
            operator = _NEGATED.get(operator, operator)
            if operator == "like":
                return
        left, right = node.this, node.expression
        self._compare(left, right, operator, node)
        self._compare(right, left, _FLIPPED.get(operator, operator), node)

    def _flag(self, node: exp.Column) -> None:
        """A column that is a condition by itself, or under NOT."""
        above = node.parent
        if isinstance(above, (exp.Where, exp.And, exp.Or, exp.Not)) or (
            isinstance(above, exp.Join) and node.arg_key == "on"
        ):
            for var in self.instances.of(node):
                self.found.add(var, "=", not isinstance(above, exp.Not))

    def assignment(self, node: exp.Expr) -> None:
        if isinstance(node, exp.EQ) and isinstance(node.this, exp.Column):
            for var in self.instances.of(node.this)[:1]:
                self._bind(node.expression, var, "set")

    def _vars(self, node: exp.Expr) -> tuple[list[Var], Operator | None]:
        """The variables of a side, and "year" or "month" where only that part is compared."""
        part: Operator | None = None
        while not isinstance(node, exp.Column):
            if isinstance(node, _YEARLY):
                text = node.sql().lower()
                part = "year" if "year" in text or "%y" in text else "month"
                if isinstance(node, exp.Extract):
                    node = node.expression
                    continue
            inner = node.this
            if isinstance(node, (exp.Count, exp.Subquery, exp.Select, exp.Binary)):
                return [], None
            if not isinstance(inner, exp.Expr):
                inner = next(iter(node.expressions), None)
            if not isinstance(inner, exp.Expr):
                return [], None
            node = inner
        return self.instances.of(node), part

    def _compare(self, side: exp.Expr, other: exp.Expr, operator: Operator, node: exp.Expr) -> None:
        if isinstance(side, exp.Count):
            self._count(other, operator)
            return
        variables, part = self._vars(side)
        if not variables:
            return
        self._bind(other, variables[0], operator)
        others, other_part = ([], None) if part else self._vars(other)
        if others and not other_part:
            if operator == "=" and not part and self._is_row_wise(node):
                self.found.same += [(a, b) for a in variables for b in others]
            return
        query = other.this if isinstance(other, (exp.Subquery, exp.Any, exp.All)) else None
        while isinstance(query, (exp.Paren, exp.Subquery)):
            query = query.this
        if isinstance(query, (exp.Select, exp.SetOperation)):
            if operator == "=" and not part:
                self._same_as_output(variables, query)
            return
        if isinstance(other, exp.Any):
            other = query if isinstance(query, exp.Expr) else other
        if any(True for _ in other.find_all(exp.Column, exp.Select)) and not _is_text(other):
            return
        if isinstance(other, exp.Array):
            values = [self.evaluate(v) for v in other.expressions]
        else:
            values = [other.name if _is_text(other) else self.evaluate(other)]
        for value in values:
            if value is None:
                continue
            for var in variables:
                if part and operator in ("=", "<=", ">=", "<", ">"):
                    self.found.add(var, part, value)
                else:
                    self.found.add(var, operator, value)

    @staticmethod
    def _is_row_wise(node: exp.Expr) -> bool:
        return not is_negated(node)

    def _count(self, other: exp.Expr, operator: Operator) -> None:
        value = self.evaluate(other) if not other.find(exp.Column, exp.Select) else None
        if isinstance(value, (int, float)):
            wanted = int(value) + (1 if operator in (">", "<>") else 0)
            if operator in ("=", ">", ">=", "<>"):
                self.found.rows = max(self.found.rows, min(wanted, 40))

    def _in(self, node: exp.In) -> None:
        variables, part = self._vars(node.this)
        negated = is_negated(node)
        query = node.args.get("query")
        if query is not None:
            if not negated and not part and isinstance(query, exp.Expr):
                self._same_as_output(variables, query)
            return
        for value in node.expressions:
            if variables:
                self._bind(value, variables[0], "<>" if negated else "=")
            if isinstance(value, (exp.Subquery, exp.Select)):
                if not negated:
                    self._same_as_output(variables, value)
                continue
            if value.find(exp.Column) is not None and not _is_text(value):
                continue
            constant = value.name if _is_text(value) else self.evaluate(value)
            if constant is not None:
                for var in variables:
                    self.found.add(var, "<>" if negated else part or "=", constant)

    def _same_as_output(self, variables: list[Var], query: exp.Expr) -> None:
        outputs = self.instances.outputs(query)
        if len(outputs) == 1:
            self.found.same += [(a, b) for a in variables for b in outputs[0]]

    def _same_outputs(self, left: object, right: object) -> None:
        if isinstance(left, exp.Expr) and isinstance(right, exp.Expr):
            pairs = zip(self.instances.outputs(left), self.instances.outputs(right), strict=False)
            for a, b in pairs:
                self.found.same += [(x, y) for x in a for y in b]

    def _using(self, node: exp.Join) -> None:
        owner = node.parent
        names = [i.name.lower() for i in node.args.get("using") or ()]
        natural = node.args.get("method") == "NATURAL"
        if owner is None or not (names or natural):
            return
        alias = node.this.alias_or_name.lower() if isinstance(node.this, exp.Expr) else ""
        sources = self.instances._sources.get(id(owner), {})
        right = sources.get(alias)
        if right is None:
            return
        if natural and isinstance(right, Instance):
            names = list(right.columns)
        for name in names:
            mine = self.instances._in(right, name)
            for other, source in sources.items():
                if other == alias:
                    break
                self.found.same += [(a, b) for a in self.instances._in(source, name) for b in mine]

    def _insert(self, node: exp.Insert) -> None:
        target = self.instances.target(node)
        if target is None:
            return
        schema = node.this
        names = (
            [i.name.lower() for i in schema.expressions]
            if isinstance(schema, exp.Schema)
            else list(target.columns)
        )
        values = node.expression
        if isinstance(values, exp.Values):
            for row in values.expressions:
                for name, value in zip(names, row.expressions, strict=False):
                    if name in target.columns:
                        self._bind(value, (target, name), "set")
        elif isinstance(values, exp.Select):
            for name, value in zip(names, values.expressions, strict=False):
                if name in target.columns:
                    self._bind(value, (target, name), "set")

    def _bind(self, node: exp.Expr, var: Var, operator: Operator) -> None:
        if node.find(exp.Select) is None:
            for one in node.find_all(exp.Placeholder, exp.Parameter):
                self.found.bound.setdefault(id(one), (var, operator))


def is_negated(node: exp.Expr) -> bool:
    """Whether the predicate has a NOT of its own, before or inside it."""
    return bool(node.args.get("negate")) != isinstance(node.parent, exp.Not)


def _is_text(node: exp.Expr) -> bool:
    """SQLite's and MySQL's strings in double quotes, which are read as names."""
    return isinstance(node, exp.Column) and bool(node.this.args.get("quoted")) and not node.table
