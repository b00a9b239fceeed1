"""The statement in another dialect, with its schema's types in that dialect's words."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.layout import laid_out
from distill.agents.symbolic.proof.binding import runnable
from distill.agents.symbolic.proof.instances import Instances
from distill.agents.symbolic.reading import Edit, Reading, UnreadableError, edited, read
from distill.agents.symbolic.style import style_of
from distill.agents.symbolic.transforms.aliasing import alias_words, with_alias_words
from sqlcomplete.schema.model import Column, Schema
from sqlcomplete.syntax.model import TokenKind

_TARGETS = ("postgres", "mysql", "sqlite", "tsql", "bigquery", "snowflake", "duckdb")
_NAMED = {"tsql": "@", "bigquery": "@", "postgres": ":", "mysql": ":", "sqlite": ":",
          "snowflake": ":", "duckdb": "$"}  # fmt: skip


def transpile(subject: Subject, chance: random.Random) -> Change | None:
    """Another dialect's statement: only where sqlglot loses nothing on the way there and back."""
    reading = subject.reading
    if reading.comments or not runnable(reading.tree):
        return None
    targets = [t for t in _TARGETS if t != reading.dialect]
    chance.shuffle(targets)
    for target in targets[:3]:
        text = in_dialect(reading, target, Instances(reading.tree, subject.index))
        if text is None or text == reading.sql:
            continue  # what both dialects say alike teaches nothing of the other
        schema = schema_in(subject.record.schema, target)
        return Change(
            text, f"{reading.dialect or 'sql'} to {target}", schema=schema, dialect=target
        )
    return None


def in_dialect(reading: Reading, target: str, instances: Instances) -> str | None:
    """The statement for `target`, in the style it has; None where it cannot be said there."""
    if not _is_common(reading.tree, target):
        return None
    tree = reading.tree.copy()
    if not _convert_placeholders(reading, tree, target):
        return None
    _convert_strings(reading, tree, instances)
    _plain_nulls(reading, tree, target)
    if not any(t.upper == "CROSS" for t in reading.tokens):
        for join in tree.find_all(exp.Join):
            if join.kind == "CROSS":
                join.set("kind", None)  # a comma, which SQLite's parser reads so
    try:
        sql = _generated(tree, target)
        back = parse_one(sql, read=target)
        if _normal(back, target) != _normal(tree, reading.dialect):
            return None
        made = read(_like(sql, reading), target)
        made = read(_usual_not(made), target)
        made = read(with_alias_words(made, *alias_words(reading)), target)
    except (SqlglotError, UnreadableError):
        return None
    style = style_of(reading)
    if style.layout == "line" and len(made.sql) > 240:
        style = replace(style, layout="clauses")
    return laid_out(made, style)


_POOR = frozenset({"mysql", "sqlite", "tsql"})


def _is_common(tree: exp.Expr, target: str) -> bool:
    """Whether all that the statement uses has a word in the target: no function that only its own
    server knows, no type that the target lacks."""
    if tree.find(exp.Anonymous, exp.AnonymousAggFunc) is not None:
        return False
    if target in _POOR and tree.find(exp.Unnest, exp.Array, exp.Any, exp.Lateral) is not None:
        return False
    for one in tree.find_all(exp.DataType):
        if one.args.get("nested") or one.this in _LOCAL:
            return False
        if target in _POOR and one.this in (exp.DataType.Type.UUID, exp.DataType.Type.INTERVAL):
            return False
    if target in ("mysql", "tsql", "bigquery", "snowflake"):
        writes = isinstance(tree, exp.Insert) and tree.args.get("conflict") is not None
        return not writes and tree.find(exp.Returning) is None
    return True


_LOCAL = (exp.DataType.Type.USERDEFINED, exp.DataType.Type.JSONB, exp.DataType.Type.INET)


def _generated(tree: exp.Expr, target: str) -> str:
    return tree.sql(dialect=target, unsupported_level=ErrorLevel.RAISE, comments=False)


def _normal(tree: exp.Expr, dialect: str) -> str:
    """The tree's text in one dialect, without the words in which dialects differ."""
    copy = tree.copy()
    for join in copy.find_all(exp.Join):
        if join.kind == "CROSS":
            join.set("kind", None)
    for ordered in copy.find_all(exp.Ordered):
        ordered.set("nulls_first", None)
    for identifier in copy.find_all(exp.Identifier):
        identifier.set("quoted", False)
    for one in list(copy.find_all(exp.Placeholder, exp.Parameter)):
        if one is not copy:
            one.replace(exp.Placeholder())
    for cast in copy.find_all(exp.DataType):
        cast.set("expressions", None)
    text = copy.sql(dialect="postgres", unsupported_level=ErrorLevel.IGNORE, comments=False).upper()
    return re.sub(r"TEXT|VARCHAR|NVARCHAR|STRING|BIGINT|\bINT64\b|\bINT\b", "T", text)


