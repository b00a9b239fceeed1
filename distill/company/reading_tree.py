"""What one statement's tree says of the schema: tables, columns by clause, joins, filters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table

_QUERIES = (exp.Select, exp.Update, exp.Delete, exp.Insert, exp.Merge)
_CLAUSES = {
    "expressions": "select", "where": "where", "group": "group", "order": "order",
    "having": "where", "joins": "join", "qualify": "where", "on": "join", "using": "join",
    "conflict": "set", "returning": "select", "whens": "set",
}  # fmt: skip
_OPERATORS: tuple[tuple[type[Any], str], ...] = (
    (exp.EQ, "="), (exp.NEQ, "<>"), (exp.GT, ">"), (exp.GTE, ">="), (exp.LT, "<"), (exp.LTE, "<="),
    (exp.ILike, "ILIKE"), (exp.Like, "LIKE"), (exp.In, "IN"), (exp.Between, "BETWEEN"),
    (exp.Is, "IS"),
)  # fmt: skip


@dataclass(slots=True)
class Tree:
    """`tables`: (table, alias or the empty text); `columns`: (table, column, clause); `joins`:
    (table, columns, other table, its columns); `predicates`: (table, column, operator);
    `together`: (clause, table, columns). Columns are in lower case."""

    tables: list[tuple[Table, str]] = field(default_factory=list)
    columns: list[tuple[Table, str, str]] = field(default_factory=list)
    joins: list[tuple[Table, tuple[str, ...], Table, tuple[str, ...]]] = field(default_factory=list)
    predicates: list[tuple[Table, str, str]] = field(default_factory=list)
    together: list[tuple[str, Table, tuple[str, ...]]] = field(default_factory=list)


def read_tree(tree: exp.Expr, index: SchemaIndex) -> Tree:
    """Reads a statement's tree against the schema."""
    return _Reading(tree, index).tree


