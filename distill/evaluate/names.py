"""Does a ghost write names that do not exist? Judged without any of the engine's own code.

sqlglot parses the text with the ghost in it, closed with whatever an unfinished statement lacks;
its scopes say which relations each column may come from. Only names that the ghost itself writes
are judged. Where a statement still grows to the right, its projection may name columns of tables
that are joined later: there a column need only exist somewhere in the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from distill.evaluate.lexing import lex
from distill.evaluate.tokens import functions, vocabulary
from sqlcomplete.schema.model import Schema

How = Literal["parsed", "by words"]
Columns = frozenset[str] | None  # None: not all are known, so any may be right

_DUMMY = "__later"  # what stands for a name that the user has not written yet
# What may be missing behind an unfinished statement, likeliest first.
_TAILS = (
    "",
    " NULL",
    f" {_DUMMY}",
    " END",
    " THEN NULL END",
    " (NULL)",
    " BY NULL",
    f" SET {_DUMMY} = NULL",
    f" {_DUMMY} = NULL",
    " = NULL",
    " AND NULL",
    " VALUES (NULL)",
    " (SELECT NULL)",
    f" JOIN {_DUMMY}",
    f" FROM {_DUMMY}",
    f" INTO {_DUMMY} VALUES (NULL)",
    " INT",
    " NOTHING",
    " SELECT NULL",
    " AS (SELECT NULL) SELECT NULL",
)
_AFTER = ("", " SELECT NULL", " VALUES (NULL)", " END", f" AS {_DUMMY}")
_GIVEN_NAMESPACES = frozenset({"information_schema", "pg_catalog", "sys"})
_GIVEN_TABLES = frozenset(
    {"sqlite_master", "sqlite_schema", "dual", "excluded", "inserted", "deleted"}
)
_GIVEN_QUALIFIERS = frozenset({"excluded", "new", "old", "inserted", "deleted", "source", "target"})
_GIVEN_COLUMNS = frozenset(
    """
    rowid oid _rowid_ ctid xmin xmax tableoid rownum level default value key _partitiontime
    _partitiondate _table_suffix current_date current_time current_timestamp current_user
    """.split()  # noqa: SIM905 - a list would take a line a word
)
# SQLite takes $ and a name for a parameter; sqlglot reads an identifier.
_PARAMETER = re.compile(r"\$\w+")
_DATE_PARTS = frozenset(
    """
    year quarter month week isoweek day dayofweek dayofyear hour minute second millisecond
    microsecond epoch dow doy yy mm dd hh mi ss
    """.split()  # noqa: SIM905 - a list would take a line a word
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`unknown` are the names the ghost writes that do not exist, as written."""

    unknown: tuple[str, ...]
    how: How


# sqlc's calls stand for a value; what they name is a parameter, and anyone may name one.
_SQLC_CALL = re.compile(r"\bsqlc\.(?:arg|narg|slice)\([^()]*\)?")


class KnownNames:
    """A schema's names, folded."""

    def __init__(self, schema: Schema) -> None:
        self.tables: dict[str, frozenset[str]] = {}
        for table in schema.tables:
            name = table.name.casefold()
            columns = frozenset(c.name.casefold() for c in table.columns)
            self.tables[name] = self.tables.get(name, frozenset()) | columns
        self.columns = frozenset[str]().union(*self.tables.values())
        self.namespaces = {(t.namespace or "").casefold() for t in schema.tables} - {""}


def judge(text: str, start: int, end: int, names: KnownNames, dialect: str) -> Judgement:
    """Judges the names written in `text[start:end]`, the ghost, `text` being all that the editor
    holds once it is accepted."""
    text = _SQLC_CALL.sub(lambda call: "1".ljust(len(call.group())), text)
    tree = _parse(text, end, dialect)
    if tree is None:
        return Judgement(_unknown_words(text, start, end, names, dialect), "by words")
    grows = not text[end:].strip()
    judged = _Resolver(tree, names, dialect, grows=grows)
    written = (n for n in tree.find_all(exp.Identifier) if _within(n, start, end))
    if grows:  # the last name may yet become a qualifier, a call or a keyword
        written = (n for n in written if n.meta["end"] + 1 < end or not judged.may_begin(n))
    found = (name for node in written if (name := judged.unknown(node)) is not None)
    return Judgement(tuple(dict.fromkeys(found)), "parsed")


def _within(node: exp.Identifier, start: int, end: int) -> bool:
    first, last = node.meta.get("start"), node.meta.get("end")
    return isinstance(first, int) and isinstance(last, int) and first < end and last >= start


def _parse(text: str, end: int, dialect: str) -> exp.Expr | None:
    """The statement that the ghost's end stands in, closed so that it parses; None if nothing
    helps. Every offset up to `end` stays what it is in `text`."""
    left, right = text[:end], text[end:]
    depth = _open(left + right)
    for tail in _TAILS:
        for after in _AFTER if depth > 0 else ("",):
            closed = f"{left}{tail}{right}{')' * max(depth, 0)}{after}"
            tree = _try(closed, end, dialect)
            if tree is not None:
                return tree
    return None


