"""`sqlcomplete complete`: one completion of one text, for a person or a program."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from sqlcomplete.cli import options
from sqlcomplete.cli.engine import open_engine, open_recent_schema
from sqlcomplete.cli.render import marks_for, render_completion
from sqlcomplete.cli.text import find_cursor, read_text
from sqlcomplete.completion_json import completion_to_json


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--cursor",
    metavar="PLACE",
    help="Where to complete: an offset in code points (17) or line:column (2:5). "
    "Without it: the end of the text, before its closing line end.",
)
@options.SCHEMA
@options.DIALECT
@options.MODEL
@options.WEIGHTS
@options.MAX_ITEMS
@options.DEADLINE_MS
@click.option("--json", "as_json", is_flag=True, help="Print the API's JSON.")
def complete(
    file: str,
    cursor: str | None,
    schema: str | None,
    dialect: str | None,
    model: bool | str,
    weights: Path | None,
    max_items: int,
    deadline_ms: int,
    as_json: bool,
) -> None:
    """Complete the SQL in FILE ("-" for standard input) at a cursor.

    The ghost is drawn in its line; below stand the items with kind, detail, score and source.
    """
    text = read_text(file)
    at = find_cursor(text, cursor)
    tables = open_recent_schema(schema, dialect)
    completer = open_engine(model=model, weights=weights)(tables)
    completion = completer.complete(text, at, max_items=max_items, deadline_ms=deadline_ms)
    if as_json:
        click.echo(json.dumps(completion_to_json(completion), ensure_ascii=False))
    else:
        marks = marks_for(getattr(sys.stdout, "encoding", None))
        click.echo(render_completion(completion, text, at, marks))