class _Reading:
    def __init__(self, root: exp.Expr, index: SchemaIndex) -> None:
        self._index = index
        self.tree = Tree()
        # Of each query: the table, or None for what is no table, by the name that qualifies.
        self._sources: dict[int, dict[str, Table | None]] = defaultdict(dict)
        self._relations(root)
        for column in root.find_all(exp.Column):
            self._column(column)
        self._joins(root)
        for query in root.find_all(*_QUERIES):
            self._lists(query)

    def _relations(self, root: exp.Expr) -> None:
        ctes = {cte.alias.lower() for cte in root.find_all(exp.CTE)}
        for source in root.find_all(exp.Table):
            query = source.find_ancestor(*_QUERIES)
            name = source.name.lower()
            if query is None or not name:
                continue
            table = None
            if name not in ctes or source.db:
                table = self._index.table(source.name, source.db or None)
            alias = source.alias.lower()
            self._sources[id(query)][alias or name] = table
            if table is not None:
                self.tree.tables.append((table, alias if alias != name else ""))
        for derived in root.find_all(exp.Subquery):
            query = derived.find_ancestor(*_QUERIES)
            if query is not None and derived.alias:
                self._sources[id(query)].setdefault(derived.alias.lower(), None)

    def _resolved(self, column: exp.Column) -> tuple[Table, str] | None:
        """The table and the column's name, where the statement leaves no doubt."""
        name, qualifier = column.name.lower(), column.table.lower()
        query = column.find_ancestor(*_QUERIES)
        while query is not None:
            sources = self._sources.get(id(query), {})
            if qualifier:
                if qualifier in sources:
                    table = sources[qualifier]
                    known = table is not None and self._index.column(table, name) is not None
                    return (table, name) if table is not None and known else None
            else:
                owners = {
                    id(table): table
                    for table in sources.values()
                    if table is not None and self._index.column(table, name) is not None
                }
                if owners:
                    return (next(iter(owners.values())), name) if len(owners) == 1 else None
            query = query.find_ancestor(*_QUERIES)
        return None

    def _column(self, column: exp.Column) -> None:
        found = self._resolved(column)
        if found is None:
            return
        table, name = found
        self.tree.columns.append((table, name, _clause(column)))
        parent = column.parent
        for kind, operator in _OPERATORS:
            if isinstance(parent, kind) and parent.this is column:
                other = parent.args.get("expression")
                if not isinstance(other, exp.Column) and _clause(column) != "set":
                    self.tree.predicates.append((table, name, operator))
                return

    def _joins(self, root: exp.Expr) -> None:
        """Columns of two tables compared, those of one condition together."""
        grouped: dict[tuple[int, int, int], tuple[Table, Table, list[tuple[str, str]]]] = {}
        for equal in root.find_all(exp.EQ):
            left, right = equal.this, equal.expression
            if not (isinstance(left, exp.Column) and isinstance(right, exp.Column)):
                continue
            one, two = self._resolved(left), self._resolved(right)
            if one is None or two is None or one[0] is two[0]:
                continue
            home = equal.find_ancestor(exp.Join, exp.Where)
            if home is None:
                continue
            swap = id(one[0]) > id(two[0])
            first, second = (two, one) if swap else (one, two)
            key = (id(home), id(first[0]), id(second[0]))
            grouped.setdefault(key, (first[0], second[0], []))[2].append((first[1], second[1]))
        for first_table, second_table, pairs in grouped.values():
            unique = sorted(set(pairs))[:4]
            self.tree.joins.append(
                (
                    first_table,
                    tuple(a for a, _ in unique),
                    second_table,
                    tuple(b for _, b in unique),
                )
            )

    def _lists(self, query: exp.Expr) -> None:
        if isinstance(query, exp.Insert) and isinstance(query.this, exp.Schema):
            target = self._sources.get(id(query), {}).get(_target_name(query))
            names = tuple(e.name.lower() for e in query.this.expressions)
            if target is not None and names:
                for name in names:
                    if self._index.column(target, name) is not None:
                        self.tree.columns.append((target, name, "insert"))
                self._together("insert", [(target, name) for name in names])
            return
        if not isinstance(query, exp.Select):
            return
        self._together("select", [self._plain(e) for e in query.expressions])
        group = query.args.get("group")
        if group is not None:
            self._together("group", [self._plain(e) for e in group.expressions], least=1)
        order = query.args.get("order")
        if order is not None:
            items = []
            for one in order.expressions:
                plain = self._plain(one.this)
                down = " DESC" if one.args.get("desc") else ""
                items.append(None if plain is None else (plain[0], plain[1] + down))
            self._together("order", items, least=1)

    def _plain(self, node: exp.Expr) -> tuple[Table, str] | None:
        node = node.this if isinstance(node, exp.Alias) else node
        return self._resolved(node) if isinstance(node, exp.Column) else None

    def _together(self, clause: str, items: list[tuple[Table, str] | None], least: int = 2) -> None:
        by_table: dict[int, tuple[Table, list[str]]] = {}
        for item in items:
            if item is not None:
                by_table.setdefault(id(item[0]), (item[0], []))[1].append(item[1])
        for table, names in by_table.values():
            known = [n for n in names if self._index.column(table, n.removesuffix(" DESC"))]
            if least <= len(known) <= 60:
                self.tree.together.append((clause, table, tuple(known)))


def _target_name(query: exp.Insert) -> str:
    table = query.this.this
    return (table.alias or table.name).lower() if isinstance(table, exp.Table) else ""


def _clause(column: exp.Column) -> str:
    child: exp.Expr = column
    parent = column.parent
    while parent is not None and not isinstance(parent, _QUERIES):
        child, parent = parent, parent.parent
    key = (child.arg_key or "").rstrip("_")
    if isinstance(parent, exp.Update) and key == "expressions":
        return "set"
    return _CLAUSES.get(key, "select")
