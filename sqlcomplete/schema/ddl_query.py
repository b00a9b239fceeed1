"""Which columns a query gives, as far as its text and the tables known so far tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sqlcomplete.schema.ddl_state import Name
from sqlcomplete.schema.model import Column
from sqlcomplete.schema.quiet import quiet_sqlglot

# A query beyond these is not looked into: its parse could take too long, or too deep a stack.
_MAX_CHARACTERS = 60_000
_MAX_DEPTH = 60

Known = Callable[[Name], "list[Column] | None"]
_Relation = tuple[str, list[Column], bool]  # (name, columns, whether these are all)


def query_columns(sql: str, dialect: str, known: Known) -> tuple[list[Column], bool]:
    """The columns of a query's result, and whether these are all.

    Args:
        sql: one query.
        dialect: a sqlglot dialect's name.
        known: gives the columns of a table, None where there is no such table.
    """
    if len(sql) > _MAX_CHARACTERS or _depth(sql) > _MAX_DEPTH:
        return [], False
    try:
        with quiet_sqlglot():
            query = sqlglot.parse_one(sql, read=dialect or None)
        return _outputs(query, known, {})
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError):
        # sqlglot raises more than its own errors on text that is no SQL.
        return [], False


def _depth(sql: str) -> int:
    depth = deepest = 0
    for character in sql:
        if character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth = max(0, depth - 1)
    return deepest


def _outputs(
    query: exp.Expr | None, known: Known, ctes: Mapping[str, tuple[list[Column], bool]]
) -> tuple[list[Column], bool]:
    if query is None:
        return [], False
    ctes = dict(ctes)
    with_ = query.args.get("with_") or query.args.get("with")
    for cte in with_.expressions if with_ is not None else ():
        body = cte.this
        names = [c.name for c in cte.args["alias"].columns] if cte.args.get("alias") else []
        if isinstance(body, exp.SetOperation) and with_ is not None and with_.args.get("recursive"):
            first, _ = _outputs(body.left, known, ctes)
            ctes[cte.alias.lower()] = _named(first, names), True
        columns, whole = _outputs(body, known, ctes)
        ctes[cte.alias.lower()] = _named(columns, names), whole
    if isinstance(query, exp.SetOperation):
        return _outputs(query.left, known, ctes)
    if isinstance(query, exp.Subquery):
        return _outputs(query.this, known, ctes)
    if isinstance(query, exp.Values):
        first_row = next(iter(query.expressions), None)
        size = len(first_row.expressions) if isinstance(first_row, exp.Tuple) else 1
        return [Column(f"column{i + 1}") for i in range(size)], True
    if not isinstance(query, exp.Select):
        return [], False
    return _projected(query, known, ctes)


def _named(columns: list[Column], names: list[str]) -> list[Column]:
    """The columns under the names that an alias list gives the first of them."""
    renamed = [replace(c, name=n) for c, n in zip(columns, names, strict=False)]
    return renamed + [Column(n) for n in names[len(columns) :]] + columns[len(names) :]


def _projected(
    query: exp.Select, known: Known, ctes: Mapping[str, tuple[list[Column], bool]]
) -> tuple[list[Column], bool]:
    relations, merged = _relations(query, known, ctes)
    columns: list[Column] = []
    complete = True
    for item in query.expressions:
        star = item.this if isinstance(item, exp.Column) else item
        if isinstance(star, exp.Star):
            qualifier = item.table.lower() if isinstance(item, exp.Column) else None
            wanted = [r for r in relations if qualifier is None or r[0].lower() == qualifier]
            complete &= bool(wanted) and all(whole for *_, whole in wanted)
            columns += _starred(star, wanted, merged if qualifier is None else frozenset())
            continue
        source = _source(item.unalias(), relations)
        name = item.alias or (item.name if isinstance(item, exp.Column) else _unnamed(item))
        if not name:
            complete = False
        elif source is not None:
            columns.append(replace(source, name=name, default=None))
        else:
            inner = item.unalias()
            kind = inner.args.get("to") if isinstance(inner, exp.Cast) else None
            columns.append(Column(name, kind.sql() if kind is not None else None))
    return columns, complete


def _starred(star: exp.Expr, relations: list[_Relation], merged: frozenset[str]) -> list[Column]:
    left_out = {e.name.lower() for e in star.args.get("except_") or star.args.get("except") or ()}
    renamed = {
        e.this.name.lower(): e.alias
        for e in star.args.get("rename") or ()
        if isinstance(e, exp.Alias)
    }
    columns: list[Column] = []
    seen: set[str] = set()
    for _, of_relation, _ in relations:
        for column in of_relation:
            key = column.name.lower()
            if key in left_out or (key in merged and key in seen):
                continue
            seen.add(key)
            columns.append(replace(column, name=renamed.get(key, column.name), default=None))
    return columns


def _relations(
    query: exp.Select, known: Known, ctes: Mapping[str, tuple[list[Column], bool]]
) -> tuple[list[_Relation], frozenset[str]]:
    """What the query reads from, and the columns that USING or NATURAL makes one of two."""
    relations: list[_Relation] = []
    from_ = query.args.get("from_") or query.args.get("from")
    sources: list[exp.Expr] = []
    joins: list[exp.Expr] = []
    if from_ is not None:
        _flatten(from_.this, sources, joins)
    for join in query.args.get("joins") or ():
        joins.append(join)
        _flatten(join.this, sources, joins)
    sources += query.args.get("laterals") or ()
    for source in sources:
        relations.append(_relation(source, known, ctes))
    merged = {u.name.lower() for join in joins for u in join.args.get("using") or ()}
    if any((join.args.get("method") or "").upper() == "NATURAL" for join in joins):
        merged |= {c.name.lower() for _, columns, _ in relations for c in columns}
    return relations, frozenset(merged)


def _flatten(source: exp.Expr, sources: list[exp.Expr], joins: list[exp.Expr]) -> None:
    """Takes apart what is joined inside parentheses, as PostgreSQL and MySQL print views."""
    inside = source.this if isinstance(source, (exp.Subquery, exp.Paren)) else None
    if isinstance(inside, (exp.Table, exp.Subquery, exp.Paren)) and not source.alias:
        _flatten(inside, sources, joins)
    else:
        sources.append(source)
    for join in source.args.get("joins") or ():
        joins.append(join)
        _flatten(join.this, sources, joins)


def _relation(
    source: exp.Expr, known: Known, ctes: Mapping[str, tuple[list[Column], bool]]
) -> _Relation:
    alias = source.args.get("alias")
    names = [c.name for c in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        if not source.db and source.name.lower() in ctes:
            columns, whole = ctes[source.name.lower()]
        else:
            found = known((source.db or None, source.name))
            columns, whole = found or [], bool(found)
        return source.alias_or_name, _named(columns, names), whole
    if isinstance(source, (exp.Subquery, exp.Lateral)):
        columns, whole = _outputs(source.this, known, ctes)
        return source.alias_or_name, _named(columns, names), whole
    if isinstance(source, exp.Values):
        columns, whole = _outputs(source, known, ctes)
        return source.alias_or_name, _named(columns, names), whole
    return source.alias_or_name, [Column(n) for n in names], bool(names)


def _source(expression: exp.Expr, relations: list[_Relation]) -> Column | None:
    """The column of a relation that the expression is, if it is one and it is known."""
    if not isinstance(expression, exp.Column):
        return None
    qualifier, name = expression.table.lower(), expression.name.lower()
    for relation, columns, _ in relations:
        if qualifier and relation.lower() != qualifier:
            continue
        for column in columns:
            if column.name.lower() == name:
                return column
    return None


def _unnamed(item: exp.Expr) -> str:
    """The name a database gives an expression that has none: for a call, the function's."""
    if isinstance(item, exp.Cast):
        return _unnamed(item.this) if not isinstance(item.this, exp.Column) else item.this.name
    if isinstance(item, exp.Anonymous):
        return item.name.lower()
    if isinstance(item, exp.Window):
        return _unnamed(item.this)
    if isinstance(item, exp.Func) and not isinstance(item, exp.Binary):
        return item.sql_name().lower()
    return ""