def _convert_placeholders(reading: Reading, tree: exp.Expr, target: str) -> bool:
    held = [t.text for t in reading.tokens if t.kind is TokenKind.PLACEHOLDER]
    nodes = list(tree.find_all(exp.Placeholder, exp.Parameter))
    if not held:
        return not nodes
    if any(h.startswith(("%", "@@")) for h in held):
        return False
    numbered = all(re.fullmatch(r"\$\d+|\?\d*", h) for h in held)
    if numbered:
        plain = [int(h[1:]) for h in held if len(h) > 1]
        ordered = plain == list(range(1, len(held) + 1)) or not plain
        if len(nodes) != len(held):
            return False
        for place, node in enumerate(_in_order(reading, tree)):
            number = _number(node) or place + 1
            new = _numbered(target, number, ordered)
            if new is None:
                return False
            node.replace(new)
        return True
    for node in nodes:
        name = node.this.name if isinstance(node.this, exp.Expr) else str(node.this or "")
        if not name.isidentifier():
            return False
        sigil = _NAMED[target]
        node.replace(
            exp.Placeholder(this=name) if sigil == ":" else exp.Parameter(this=exp.var(name))
        )
    return True


def _in_order(reading: Reading, tree: exp.Expr) -> list[exp.Expr]:
    """Placeholders in the order of the text, as far as the tree's own order gives it."""
    nodes = list(tree.find_all(exp.Placeholder, exp.Parameter, bfs=False))
    return sorted(nodes, key=lambda n: _number(n) or 0)


def _number(node: exp.Expr) -> int | None:
    name = node.this.name if isinstance(node.this, exp.Expr) else str(node.this or "")
    return int(name) if name.isdigit() else None


def _numbered(target: str, number: int, ordered: bool) -> exp.Expr | None:
    if target in ("postgres", "duckdb"):
        return exp.Parameter(this=exp.Literal.number(number))
    if target in ("tsql", "bigquery"):
        return exp.Parameter(this=exp.var(f"p{number}"))
    return exp.Placeholder() if ordered else None


def _convert_strings(reading: Reading, tree: exp.Expr, instances: Instances) -> None:
    """SQLite's and MySQL's strings in double quotes become strings everywhere."""
    if reading.dialect not in ("sqlite", "mysql"):
        return
    originals = list(reading.tree.find_all(exp.Column))
    for original, node in zip(originals, list(tree.find_all(exp.Column)), strict=True):
        if node.table or not node.this.args.get("quoted") or instances.of(original):
            continue
        start = original.this.meta.get("start")
        if start is not None and reading.sql[start] == '"':
            node.replace(exp.Literal.string(node.name))


def _plain_nulls(reading: Reading, tree: exp.Expr, target: str) -> None:
    """Where nobody wrote NULLS FIRST or LAST, nobody writes it in the other dialect either."""
    if any(t.upper == "NULLS" for t in reading.tokens):
        return
    ordering = Dialect.get_or_raise(target).NULL_ORDERING
    for ordered in tree.find_all(exp.Ordered):
        falls = bool(ordered.args.get("desc"))
        first = {"nulls_are_small": not falls, "nulls_are_large": falls}.get(ordering, False)
        ordered.set("nulls_first", first)


def _like(sql: str, reading: Reading) -> str:
    """The generated text with the words that the original had where there is a choice."""
    if "!=" in reading.sql and "<>" not in reading.sql:
        parts = re.split(r"('(?:[^']|'')*')", sql)
        parts[::2] = [p.replace("<>", "!=") for p in parts[::2]]
        sql = "".join(parts)
    return sql


def _usual_not(reading: Reading) -> str:
    """`NOT x IN (...)`, which sqlglot writes, as people do: `x NOT IN (...)`."""
    tokens = reading.tokens
    edits = []
    for at, token in enumerate(tokens):
        if token.upper != "NOT" or at + 1 >= len(tokens):
            continue
        depth = 0
        for then in range(at + 1, len(tokens)):
            text = tokens[then].upper
            if depth == 0 and text in ("IN", "LIKE", "ILIKE", "BETWEEN", "IS") and then > at + 1:
                edits.append(Edit(token.start, tokens[at + 1].start, ""))
                place = tokens[then].end if text == "IS" else tokens[then].start
                edits.append(Edit(place, place, " NOT" if text == "IS" else "NOT "))
                break
            depth += (text == "(") - (text == ")")
            if depth < 0 or (depth == 0 and text in _ENDS_OPERAND):
                break
    return edited(reading.sql, edits)


_ENDS_OPERAND = frozenset(
    "AND OR EXISTS NOT = <> != < > <= >= , WHERE GROUP ORDER HAVING THEN SELECT NULL".split()  # noqa: SIM905
)

_SCHEMAS: dict[tuple[int, str], tuple[Schema, Schema]] = {}


def schema_in(schema: Schema, target: str) -> Schema:
    """The schema with its types in another dialect; the same object for the same schema."""
    key = (id(schema), target)
    found = _SCHEMAS.get(key)
    if found is None or found[0] is not schema:
        if len(_SCHEMAS) > 1024:
            _SCHEMAS.clear()
        found = _SCHEMAS[key] = (schema, _schema_in(schema, target))
    return found[1]


def _schema_in(schema: Schema, target: str) -> Schema:
    def column(one: Column) -> Column:
        if one.type is None:
            return one
        return replace(one, type=_type_in(one.type, schema.dialect, target))

    tables = tuple(replace(t, columns=tuple(column(c) for c in t.columns)) for t in schema.tables)
    # Namespaces stay: a statement may name them.
    return replace(schema, dialect=target, tables=tables)


@lru_cache(maxsize=10_000)
def _type_in(type_: str, source: str, target: str) -> str:
    try:
        return exp.DataType.build(type_, dialect=source or None, udt=True).sql(dialect=target)
    except (SqlglotError, ValueError, AttributeError, TypeError):
        return type_
