"""The relations of a parsed statement and the columns that each has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlglot import exp

from sqlcomplete.dialects.endings import MADE
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table

Columns = dict[str, None] | None
"""Names of a source's columns, lower case; None where they are not known. A name then still has to
be one of the schema's, or to stand elsewhere in the statement."""


@dataclass(slots=True)
class Reads:
    """What one query reads from: each relation's columns by its name, lower case, all columns that
    are known, and whether some relation has columns that are not (`open`)."""

    relations: dict[str, list[Columns]] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    open: bool = False


class Sources:
    """What the relations of one tree are. What was found of a query is kept: the time grows with
    the tree, not with its columns times its relations."""

    def __init__(self, tree: exp.Expr, index: SchemaIndex) -> None:
        self.tree = tree
        self.index = index
        self._outputs: dict[int, Columns] = {}
        self._withs: dict[int, dict[str, exp.CTE]] = {}
        self._reads: dict[int, Reads] = {}

    def cte_of(self, node: exp.Expr) -> exp.CTE | None:
        """The CTE that a table's name means, None where it means none."""
        if isinstance(node, exp.Table) and node.db:
            return None
        name = node.name.lower()
        above: exp.Expr | None = node
        while above is not None:
            with_ = above.args.get("with_") or above.args.get("with")
            if isinstance(with_, exp.With):
                found = self._named(with_).get(name)
                if found is not None:
                    return found
            above = above.parent
        return None

    def _named(self, with_: exp.With) -> dict[str, exp.CTE]:
        """The CTEs of a WITH by their names, the first of each."""
        known = self._withs.get(id(with_))
        if known is None:
            known = self._withs[id(with_)] = {}
            for cte in with_.expressions:
                known.setdefault(cte.alias.lower(), cte)
        return known

    # Sources

    def reads(self, query: exp.Expr) -> Reads:
        """What the query itself reads from or writes to."""
        known = self._reads.get(id(query))
        if known is None:
            known = Reads()
            for name, columns in self.sources(query):
                known.relations.setdefault(name, []).append(columns)
                if columns is None:
                    known.open = True
                else:
                    known.columns.update(columns)
            self._reads[id(query)] = known
        return known

    def sources(self, query: exp.Expr) -> Iterator[tuple[str, Columns]]:
        """(name, columns) of each relation that the query itself reads from or writes to."""
        seen: list[exp.Expr] = []
        if isinstance(query, exp.Insert):
            target = query.this.this if isinstance(query.this, exp.Schema) else query.this
            if isinstance(target, exp.Expr):
                yield from self.of_relation(target)
                if isinstance(target, exp.Table):
                    yield "excluded", self._table_columns(target)
            return
        if isinstance(query, (exp.Update, exp.Delete, exp.Merge)):
            if isinstance(query.this, exp.Expr):
                seen.append(query.this)
            for key in ("using",):
                value = query.args.get(key)
                seen += value if isinstance(value, list) else [value] if value is not None else []
        source = query.args.get("from_") or query.args.get("from")
        if isinstance(source, exp.From) and isinstance(source.this, exp.Expr):
            seen.append(source.this)
        for join in query.args.get("joins") or ():
            seen.append(join.this)
        for lateral in query.args.get("laterals") or ():
            seen.append(lateral)
        for one in seen:
            if isinstance(one, exp.Expr):
                yield from self.of_relation(one)

    def of_relation(self, node: exp.Expr) -> Iterator[tuple[str, Columns]]:
        """(name, columns) of what stands at one place of a FROM: several where it is a join."""
        if isinstance(node, exp.Paren):
            if isinstance(node.this, exp.Expr):
                yield from self.of_relation(node.this)
            return
        for join in node.args.get("joins") or ():
            if isinstance(join.this, exp.Expr):
                yield from self.of_relation(join.this)
        if isinstance(node, exp.Table):
            alias = node.alias_or_name.lower() or _called(node.this)
            columns = self._table_columns(node)
            renamed = node.args.get("alias")
            if isinstance(renamed, exp.TableAlias) and renamed.columns:
                columns = {c.name.lower(): None for c in renamed.columns}
            elif isinstance(node.this, exp.JSONTable):
                columns = _json_columns(node.this)
            yield alias, columns
            for lateral in node.args.get("laterals") or ():
                if isinstance(lateral, exp.Expr):
                    yield from self.of_relation(lateral)
        elif isinstance(node, exp.Subquery):
            if isinstance(node.this, (exp.Table, exp.Paren)) and not node.alias:
                yield from self.of_relation(node.this)
                return
            renamed = node.args.get("alias")
            if isinstance(renamed, exp.TableAlias) and renamed.columns:
                yield node.alias.lower(), {c.name.lower(): None for c in renamed.columns}
            else:
                yield node.alias.lower(), self.output(node.this)
        else:
            # UNNEST, LATERAL, VALUES, table functions: their names are declared by the alias.
            alias_node = node.args.get("alias")
            if isinstance(alias_node, exp.TableAlias):
                names = {c.name.lower(): None for c in alias_node.columns}
                offset = node.args.get("offset")
                if names and isinstance(offset, exp.Identifier):
                    names[offset.name.lower()] = None  # WITH ORDINALITY's
                yield alias_node.name.lower(), (names or None)
            else:
                yield node.alias_or_name.lower() or _called(node.this), None

    def _table_columns(self, node: exp.Table) -> Columns:
        if not isinstance(node.this, exp.Identifier) or node.name.startswith(MADE):
            return None
        cte = self.cte_of(node)
        if cte is not None:
            return self._cte_columns(cte)
        table = self.index.table(node.name, node.db or None)
        return names_of(table, self.index) if table is not None else None

    def _cte_columns(self, cte: exp.CTE) -> Columns:
        alias = cte.args.get("alias")
        columns: Columns
        if isinstance(alias, exp.TableAlias) and alias.columns:
            columns = {c.name.lower(): None for c in alias.columns}
        else:
            columns = self.output(cte.this)
        order = cte.parent.args.get("search") if isinstance(cte.parent, exp.With) else None
        if columns is None or not isinstance(order, exp.Expr):
            return columns
        # SEARCH ... SET and CYCLE ... SET ... USING bring columns of their own.
        return {**columns, **{name.name.lower(): None for name in order.find_all(exp.Identifier)}}

    def output(self, query: object) -> Columns:
        """Names that the query's rows have; None where they cannot all be told."""
        if not isinstance(query, exp.Expr):
            return None
        key = id(query)
        if key in self._outputs:
            return self._outputs[key]
        self._outputs[key] = None  # a recursive CTE reads itself: until told, anything
        self._outputs[key] = found = self._output(query)
        return found

    def _output(self, query: exp.Expr) -> Columns:
        while isinstance(query, (exp.Subquery, exp.Paren)):
            query = query.this
        if isinstance(query, exp.SetOperation):
            return self.output(query.this)
        if isinstance(query, (exp.Insert, exp.Update, exp.Delete)):
            returning = query.args.get("returning")
            items = returning.expressions if isinstance(returning, exp.Returning) else []
        elif isinstance(query, exp.Select):
            items = query.expressions
        else:
            return None
        names: dict[str, None] = {}
        for item in items:
            if isinstance(item, exp.Star) or (
                isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
            ):
                wanted = item.table.lower() if isinstance(item, exp.Column) else ""
                relations = self.reads(query).relations
                for alias in [wanted] if wanted else relations:
                    for columns in relations.get(alias, ()):
                        if columns is None:
                            return None
                        names.update(columns)
            elif item.alias_or_name:
                if item.alias_or_name.startswith(MADE):
                    return None
                names[item.alias_or_name.lower()] = None
            elif item.output_name:
                names[item.output_name.lower()] = None
            elif isinstance(item, exp.Func):
                # Dialects name an unaliased call in their own ways (count, _c0 ...).
                names[item.sql_name().lower()] = None
        return names


def _called(node: object) -> str:
    """The name by which a function in FROM is known where it has no alias: its own."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _json_columns(table: exp.JSONTable) -> Columns:
    """The columns that JSON_TABLE's COLUMNS declares, those of nested paths too."""
    schema = table.args.get("schema")
    if not isinstance(schema, exp.Expr):
        return None
    return {
        one.name.lower(): None
        for one in schema.find_all(exp.JSONColumnDef)
        if isinstance(one.this, exp.Identifier)
    }


_names: WeakKeyDictionary[SchemaIndex, dict[int, tuple[Table, dict[str, None]]]] = (
    WeakKeyDictionary()
)


def names_of(table: Table, index: SchemaIndex) -> dict[str, None]:
    """The table's columns, lower case; made once, and gone with the schema's index."""
    known = _names.get(index)
    if known is None:
        known = _names[index] = {}
    entry = known.get(id(table))
    if entry is None or entry[0] is not table:
        entry = known[id(table)] = (table, {c.name.lower(): None for c in table.columns})
    return entry[1]
