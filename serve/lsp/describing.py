"""Tables, columns and functions in Markdown, for hover and for an item's documentation."""

from __future__ import annotations

from serve.lsp.lookup import Symbol
from sqlcomplete.schema.model import Column, ForeignKey, Table
from sqlcomplete.syntax.model import OutputColumn, Relation

_MOST_COLUMNS = 40
_MOST_VALUES = 20


def describe(symbol: Symbol) -> str:
    """What is known of a symbol."""
    if symbol.kind == "function":
        return _code(f"{symbol.name}({symbol.arguments})")
    if symbol.kind == "output":
        assert symbol.output is not None
        return _code(f"{symbol.output.text} AS {symbol.name}")
    if symbol.kind == "column":
        assert symbol.column is not None
        return describe_column(symbol.column, symbol.relation)
    if symbol.kind == "alias":
        assert symbol.relation is not None
        relation = symbol.relation
        if symbol.table is not None:
            return f"alias of `{qualified(symbol.table)}`\n\n{describe_table(symbol.table)}"
        return _relation(relation, f"alias of a {_WORDS.get(relation.kind, relation.kind)}")
    if symbol.table is not None:
        return describe_table(symbol.table)
    assert symbol.relation is not None
    return _relation(symbol.relation, "common table expression")


_WORDS = {"cte": "common table expression", "derived": "subquery", "unknown": "table not known"}


def describe_table(table: Table) -> str:
    """A table's columns with types and keys, as one would declare them, and its comment."""
    lines = [f"{table.kind.upper()} {qualified(table)} ("]
    for column in table.columns[:_MOST_COLUMNS]:
        lines.append(f"  {_declared(column)}{_marks(table, column)}")
    if len(table.columns) > _MOST_COLUMNS:
        lines.append(f"  … {len(table.columns) - _MOST_COLUMNS} more")
    lines.append(")")
    parts = [_code("\n".join(lines))]
    if table.comment:
        parts.append(table.comment)
    keys = [_foreign(key) for key in table.foreign_keys if len(key.columns) > 1]
    if keys:
        parts.append("\n".join(f"- {key}" for key in keys))
    return "\n\n".join(parts)


def describe_column(column: OutputColumn, relation: Relation | None = None) -> str:
    """A column's type, table, keys, admitted values and comment."""
    declared, table = column.column, column.table
    if declared is None or table is None:
        head = f"{column.name} {column.type or ''}".strip()
        where = "" if relation is None else f"\n\nof `{relation.name}`"
        return _code(head) + where
    parts = [_code(f"{table.name}.{_declared(declared)}")]
    facts = []
    if declared.name in table.primary_key:
        others = [name for name in table.primary_key if name != declared.name]
        facts.append("primary key" + (f", with {', '.join(others)}" if others else ""))
    elif any(key == (declared.name,) for key in table.unique):
        facts.append("unique")
    facts += [_foreign(key) for key in table.foreign_keys if declared.name in key.columns]
    if declared.default is not None:
        facts.append(f"default `{declared.default}`")
    if declared.values:
        shown = ", ".join(f"`{value}`" for value in declared.values[:_MOST_VALUES])
        more = len(declared.values) - _MOST_VALUES
        facts.append(f"one of {shown}" + (f" and {more} more" if more > 0 else ""))
    if facts:
        parts.append("\n".join(f"- {fact}" for fact in facts))
    if declared.comment:
        parts.append(declared.comment)
    return "\n\n".join(parts)


def qualified(table: Table) -> str:
    """The table's name, with its namespace where it has one."""
    return f"{table.namespace}.{table.name}" if table.namespace else table.name


def _relation(relation: Relation, what: str) -> str:
    lines = [f"{relation.name} ("]
    for column in relation.columns[:_MOST_COLUMNS]:
        lines.append(f"  {column.name} {column.type or ''}".rstrip())
    if len(relation.columns) > _MOST_COLUMNS or not relation.complete:
        lines.append("  …")
    return f"{what}\n\n" + _code("\n".join([*lines, ")"]))


def _declared(column: Column) -> str:
    words = [column.name, column.type or "", "" if column.nullable else "NOT NULL"]
    return " ".join(word for word in words if word)


def _marks(table: Table, column: Column) -> str:
    marks = []
    if table.primary_key == (column.name,):
        marks.append("PRIMARY KEY")
    elif column.name in table.primary_key:
        marks.append("part of the PRIMARY KEY")
    marks += [
        f"REFERENCES {key.ref_table} ({', '.join(key.ref_columns)})"
        for key in table.foreign_keys
        if key.columns == (column.name,)
    ]
    return "".join(f" {mark}" for mark in marks)


def _foreign(key: ForeignKey) -> str:
    target = f"{key.ref_namespace}.{key.ref_table}" if key.ref_namespace else key.ref_table
    held = ", ".join(key.columns)
    named = f" ({', '.join(key.ref_columns)})" if key.ref_columns else ""
    return f"`{held}` references `{target}{named}`"


def _code(text: str) -> str:
    return f"```sql\n{text}\n```"