def _try(text: str, end: int, dialect: str) -> exp.Expr | None:
    try:
        trees = [t for t in sqlglot.parse(text, dialect=dialect) if t is not None]
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        return None  # AttributeError: some of sqlglot's parsers trip over what is not finished
    if not trees or any(isinstance(t, exp.Command) for t in trees):
        return None
    for tree in trees:  # the one whose names surround the ghost's end, or the last
        ends = [n.meta.get("end", -1) for n in tree.find_all(exp.Identifier)]
        if ends and max(ends) >= end - 1:
            return tree
    return trees[-1]


def _open(text: str) -> int:
    depth = 0
    for token in lex(text):
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
    return depth


class _Resolver:
    """Finds where the names of one statement come from."""

    def __init__(self, tree: exp.Expr, names: KnownNames, dialect: str, *, grows: bool) -> None:
        self._names = names
        self._dialect = dialect
        self._grows = grows
        self._ctes = {c.alias.casefold() for c in tree.find_all(exp.CTE)}
        self._aliases = {
            node.alias.casefold()
            for node in tree.find_all(exp.Table, exp.Subquery, exp.CTE, exp.Lateral, exp.Unnest)
            if node.alias
        }
        self._projected = {a.alias.casefold() for a in tree.find_all(exp.Alias)}
        for listed in tree.find_all(exp.TableAlias):  # the columns that a CTE lists by name
            self._projected |= {column.name.casefold() for column in listed.columns}
        self._write = _written_tables(tree)
        self._scopes: dict[int, Scope] = {}
        for query in _queries(tree):
            try:
                for scope in traverse_scope(query):
                    self._scopes[id(scope.expression)] = scope
            except (SqlglotError, RecursionError):
                continue

    def unknown(self, node: exp.Identifier) -> str | None:
        """The name as written if it does not exist, else None."""
        parent, name = node.parent, node.name.casefold()
        if name.startswith(_DUMMY) or not name or _PARAMETER.fullmatch(name):
            return None
        if isinstance(parent, exp.Table) and node.arg_key == "this":
            return None if self._table_exists(parent) else ".".join(p.name for p in parent.parts)
        if isinstance(parent, exp.Column) and node.arg_key == "this":
            return None if self._column_exists(parent) else parent.sql(self._dialect)
        if isinstance(parent, exp.Column) and node.arg_key == "table":
            return None  # judged with its column; alone, the dot's right side is still unwritten
        if isinstance(parent, exp.Schema) and isinstance(parent.parent, exp.Insert):
            known = self._has(parent.this, name) if isinstance(parent.this, exp.Table) else False
            return None if known else node.name
        if isinstance(parent, exp.Join):  # USING (name)
            return (
                None if name in self._names.columns | self._projected or self._ctes else node.name
            )
        return None

    def may_begin(self, node: exp.Identifier) -> bool:
        """Whether a name at the end of a growing statement begins something other than a name of
        its own: `t` of `t.id`, `cd` of `cd.bookings`, `max` of `max(id)`, `interval` of a type."""
        name, upper = node.name.casefold(), node.name.upper()
        if name in self._names.namespaces or name in self._names.tables or name in self._aliases:
            return True
        if name in _GIVEN_QUALIFIERS or name in _GIVEN_NAMESPACES:
            return True
        if upper in functions(self._dialect):
            return True
        if isinstance(node.parent, exp.Table):
            return upper in ("LATERAL", "ONLY", "UNNEST")
        keywords, types = vocabulary(self._dialect)
        return upper in keywords or upper in types

    def _table_exists(self, table: exp.Table) -> bool:
        name = table.name.casefold()
        space = table.db.casefold()
        if space in _GIVEN_NAMESPACES or name in _GIVEN_TABLES:
            return True
        if not space and (name in self._ctes or name in self._aliases):
            return True
        if name not in self._names.tables:  # `project.dataset.table` in one pair of quotes
            name = name.rpartition(".")[2]
        return name in self._names.tables

    def _column_exists(self, column: exp.Column) -> bool:
        name, qualifier = column.name.casefold(), column.table.casefold()
        if isinstance(column.this, exp.Star):
            return True
        if not qualifier and self._is_given(column, name):
            return True
        chain = list(self._chain(column))
        sources = [s for scope in chain for s in _read(scope).items()]
        if qualifier:
            found = [s for key, s in sources if key.casefold() == qualifier]
            if found:
                columns = self._columns(found[0])
                return columns is None or name in columns
            if qualifier in _GIVEN_QUALIFIERS or any(
                qualifier in (t.alias_or_name.casefold(), t.name.casefold()) for t in self._write
            ):
                return self._in_any(self._write, name) or qualifier in _GIVEN_QUALIFIERS
            if any(self._has(s, qualifier) for _, s in sources):
                return True  # a field of a structured column
            unread = any(not _read(scope) for scope in chain) or not chain
            may_come = self._grows and (unread or _in_projection(column))
            return may_come and name in self._names.columns | self._projected
        if any(self._has(s, name) for _, s in sources) or self._in_any(self._write, name):
            return True
        if name in self._projected:
            return True
        nothing_read = not sources and not self._write
        may_come = self._grows and (nothing_read or _in_projection(column))
        return may_come and name in self._names.columns

    def _is_given(self, column: exp.Column, name: str) -> bool:
        if name in _GIVEN_COLUMNS or (name in _DATE_PARTS and column.find_ancestor(exp.Func)):
            return True
        # SQLite reads an unknown name in double quotes as a string.
        return self._dialect == "sqlite" and bool(column.this.args.get("quoted"))

    def _chain(self, node: exp.Expr) -> Iterator[Scope]:
        """The scopes around a node, innermost first."""
        seen: set[int] = set()
        above: exp.Expr | None = node
        while above is not None:
            scope = self._scopes.get(id(above))
            if scope is not None and id(scope) not in seen:
                seen.add(id(scope))
                yield scope
            above = above.parent

    def _has(self, source: exp.Expr | Scope, name: str) -> bool:
        columns = self._columns(source)
        return columns is None or name in columns

    def _in_any(self, tables: list[exp.Table], name: str) -> bool:
        return any(self._has(t, name) for t in tables)

    def _columns(self, source: exp.Expr | Scope, depth: int = 0) -> Columns:
        if depth > 20:
            return None
        if isinstance(source, exp.Table):
            return self._table_columns(source, depth)
        if not isinstance(source, Scope) or source.is_udtf:
            return None
        return self._query_columns(source, depth)

    def _table_columns(self, table: exp.Table, depth: int) -> Columns:
        alias = table.args.get("alias")
        if alias is not None and alias.columns:
            return frozenset(c.name.casefold() for c in alias.columns)
        name = table.name.casefold()
        if name in self._ctes and not table.db:
            return None  # a recursive reference: its columns are the ones being defined
        known = self._names.tables.get(name) or self._names.tables.get(name.rpartition(".")[2])
        return known or None

    def _query_columns(self, scope: Scope, depth: int) -> Columns:
        above = scope.expression.parent
        while isinstance(above, exp.SetOperation):  # a recursive CTE reads its own first branch
            above = above.parent
        alias = above.args.get("alias") if above is not None else None
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return frozenset(c.name.casefold() for c in alias.columns)
        query = scope.expression
        while isinstance(query, exp.SetOperation):  # its first branch names the columns
            query = query.this.unnest()
        branch = self._scopes.get(id(query), scope)
        if not isinstance(query, exp.Query):
            return None
        found: set[str] = set()
        for item in query.selects:
            if not item.is_star:
                found.add(item.alias_or_name.casefold())
                continue
            qualifier = item.table.casefold() if isinstance(item, exp.Column) else ""
            for key, inner in _read(branch).items():
                if qualifier and key.casefold() != qualifier:
                    continue
                columns = self._columns(inner, depth + 1)
                if columns is None:
                    return None
                found |= columns
        return frozenset(found)


