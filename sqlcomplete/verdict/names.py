"""Whether the names of a ghost mean anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from sqlcomplete.candidates.functions import function_names
from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.endings import MADE
from sqlcomplete.dialects.functions.kinds import PSEUDO_COLUMNS, UNIT_ARGUMENTS
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.verdict.draft import Draft
from sqlcomplete.verdict.sources import Columns, Sources, names_of

_CONDITIONS = (exp.Binary, exp.Not, exp.Where)  # whose operands all see the same queries
_WORDS = re.compile(r"[\w $]+\Z")
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
    tree: exp.Expr, text: str, dialect: str, index: SchemaIndex, *, lenient: bool = False
) -> Iterator[tuple[int, int, str]]:
    """Every name of a whole statement that means nothing: where it begins and ends in `text`, and a
    sentence. `tree` is the text's own, so that its identifiers know their places. `lenient` passes
    what only a database can tell."""
    checker = _Names(tree, index)
    checker.dialect = dialect
    checker.end = len(text) + 1
    checker.lenient = lenient
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
    """What the names of one tree may mean. `elsewhere` are the words outside of the ghost.
    `lenient` is for what a person has written: what may be right is right then; a ghost must be
    known to be."""

    elsewhere: frozenset[str] = frozenset()
    end = 0  # of the text, where nothing stands right of the ghost
    dialect = ""
    lenient = False

    def __init__(self, tree: exp.Expr, index: SchemaIndex) -> None:
        super().__init__(tree, index)
        self._unions: dict[int, exp.Select] = {}
        self._seen: dict[int, tuple[exp.Expr, ...]] = {}
        self._aliases: dict[int, dict[str, list[exp.Expr]]] = {}
        self._made: dict[str, list[exp.CTE]] | None = None
        self._qualified: dict[str, list[exp.Column]] | None = None

    def _table_columns(self, node: exp.Table) -> Columns:
        return None if self._outside(node) else super()._table_columns(node)

    def _outside(self, node: exp.Table) -> bool:
        """Whether the table stands in a namespace of which the schema says nothing: a schema that
        was written down often knows none but its own."""
        if not self.lenient or not node.db or self.index.table(node.name, node.db) is not None:
            return False
        return set(self.index.namespaces) <= {self.index.schema.default_namespace}

    def table(self, node: exp.Table) -> str | None:
        name = node.name
        if not name or name.startswith(MADE) or not isinstance(node.this, exp.Identifier):
            return None
        if self.cte_of(node) is not None:
            return None
        if isinstance(node.parent, exp.Create) or node.find_ancestor(exp.Create) is not None:
            return None
        if self.index.table(name, node.db or None) is not None:
            return None
        if self._is_relation_of_scope(node) or self._outside(node) or self._is_target(node):
            return None
        return f"no table {node.db + '.' if node.db else ''}{name}"

    def _is_target(self, node: exp.Table) -> bool:
        """Whether the name is an alias of the relations beside it: DELETE a FROM t AS a, UPDATE a
        SET ... FROM t AS a."""
        query = node.parent
        if not isinstance(query, exp.Update | exp.Delete) or node.db:
            return False
        others = [query.this, *(query.args.get(key) for key in ("from_", "from"))]
        return any(
            table is not node and table.alias.lower() == node.name.lower()
            for other in others
            if isinstance(other, exp.Expr)
            for table in other.find_all(exp.Table)
        )

    def taken(self, node: exp.Table) -> str | None:
        """An alias that another relation of the same FROM has: its columns would be ambiguous."""
        query = node.find_ancestor(exp.Select)
        alias = node.alias.lower()
        if query is None or not isinstance(node.parent, exp.From | exp.Join) or not alias:
            return None
        if alias.startswith(MADE) or node.parent.parent is not query:
            return None
        if len(self.reads(query).relations.get(alias, ())) > 1:
            return f"alias {node.alias} is taken"
        return None

    def _is_relation_of_scope(self, node: exp.Table) -> bool:
        """UNNEST-like use: `FROM t, t.items` names a column of a relation beside it."""
        parent = node.find_ancestor(exp.Select)
        if parent is None or not node.db:
            return False
        return any(
            columns is None or node.name.lower() in columns
            for columns in self.reads(parent).relations.get(node.db.lower(), ())
        )

    def column(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        name = node.name
        if isinstance(node.this, exp.Star):
            return self._qualifier(node, span)
        if not name or name.startswith(MADE):
            return self._qualifier(node, span)
        if node.table:
            return self._qualified_column(node, span)
        if name.lower() == "default" and not node.this.args.get("quoted"):
            return None  # SET c = DEFAULT
        return self._plain_column(node, name.lower())

    def _qualified_column(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        name = node.name
        low = name.lower()
        qualifier = node.table.lower()
        found = False
        for query in self._queries(node):
            for columns in self.reads(query).relations.get(qualifier, ()):
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
        return self._column_of_unread(node, low, span)

    def _column_of_unread(self, node: exp.Column, low: str, span: tuple[int, int]) -> str | None:
        """The column of a relation that no query around it reads."""
        table = self.index.table(node.table, node.db or None)
        if self._has_source(node):
            if self._is_struct(node):
                return None
            return f"no table or alias {node.table} here"
        if table is not None:
            known = low in names_of(table, self.index)
            return None if known else f"no column {node.name} in {node.table}"
        if inside(node.args.get("table"), span) and not self._is_alias_to_come(node, span):
            return f"no table or alias {node.table}"
        if self._in_any_table(node.name, node):
            return None
        return f"no column {node.name} in any table"

    def _plain_column(self, node: exp.Column, low: str) -> str | None:
        anything = False
        for query in self._queries(node):
            reads = self.reads(query)
            # A relation's name is the row itself, as in count(o) or to_jsonb(o).
            if low in reads.columns or low in reads.relations:
                return None
            anything = anything or reads.open
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
            or node.name.lower() in self._qualifiers()
        )

    def _qualifiers(self) -> dict[str, list[exp.Column]]:
        """The tree's qualified columns by their qualifier."""
        if self._qualified is None:
            self._qualified = {}
            for column in self.tree.find_all(exp.Column):
                if column.table:
                    self._qualified.setdefault(column.table.lower(), []).append(column)
        return self._qualified

    def _is_string(self, node: exp.Column) -> bool:
        """SQLite reads "x" as a string where it names nothing: taken for one only where a value is
        compared with a column or a call, or for what no name is like."""
        readable = dialect_of(self.dialect).quoted_strings_for_names
        if not readable or not node.this.args.get("quoted"):
            return False
        parent = node.parent
        if self.lenient and (isinstance(parent, exp.Func) or not _WORDS.match(node.name)):
            return True
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
        for query in self._queries(node):
            reads = self.reads(query)
            if node.table.lower() in reads.columns:
                return True
            if reads.open and self.index.tables_with_column(node.table, limit=1):
                return True
        return False

    def _is_alias_to_come(self, node: exp.Column, span: tuple[int, int]) -> bool:
        """Whether the user writes the same qualifier elsewhere before any FROM, and one table has
        all the columns that it is given."""
        named = {node.name}
        written = False
        for other in self._qualifiers().get(node.table.lower(), ()):
            if not isinstance(other.this, exp.Star):
                if not other.name.startswith(MADE):
                    named.add(other.name)
                written = written or not inside(other.args.get("table"), span)
        return written and any(
            {name.lower() for name in named} <= names_of(table, self.index).keys()
            for table in self.index.tables_with_column(node.name)
        )

    def _alias_of_projection(self, query: exp.Expr, node: exp.Expr, low: str) -> bool:
        if not isinstance(query, exp.Select):
            return False
        named = self._aliases.get(id(query))
        if named is None:
            named = self._aliases[id(query)] = {}
            for item in query.expressions:
                if isinstance(item, exp.Alias):
                    named.setdefault(item.alias.lower(), []).append(item)
        return any(not _holds(item, node) for item in named.get(low, ()))

    def _is_conflict_column(self, node: exp.Column, query: exp.Insert) -> bool:
        target = query.this.this if isinstance(query.this, exp.Schema) else query.this
        columns = self._table_columns(target) if isinstance(target, exp.Table) else None
        if columns is None:
            return self._somewhere(node.name, node) is None
        return node.name.lower() in columns

    def _of_target(self, node: exp.Column, low: str) -> str | None:
        for query in self._queries(node):
            reads = self.reads(query)
            if low in reads.columns:
                return None
            if reads.open:
                return self._somewhere(node.name, node)
        return f"no column {node.name} in {node.table}"

    def _qualifier(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        qualifier = node.table
        if not qualifier or not inside(node.args.get("table"), span):
            return None
        if qualifier.startswith(MADE):
            return None
        low = qualifier.lower()
        for query in self._queries(node):
            reads = self.reads(query)
            if low in reads.relations or low in reads.columns:
                return None
            if reads.open and self._somewhere(qualifier, node) is None:
                return None
        if not self._has_source(node) and self.index.table(qualifier) is not None:
            return None
        return f"no table or alias {qualifier}"

    def _queries(self, node: exp.Expr) -> tuple[exp.Expr, ...]:
        """The queries whose sources the node may name, innermost first. Kept for the conditions
        above the node: a thousand of them in a row are as deep."""
        path: list[int] = []
        found: tuple[exp.Expr, ...] | None = None
        while isinstance(node.parent, _CONDITIONS):
            node = node.parent
            found = self._seen.get(id(node))
            if found is not None:
                break
            path.append(id(node))
        if found is None:
            found = tuple(self._around(node))
        self._seen.update(dict.fromkeys(path, found))
        return found

    def _around(self, node: exp.Expr) -> Iterator[exp.Expr]:
        above: exp.Expr | None = node.parent
        below = node
        barred = False  # a subquery of FROM and a CTE do not see the query that reads them
        while above is not None:
            if isinstance(above, exp.With):
                barred = True
            elif isinstance(above, exp.From | exp.Join) and below.arg_key == "this":
                # A function's arguments, LATERAL and joins in brackets see what is beside them.
                made = isinstance(below, exp.Subquery | exp.Paren | exp.Values)
                barred = barred or (made and not isinstance(below.this, exp.Table))
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
                if id(above) not in self._unions:
                    first = exp.Subquery(this=_first_select(above).copy(), alias="_")
                    self._unions[id(above)] = exp.Select().from_(first)
                yield self._unions[id(above)]
            below, above = above, above.parent

    def _has_source(self, node: exp.Expr) -> bool:
        """Whether the query that holds the node reads from anything yet."""
        queries = self._queries(node)
        return bool(queries) and bool(self.reads(queries[0]).relations)

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
        if self._made is None:
            self._made = {}
            for cte in self.tree.find_all(exp.CTE):
                for column in self._cte_columns(cte) or ():
                    self._made.setdefault(column, []).append(cte)
        return any(not _holds(cte, node) for cte in self._made.get(name.lower(), ()))

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
                reads = self.reads(query)
                if not reads.open and name.lower() not in reads.columns:
                    return f"no column {name} to join by"
        elif isinstance(parent, exp.OnConflict):
            query = parent.parent
            if isinstance(query, exp.Insert):
                for columns in self.reads(query).relations.get("excluded", ()):
                    if columns is not None and name.lower() not in columns:
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
