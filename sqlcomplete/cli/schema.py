"""`sqlcomplete schema`: what is known of a database, and reading it anew."""

from __future__ import annotations

import json
from typing import Any

import click

from sqlcomplete.cli import options
from sqlcomplete.cli.engine import open_schema
from sqlcomplete.cli.render import visible
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table


@click.group()
def schema() -> None:
    """Show or refresh what is known of a database."""


@schema.command()
@click.argument("source", metavar="SOURCE")
@options.DIALECT
@click.option("--json", "as_json", is_flag=True, help="Print JSON; it can be a SOURCE again.")
def show(source: str, dialect: str | None, as_json: bool) -> None:
    """Show the tables of SOURCE: a database URL, a file or folder of DDL, a schema in JSON."""
    known = open_schema(source, dialect)
    click.echo(json.dumps(_json(known), ensure_ascii=False) if as_json else _drawn(known))


@schema.command()
@click.argument("source", metavar="SOURCE")
@options.DIALECT
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def refresh(source: str, dialect: str | None, as_json: bool) -> None:
    """Read SOURCE anew, and keep what a database says for the next start."""
    known = open_schema(source, dialect)
    counts = _counts(known)
    if as_json:
        click.echo(json.dumps({"dialect": known.dialect, **counts}))
    else:
        click.echo(f"{counts['tables']} tables, {counts['columns']} columns")


def _counts(known: Schema) -> dict[str, int]:
    columns = sum(len(table.columns) for table in known.tables)
    return {"tables": len(known.tables), "columns": columns}


def _json(known: Schema) -> dict[str, Any]:
    from sqlcomplete.schema import schema_to_json

    return schema_to_json(known)


def _drawn(known: Schema) -> str:
    counts = _counts(known)
    dialect = known.dialect or "generic SQL"
    lines = [f"{counts['tables']} tables, {counts['columns']} columns, {dialect}"]
    for table in known.tables:
        lines += ["", *_table(table)]
    return "\n".join(lines)


def _table(table: Table) -> list[str]:
    name = f"{table.namespace}.{table.name}" if table.namespace else table.name
    kind = " (view)" if table.kind == "view" else ""
    comment = f"  -- {visible(table.comment)}" if table.comment else ""
    lines = [click.style(visible(name), bold=True) + kind + comment]
    width = max((len(column.name) for column in table.columns), default=0)
    targets = {key.columns[0]: key for key in table.foreign_keys if len(key.columns) == 1}
    lines += [
        f"  {_column(column, width, table, targets.get(column.name))}" for column in table.columns
    ]
    lines += [
        f"  foreign key ({', '.join(key.columns)}) -> {_target(key)}"
        for key in table.foreign_keys
        if len(key.columns) > 1
    ]
    return lines


def _column(column: Column, width: int, table: Table, key: ForeignKey | None) -> str:
    notes = [column.type or "?"]
    if column.name in table.primary_key:
        notes.append("primary key")
    elif not column.nullable:
        notes.append("not null")
    if key is not None:
        notes.append(f"-> {_target(key)}")
    if column.values:
        notes.append(f"one of {', '.join(column.values[:8])}")
    if column.comment:
        notes.append(f"-- {column.comment}")
    return f"{visible(column.name).ljust(width)}  {visible('  '.join(notes))}"


def _target(key: ForeignKey) -> str:
    table = f"{key.ref_namespace}.{key.ref_table}" if key.ref_namespace else key.ref_table
    return f"{table} ({', '.join(key.ref_columns)})" if key.ref_columns else table
