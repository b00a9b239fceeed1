"""Whether the names of a ghost mean anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from sqlcomplete.candidates.functions import function_names
from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.functions.kinds import PSEUDO_COLUMNS, UNIT_ARGUMENTS
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.verdict.closing import MADE
from sqlcomplete.verdict.draft import Draft
from sqlcomplete.verdict.sources import Sources, names_of

_NAMED = (exp.Table, exp.Column, exp.Dot, exp.Identifier, exp.Anonymous)


def unknown_name(tree: exp.Expr, draft: Draft, index: SchemaIndex) -> str | None:
    """The first name of the ghost that means nothing, as a sentence; None when all are known.
    `tree` is the draft's."""
    joined, span = draft.joined, draft.span
    checker = _Names(tree, index)
    others = (*joined.tokens[: joined.first], *joined.tokens[joined.stop :])
    checker.elsewhere = frozenset([t.text.strip('"`[]').lower() for t in others])
    checker.dialect = draft.dialect
    checker.end = span[1] if not draft.after.strip() else len(draft.text) + 1
    return next((problem for _, problem in _problems(checker, span)), None)


def unknown_names(
    tree: exp.Expr, text: str, dialect: str, index: SchemaIndex
) -> Iterator[tuple[int, int, str]]:
    """Every name of a whole statement that means nothing: where it begins and ends in `text`, and a
    sentence. `tree` is the text's own, so that its identifiers know their places."""
    checker = _Names(tree, index)
    checker.dialect = dialect
    checker.end = len(text) + 1
    for node, problem in _problems(checker, (0, len(text))):
        named: object = node
        if not isinstance(node, exp.Identifier):
            qualifies = isinstance(node, exp.Column) and problem.startswith("no table")
            named = node.args.get("table") if qualifies else node.this
        if isinstance(named, exp.Identifier) and "start" in named.meta:
            yield named.meta["start"], named.meta["end"] + 1, problem


def _problems(checker: _Names, span: tuple[int, int]) -> Iterator[tuple[exp.Expr, str]]:
    """The nodes inside `span` whose names mean nothing."""
    for node in checker.tree.find_all(*_NAMED):
        problem = None
        if isinstance(node, exp.Table):
            if inside(node.this, span):
                problem = checker.table(node)
            if problem is None and inside(_alias(node), span):
                problem = checker.taken(node)
        elif isinstance(node, exp.Column):
            if any(inside(part, span) for part in node.parts):
                problem = checker.column(node, span)
        elif isinstance(node, exp.Anonymous) and inside(node, span):
            problem = checker.function(node)
        elif isinstance(node, exp.Identifier) and inside(node, span):
            problem = checker.bare(node)
        if problem:
            yield node, problem


def _alias(node: exp.Table) -> exp.Expr | None:
    alias = node.args.get("alias")
    return alias.this if isinstance(alias, exp.TableAlias) else None


def inside(node: object, span: tuple[int, int]) -> bool:
    if not isinstance(node, exp.Expr):
        return False
    start, end = node.meta.get("start"), node.meta.get("end")
    return start is not None and end is not None and start < span[1] and end >= span[0]


