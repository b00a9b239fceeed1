"""Makes a statement that an engine can run: placeholders bound to values that fit the rows, tables
named as the session knows them, and no word that only a server understands."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from distill.agents.symbolic.families import Family, family
from distill.agents.symbolic.proof.instances import Instances
from distill.agents.symbolic.proof.rows import RowMaker
from distill.agents.symbolic.proof.values import Value, coerced, value_of
from distill.agents.symbolic.proof.wishes import Operator, Wishes
from sqlcomplete.schema.model import Column

_SAFE = (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge)
Values = dict[str, exp.Expr]
"""Of placeholders, by their name or, for those without, their place: a name has one value in all
statements of a record."""


def runnable(tree: exp.Expr) -> bool:
    """Whether the statement only reads or writes rows."""
    return isinstance(tree, _SAFE) and tree.find(exp.Into, exp.Command) is None


def bound(
    tree: exp.Expr, instances: Instances, wishes: Wishes, maker: RowMaker, values: Values
) -> exp.Expr:
    """A copy of the tree with a literal for each placeholder; `values` keeps them."""
    copy = tree.copy()
    fresh = count(700)
    # Depth first, which is the order of the text where it matters: in conditions and lists.
    originals = list(tree.find_all(exp.Placeholder, exp.Parameter, bfs=False))
    copies = list(copy.find_all(exp.Placeholder, exp.Parameter, bfs=False))
    order = sorted(
        range(len(originals)), key=lambda at: wishes.bound.get(id(originals[at])) is None
    )
    for at in order:
        one = originals[at]
        name = _name(one) or f"?{at}"
        known = values.get(name)
        if known is None:
            known = values[name] = _literal(one, instances, wishes, maker, next(fresh))
        new = known.copy()
        if _wants_list(one) and not isinstance(new, exp.Array):
            new = exp.Array(expressions=[new])
        elif not _wants_list(one) and isinstance(new, exp.Array) and new.expressions:
            new = new.expressions[0].copy()
        copies[at].replace(new)
    return copy


def _name(node: exp.Expr) -> str:
    this = node.this
    text = this.name if isinstance(this, exp.Expr) else str(this or "")
    return "" if text in ("", "?", "s") else text


def _wants_list(node: exp.Expr) -> bool:
    above = node.parent
    if isinstance(above, exp.Cast):
        return above.to.is_type("array")
    while isinstance(above, exp.Paren):
        above = above.parent
    return isinstance(above, (exp.Any, exp.Unnest, exp.All))


def _literal(
    node: exp.Expr, instances: Instances, wishes: Wishes, maker: RowMaker, number: int
) -> exp.Expr:
    found = wishes.bound.get(id(node))
    if found is not None:
        (instance, name), operator = found
        column = instance.columns.get(name)
        kind = family(column) if column is not None else Family("text")
        if operator == "set":
            return _converted(value_of(kind, name, number))
        value = maker.value((instance, name), 0)
        if value is None:
            value = value_of(kind, name, number)
        return _converted(_beside(value, operator, kind))
    above = node.parent
    while isinstance(above, exp.Paren):
        above = above.parent
    if isinstance(above, exp.Offset):
        return exp.Literal.number(0)
    if isinstance(above, (exp.Limit, exp.Fetch)):
        return exp.Literal.number(10)
    if isinstance(above, exp.Cast):
        kind = family(Column("value", above.to.sql()))
        return _converted(value_of(kind, "value", 1))
    if above is not None:
        for beside in above.find_all(exp.Column):
            for var in instances.of(beside)[:1]:
                column = var[0].columns[var[1]]
                return _converted(value_of(family(column), column.name, number))
    if isinstance(above, (exp.Concat, exp.DPipe)):
        return exp.Literal.string("a")
    return exp.Literal.number(1)


def _beside(value: Value, operator: Operator, kind: Family) -> Value:
    """A value with which a column that holds `value` compares true."""
    if operator == "like":
        return str(value)
    if operator not in ("<", "<=", ">", ">=", "<>") or isinstance(value, (bool, list)):
        return value
    up = operator in ("<", "<=", "<>")
    if isinstance(value, (int, float)):
        return value + (1 if up else -1)
    if kind.kind in ("date", "timestamp") and isinstance(value, str):
        year = int(value[:4]) + (1 if up else -1)
        return coerced(f"{year}-{value[5:7]}-{min(int(value[8:10]), 28):02d}", kind)
    if isinstance(value, str) and kind.kind == "text":
        return f"{value}~" if up else value[:-1]
    return value


def _converted(value: Value) -> exp.Expr:
    if isinstance(value, list):
        return exp.Array(expressions=[exp.convert(v) for v in value])
    return exp.convert(value)


def for_engine(tree: exp.Expr, names: Mapping[tuple[str, str], str], dialect: str) -> str:
    """The engine's text of a bound statement. Changes the tree.

    Args:
        tree: a bound copy
        names: by namespace (or "") and name, both in lower case: what the session calls the table
        dialect: the engine's
    """
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        called = names.get((table.db.lower(), table.name.lower()))
        if called is None:
            continue
        if called.lower() != table.name.lower() and not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(called, quoted=True))
        table.set("db", None)
        table.set("catalog", None)
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    for query in list(tree.find_all(exp.Query)):
        if query.args.get("locks"):
            query.set("locks", None)
    for cast in list(tree.find_all(exp.Cast)):
        if cast.to.this == exp.DataType.Type.USERDEFINED:
            cast.replace(cast.this)
    if dialect == "sqlite":
        for one in list(tree.find_all(exp.EQ)):
            other = one.expression
            if isinstance(other, exp.Any):
                inner = other.this
                while isinstance(inner, (exp.Paren, exp.Cast)):
                    inner = inner.this
                if isinstance(inner, exp.Array):
                    one.replace(exp.In(this=one.this, expressions=inner.expressions))
    # What cannot be said the engine will say: a warning of each on the way would drown a run's log.
    return tree.sql(dialect=dialect, unsupported_level=ErrorLevel.IGNORE, comments=False)
