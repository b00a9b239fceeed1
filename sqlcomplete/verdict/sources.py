"""The relations of a parsed statement and the columns that each has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.verdict.closing import MADE

Columns = dict[str, None] | None
"""Names of a source's columns, lower case; None where they are not known. A name then still has to
be one of the schema's, or to stand elsewhere in the statement."""


class Sources:
    """What the relations of one tree are."""

    def __init__(self, tree: exp.Expr, index: SchemaIndex) -> None:
        self.tree = tree
        self.index = index
        self._outputs: dict[int, Columns] = {}

    def _cte(self, node: exp.Expr) -> exp.CTE | None:
        if isinstance(node, exp.Table) and node.db:
            return None
        name = node.name.lower()
        above: exp.Expr | None = node
        while above is not None:
            with_ = above.args.get("with_") or above.args.get("with")
            if isinstance(with_, exp.With):
                for cte in with_.expressions:
                    if cte.alias.lower() == name:
                        return cte  # type: ignore[no-any-return]
            above = above.parent
        return None

    # Sources

    def sources(self, query: exp.Expr) -> Iterator[tuple[str, Columns]]:
        """(name, columns) of each relation that the query itself reads from or writes to."""
        seen: list[exp.Expr] = []
        if isinstance(query, exp.Insert):
            target = query.this.this if isinstance(query.this, exp.Schema) else query.this
            if isinstance(target, exp.Expr):
                yield from self._source(target)
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
                yield from self._source(one)

    def _source(self, node: exp.Expr) -> Iterator[tuple[str, Columns]]:
        if isinstance(node, exp.Paren):
            if isinstance(node.this, exp.Expr):
                yield from self._source(node.this)
            return
        for join in node.args.get("joins") or ():
            if isinstance(join.this, exp.Expr):
                yield from self._source(join.this)
        if isinstance(node, exp.Table):
            alias = node.alias_or_name.lower()
            columns = self._table_columns(node)
            renamed = node.args.get("alias")
            if isinstance(renamed, exp.TableAlias) and renamed.columns:
                columns = {c.name.lower(): None for c in renamed.columns}
            yield alias, columns
            for lateral in node.args.get("laterals") or ():
                if isinstance(lateral, exp.Expr):
                    yield from self._source(lateral)
        elif isinstance(node, exp.Subquery):
            if isinstance(node.this, (exp.Table, exp.Paren)) and not node.alias:
                yield from self._source(node.this)
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
                yield alias_node.name.lower(), (names or None)
            else:
                yield node.alias_or_name.lower(), None

    def _table_columns(self, node: exp.Table) -> Columns:
        if not isinstance(node.this, exp.Identifier) or node.name.startswith(MADE):
            return None
        cte = self._cte(node)
        if cte is not None:
            return self._cte_columns(cte)
        table = self.index.table(node.name, node.db or None)
        return names_of(table) if table is not None else None

    def _cte_columns(self, cte: exp.CTE) -> Columns:
        alias = cte.args.get("alias")
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return {c.name.lower(): None for c in alias.columns}
        return self.output(cte.this)

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
                for alias, columns in self.sources(query):
                    if wanted and alias != wanted:
                        continue
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


@lru_cache(maxsize=4096)
def names_of(table: Table) -> dict[str, None]:
    return {column.name.lower(): None for column in table.columns}