class _Names(Sources):
    """What the names of one tree may mean. `elsewhere` are the words outside of the ghost."""

    elsewhere: frozenset[str] = frozenset()
    end = 0  # of the text, where nothing stands right of the ghost
    dialect = ""

    def table(self, node: exp.Table) -> str | None:
        name = node.name
        if not name or name.startswith(MADE) or not isinstance(node.this, exp.Identifier):
            return None
        if self._cte(node) is not None:
            return None
        if isinstance(node.parent, exp.Create) or node.find_ancestor(exp.Create) is not None:
            return None
        if self.index.table(name, node.db or None) is not None:
            return None
        if self._is_relation_of_scope(node):
            return None
        return f"no table {node.db + '.' if node.db else ''}{name}"

    def taken(self, node: exp.Table) -> str | None:
        """An alias that another relation of the same FROM has: its columns would be ambiguous."""
        query = node.find_ancestor(exp.Select)
        alias = node.alias.lower()
        if query is None or not isinstance(node.parent, exp.From | exp.Join) or not alias:
            return None
        if alias.startswith(MADE) or node.parent.parent is not query:
            return None
        if sum(other == alias for other, _ in self.sources(query)) > 1:
            return f"alias {node.alias} is taken"
        return None

    def _is_relation_of_scope(self, node: exp.Table) -> bool:
        """UNNEST-like use: `FROM t, t.items` names a column of a relation beside it."""
        parent = node.find_ancestor(exp.Select)
        if parent is None or not node.db:
            return False
        return any(
            alias == node.db.lower() and (columns is None or node.name.lower() in columns)
            for alias, columns in self.sources(parent)
        )

    def column(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        name = node.name
        if isinstance(node.this, exp.Star):
            return self._qualifier(node, span)
        if not name or name.startswith(MADE):
            return self._qualifier(node, span)
        low = name.lower()
        qualifier = node.table.lower()
        if qualifier:
            found = False
            for query in self._queries(node):
                for alias, columns in self.sources(query):
                    if alias == qualifier:
                        found = True
                        if columns is None:
                            return self._somewhere(name, node)
                        if low in columns or low in PSEUDO_COLUMNS:
                            return None
                if found:
                    return f"no column {name} in {node.table}"
            if qualifier in ("new", "old", "inserted", "deleted", "excluded"):
                return self._of_target(node, low)
            if qualifier.startswith(MADE):
                return self._somewhere(name, node)
            table = self.index.table(node.table, node.db or None)
            if self._has_source(node):
                if self._is_struct(node):
                    return None
                return f"no table or alias {node.table} here"
            if table is not None:
                return None if low in names_of(table) else f"no column {name} in {node.table}"
            if inside(node.args.get("table"), span) and not self._is_alias_to_come(node, span):
                return f"no table or alias {node.table}"
            return None if self._in_any_table(name, node) else f"no column {name} in any table"
        return self._plain_column(node, low)

    def _plain_column(self, node: exp.Column, low: str) -> str | None:
        anything = False
        for query in self._queries(node):
            for alias, columns in self.sources(query):
                if columns is None:
                    anything = True
                elif low in columns:
                    return None
                if low == alias:
                    return None  # the row itself, as in count(o) or to_jsonb(o)
            if self._alias_of_projection(query, node, low):
                return None
            if isinstance(query, exp.Insert) and self._is_conflict_column(node, query):
                return None
        if anything:
            return self._somewhere(node.name, node)
        if node.find_ancestor(exp.Lambda) is not None:
            return None
        if self._is_word(node) or self._may_go_on(node) or self._is_string(node):
            return None
        if self._has_source(node):
            return f"no column {node.name} here"
        return (
            None if self._in_any_table(node.name, node) else f"no column {node.name} in any table"
        )

    def _may_go_on(self, node: exp.Column) -> bool:
        """Whether the name is the text's last word, and one that a dot or a bracket may follow."""
        if node.this.meta.get("end", -1) < self.end - 1:
            return False
        return (
            self.index.table(node.name) is not None
            or node.name.upper() in _called(self.dialect)
            or any(
                other.table.lower() == node.name.lower() for other in self.tree.find_all(exp.Column)
            )
        )

    def _is_string(self, node: exp.Column) -> bool:
        """SQLite reads "x" as a string where it names nothing: taken for one only where a value is
        compared with a column or a call."""
        readable = dialect_of(self.dialect).quoted_strings_for_names
        if not readable or not node.this.args.get("quoted"):
            return False
        parent = node.parent
        if isinstance(parent, exp.In):
            return node.arg_key == "expressions"
        return (
            isinstance(parent, exp.Predicate)
            and node.arg_key == "expression"
            and isinstance(parent.this, (exp.Column, exp.Func))
        )

    def _is_word(self, node: exp.Column) -> bool:
        """Time units and the like, which sqlglot reads as columns in calls it does not know."""
        return (
            isinstance(node.parent, (exp.Anonymous, exp.Func))
            and node.name.lower() in UNIT_ARGUMENTS
        ) or node.name.lower() in PSEUDO_COLUMNS

    def _is_struct(self, node: exp.Column) -> bool:
        """Whether `item.price` reads a field of a column `item` that is known."""
        return any(
            node.table.lower() in columns
            if columns is not None
            else bool(self.index.tables_with_column(node.table, limit=1))
            for query in self._queries(node)
            for _, columns in self.sources(query)
        )

    def _is_alias_to_come(self, node: exp.Column, span: tuple[int, int]) -> bool:
        """Whether the user writes the same qualifier elsewhere before any FROM, and one table has
        all the columns that it is given."""
        named = {node.name}
        written = False
        for other in self.tree.find_all(exp.Column):
            if other.table.lower() == node.table.lower() and not isinstance(other.this, exp.Star):
                if not other.name.startswith(MADE):
                    named.add(other.name)
                written = written or not inside(other.args.get("table"), span)
        return written and any(
            {name.lower() for name in named} <= names_of(table).keys()
            for table in self.index.tables_with_column(node.name)
        )

    def _alias_of_projection(self, query: exp.Expr, node: exp.Expr, low: str) -> bool:
        if not isinstance(query, exp.Select):
            return False
        return any(
            isinstance(item, exp.Alias) and item.alias.lower() == low and not _holds(item, node)
            for item in query.expressions
        )

    def _is_conflict_column(self, node: exp.Column, query: exp.Insert) -> bool:
        target = query.this.this if isinstance(query.this, exp.Schema) else query.this
        columns = self._table_columns(target) if isinstance(target, exp.Table) else None
        if columns is None:
            return self._somewhere(node.name, node) is None
        return node.name.lower() in columns

    def _of_target(self, node: exp.Column, low: str) -> str | None:
        for query in self._queries(node):
            for _, columns in self.sources(query):
                if columns is None:
                    return self._somewhere(node.name, node)
                if low in columns:
                    return None
        return f"no column {node.name} in {node.table}"

    def _qualifier(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        qualifier = node.table
        if not qualifier or not inside(node.args.get("table"), span):
            return None
        if qualifier.startswith(MADE):
            return None
        for query in self._queries(node):
            for alias, columns in self.sources(query):
                if alias == qualifier.lower():
                    return None
                if columns is None and self._somewhere(qualifier, node) is None:
                    return None
                if columns is not None and qualifier.lower() in columns:
                    return None
        if not self._has_source(node) and self.index.table(qualifier) is not None:
            return None
        return f"no table or alias {qualifier}"

    def _queries(self, node: exp.Expr) -> Iterator[exp.Expr]:
        """The queries whose sources the node may name, innermost first."""
        above: exp.Expr | None = node.parent
        below = node
        barred = False  # a subquery of FROM and a CTE do not see the query that reads them
        while above is not None:
            if isinstance(above, (exp.From, exp.With)) or (
                isinstance(above, exp.Join) and below.arg_key == "this"
            ):
                barred = True
            if isinstance(above, (exp.Select, exp.Update, exp.Delete, exp.Merge, exp.Insert)):
                if not barred:
                    yield above
                barred = False
            elif (
                isinstance(above, exp.SetOperation)
                and isinstance(above.this, exp.Expr)
                and below.arg_key not in ("this", "expression")
            ):
                # ORDER BY of a union names the output columns of its first query.
                yield exp.Select().from_(exp.Subquery(this=_first_select(above).copy(), alias="_"))
            below, above = above, above.parent

    def _has_source(self, node: exp.Expr) -> bool:
        """Whether the query that holds the node reads from anything yet."""
        innermost = next(self._queries(node), None)
        return innermost is not None and any(True for _ in self.sources(innermost))

    def _somewhere(self, name: str, node: exp.Expr) -> str | None:
        """A column of a relation that is not written yet, or whose columns nobody declares."""
        if (
            self._in_any_table(name, node)
            or name.lower() in _GENERATED
            or name.lower() in self.elsewhere
        ):
            return None
        return f"no column {name} in any table"

    def _in_any_table(self, name: str, node: exp.Expr) -> bool:
        if self.index.tables_with_column(name, limit=1):
            return True
        return any(
            (columns := self._cte_columns(cte)) is not None and name.lower() in columns
            for cte in self.tree.find_all(exp.CTE)
            if not _holds(cte, node)
        )

    def function(self, node: exp.Anonymous) -> str | None:
        """A call that sqlglot does not know: one of the dialect's, or the user's own where they
        call it elsewhere in the text."""
        name = node.name.lower()
        if name in function_names(self.dialect) or name in self.elsewhere:
            return None
        return None if name.upper() in _called(self.dialect) else f"no function {node.name}"

    # Identifiers that stand for a column without being one in the tree

    def bare(self, node: exp.Identifier) -> str | None:
        """INSERT's list, USING's, and the columns of a conflict."""
        parent = node.parent
        name = node.name
        if not name or name.startswith(MADE):
            return None
        if isinstance(parent, exp.Schema) and isinstance(parent.this, exp.Table):
            if not isinstance(parent.parent, exp.Insert):
                return None
            columns = self._table_columns(parent.this)
            if columns is None:
                return self._somewhere(name, node)
            if name.lower() not in columns:
                return f"no column {name} in {parent.this.name}"
        elif isinstance(parent, exp.Join) and node.arg_key == "using":
            query = parent.parent
            if isinstance(query, exp.Expr):
                known = list(self.sources(query))
                if all(c is not None and name.lower() not in c for _, c in known):
                    return f"no column {name} to join by"
        elif isinstance(parent, exp.OnConflict):
            query = parent.parent
            if isinstance(query, exp.Insert):
                for alias, columns in self.sources(query):
                    if alias == "excluded" and columns is not None and name.lower() not in columns:
                        return f"no column {name} to conflict on"
        return None


# Columns that table functions give without a declaration.
_GENERATED = frozenset(
    [
        "key",
        "value",
        "fullkey",
        "path",
        "type",
        "atom",
        "parent",
        "json",
        "unnest",
        "generate_series",
        "ordinality",
        "index",
    ]
)


@lru_cache(maxsize=32)
def _called(dialect: str) -> frozenset[str]:
    """Names of functions that the dialect's parser knows, upper case."""
    parser = Dialect.get_or_raise(dialect or None).parser_class
    return frozenset(name.upper() for name in (*parser.FUNCTIONS, *parser.FUNCTION_PARSERS))


def _first_select(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)):
        node = node.this
    return node


def _holds(item: exp.Expr, node: exp.Expr) -> bool:
    above: exp.Expr | None = node
    while above is not None:
        if above is item:
            return True
        above = above.parent
    return False