def _queries(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost queries: the statement itself, or those inside a statement that writes."""
    if isinstance(tree, exp.Query):
        yield tree
        return
    for node in tree.find_all(exp.Query):
        above = node.find_ancestor(exp.Query)
        if above is None:
            yield node


def _written_tables(tree: exp.Expr) -> list[exp.Table]:
    """Tables that a statement which writes names outside of any query: its target, and what its
    FROM or USING reads."""
    if isinstance(tree, exp.Query):
        return []
    return [t for t in tree.find_all(exp.Table) if t.find_ancestor(exp.Query) is None]


def _in_projection(column: exp.Column) -> bool:
    """Whether the column stands between SELECT and FROM of its own query."""
    node: exp.Expr = column
    while node.parent is not None and not isinstance(node.parent, exp.Select):
        node = node.parent
    return isinstance(node.parent, exp.Select) and node.arg_key in ("expressions", "distinct")


def _unknown_words(
    text: str, start: int, end: int, names: KnownNames, dialect: str
) -> tuple[str, ...]:
    """For text that no closing makes parse: words of the ghost that stand nowhere else in the
    text and are no name, keyword, type or call."""
    keywords, types = vocabulary(dialect)
    lexemes = lex(text)
    elsewhere = {t.name for t in lexemes if t.end <= start or t.start >= end}
    known = names.columns | names.tables.keys() | names.namespaces | elsewhere
    unknown: dict[str, None] = {}
    for index, token in enumerate(lexemes):
        if token.kind not in ("word", "quoted") or token.end <= start or token.start >= end:
            continue
        upper = token.text.upper()
        before = lexemes[index - 1].text.upper() if index else ""
        called = index + 1 < len(lexemes) and lexemes[index + 1].text == "("
        if called or before == "AS" or upper in keywords or upper in types or token.name in known:
            continue
        if token.name in _GIVEN_COLUMNS or token.name in _GIVEN_TABLES or token.name in _DATE_PARTS:
            continue
        unknown[token.text] = None
    return tuple(unknown)


def _read(scope: Scope) -> dict[str, exp.Expr | Scope]:
    """What the query's own FROM reads, by alias; a CTE that it only could read is not among it."""
    try:
        return {name: source for name, (_, source) in scope.selected_sources.items()}
    except SqlglotError:  # two relations without a name: none can be told from the other
        return {}
