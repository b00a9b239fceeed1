"""Which table and column of the schema each column of a statement reads.

An instance is one place at which a statement reads or writes a table: `orders a JOIN orders b` has
two of them. What a statement wants of a column is wanted of the instance's rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Table

OWNERS = (exp.Select, exp.Update, exp.Delete, exp.Insert, exp.Merge)
"""The nodes that read or write tables of their own."""


@dataclass(eq=False)
class Instance:
    """One use of a table. `negative`: the statement wants to find no row of it (NOT EXISTS, EXCEPT,
    LEFT JOIN ... IS NULL)."""

    table: Table
    alias: str
    node: exp.Table
    negative: bool = False
    columns: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {c.name.lower(): c for c in self.table.columns}


Var = tuple[Instance, str]
"""A column of an instance; its name in lower case."""


class Instances:
    """All of one tree's. Knows nothing of values."""

    def __init__(self, tree: exp.Expr, index: SchemaIndex) -> None:
        self.tree = tree
        self.index = index
        self.all: list[Instance] = []
        # By the id of the query that reads them: name -> an instance or a nested query.
        self._sources: dict[int, dict[str, Instance | exp.Expr]] = {}
        self._busy: set[tuple[int, str]] = set()
        for node in tree.find_all(exp.Table, exp.Subquery):
            self._add(node)

    def _add(self, node: exp.Expr) -> None:
        if not isinstance(node.parent, (exp.From, exp.Join, *OWNERS, exp.Schema, exp.Subquery)):
            return
        owner = node.find_ancestor(*OWNERS)
        if owner is None:
            return
        known = self._sources.setdefault(id(owner), {})
        if isinstance(node, exp.Subquery):
            if node.alias:
                known[node.alias.lower()] = node.this
            return
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            return
        name = node.alias_or_name.lower()
        cte = self._cte(node)
        if cte is not None:
            known[name] = cte
            return
        table = self.index.table(node.name, node.db or None)
        if table is None:
            return
        instance = Instance(table, name, node, self._is_negative(node, owner, name))
        self.all.append(instance)
        known[name] = instance
        if isinstance(owner, exp.Insert):
            known["excluded"] = instance

    def _cte(self, node: exp.Table) -> exp.Expr | None:
        if node.db:
            return None
        above: exp.Expr | None = node
        while above is not None:
            with_ = above.args.get("with_")
            if isinstance(with_, exp.With):
                for cte in with_.expressions:
                    if cte.alias.lower() == node.name.lower():
                        return cte  # type: ignore[no-any-return]
            above = above.parent
        return None

    def _is_negative(self, node: exp.Expr, owner: exp.Expr, alias: str) -> bool:
        join = node.find_ancestor(exp.Join)
        if join is not None and join.args.get("side") == "LEFT" and join.parent is owner:
            where = owner.args.get("where")
            if where is not None and any(
                isinstance(null.this, exp.Column)
                and isinstance(null.expression, exp.Null)
                and null.this.table.lower() == alias
                and bool(null.args.get("negate")) == isinstance(null.parent, exp.Not)
                for null in where.find_all(exp.Is)
            ):
                return True
        negative = False
        below: exp.Expr = owner
        above = owner.parent
        while above is not None:
            excepted = isinstance(above, exp.Except) and below.arg_key == "expression"
            if isinstance(above, exp.Not) or excepted:
                negative = not negative
            elif isinstance(above, (exp.CTE, exp.From)):
                break
            below, above = above, above.parent
        return negative

    # Columns

    def of(self, node: exp.Column) -> list[Var]:
        """What the column reads: one variable, several for a set operation's column, or none."""
        name, qualifier = node.name.lower(), node.table.lower()
        for owner in self._owners(node):
            sources = self._sources.get(id(owner), {})
            if qualifier:
                if qualifier in sources:
                    return self._in(sources[qualifier], name)
                continue
            for source in sources.values():
                found = self._in(source, name)
                if found:
                    return found
        return []

    def named(self, node: exp.Column) -> Instance | None:
        """The instance that the column's qualifier names."""
        for owner in self._owners(node):
            source = self._sources.get(id(owner), {}).get(node.table.lower())
            if source is not None:
                return source if isinstance(source, Instance) else None
        return None

    def source_of(self, node: exp.Column) -> Instance | exp.Expr | None:
        """The instance or nested query that the column is read from, at the first step."""
        name, qualifier = node.name.lower(), node.table.lower()
        for owner in self._owners(node):
            sources = self._sources.get(id(owner), {})
            if qualifier:
                if qualifier in sources:
                    return sources[qualifier]
                continue
            for source in sources.values():
                if self._in(source, name):
                    return source
        return None

    def direct(self, node: exp.Column) -> Instance | None:
        """The instance that the column is read from, without a query between."""
        source = self.source_of(node)
        return source if isinstance(source, Instance) else None

    def passed_name(self, node: exp.Column) -> Var | None:
        """The variable whose name a nested query passes on as it is; None where an alias, in any
        of the queries between, gives the name."""
        source = self.source_of(node)
        return None if source is None else self._passed(source, node.name.lower())

    def _passed(self, source: Instance | exp.Expr, name: str) -> Var | None:
        if isinstance(source, Instance):
            return (source, name) if name in source.columns else None
        if isinstance(source, exp.CTE):
            alias = source.args.get("alias")
            if alias is not None and alias.columns:
                return None
            source = source.this
        while isinstance(source, (exp.Subquery, exp.Paren, exp.SetOperation)):
            source = source.this
        key = (id(source), name)
        if not isinstance(source, exp.Select) or key in self._busy:
            return None
        self._busy.add(key)
        try:
            for item in source.expressions:
                if item.is_star:
                    wanted = item.table.lower() if isinstance(item, exp.Column) else ""
                    for alias, inner in self._sources.get(id(source), {}).items():
                        found = self._passed(inner, name) if wanted in ("", alias) else None
                        if found is not None:
                            return found
                elif isinstance(item, exp.Column) and item.name.lower() == name:
                    below = self.source_of(item)
                    return None if below is None else self._passed(below, name)
            return None
        finally:
            self._busy.discard(key)

    def target(self, owner: exp.Expr) -> Instance | None:
        """The instance that INSERT, UPDATE or DELETE writes to."""
        node = owner.this.this if isinstance(owner.this, exp.Schema) else owner.this
        return next((i for i in self.all if i.node is node), None)

    @staticmethod
    def _owners(node: exp.Expr) -> Iterator[exp.Expr]:
        above = node.parent
        while above is not None:
            if isinstance(above, OWNERS):
                yield above
            above = above.parent

    def _in(self, source: Instance | exp.Expr, name: str) -> list[Var]:
        if isinstance(source, Instance):
            return [(source, name)] if name in source.columns else []
        key = (id(source), name)
        if key in self._busy:
            return []  # a recursive CTE reads itself
        self._busy.add(key)
        try:
            return self._output(source, name)
        finally:
            self._busy.discard(key)

    def _output(self, source: exp.Expr, name: str) -> list[Var]:
        position = None
        if isinstance(source, exp.CTE):
            alias = source.args.get("alias")
            renamed = [c.name.lower() for c in alias.columns] if alias is not None else []
            if renamed:
                if name not in renamed:
                    return []
                position = renamed.index(name)
            source = source.this
        while isinstance(source, (exp.Subquery, exp.Paren)):
            source = source.this
        if isinstance(source, exp.SetOperation):
            return [
                var
                for side in (source.this, source.expression)
                for var in self._output_at(side, name, position)
            ]
        return self._output_at(source, name, position)

    def _output_at(self, source: exp.Expr, name: str, position: int | None) -> list[Var]:
        while isinstance(source, (exp.Subquery, exp.Paren)):
            source = source.this
        if isinstance(source, exp.SetOperation):
            return self._output(source, name)
        if not isinstance(source, exp.Select):
            return []
        items = source.expressions
        if position is not None and position < len(items):
            return self.behind(items[position])
        for item in items:
            if item.is_star:
                wanted = item.table.lower() if isinstance(item, exp.Column) else ""
                for alias, inner in self._sources.get(id(source), {}).items():
                    if not wanted or alias == wanted:
                        found = self._in(inner, name)
                        if found:
                            return found
            elif item.alias_or_name.lower() == name:
                return self.behind(item)
        return []

    def behind(self, item: exp.Expr) -> list[Var]:
        """The variables that an expression passes on unchanged, or but for a cast."""
        while isinstance(item, (exp.Alias, exp.Cast, exp.Paren, exp.Min, exp.Max, exp.Distinct)):
            inner = item.this if item.this is not None else next(iter(item.expressions), None)
            if not isinstance(inner, exp.Expr):
                return []
            item = inner
        return self.of(item) if isinstance(item, exp.Column) else []

    def outputs(self, query: exp.Expr) -> list[list[Var]]:
        """The variables behind each column of a query's result."""
        while isinstance(query, (exp.Subquery, exp.Paren)):
            query = query.this
        if isinstance(query, exp.SetOperation):
            left, right = self.outputs(query.this), self.outputs(query.expression)
            return [a + b for a, b in zip(left, right, strict=False)]
        if isinstance(query, exp.Select):
            return [self.behind(item) for item in query.expressions]
        return []
