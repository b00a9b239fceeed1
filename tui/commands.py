"""The commands `edit` and `demo`. The interface is imported when one of them runs."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sqlcomplete.cli import options

if TYPE_CHECKING:
    from sqlcomplete.schema.model import Schema
    from tui.app import SqlEditorApp
    from tui.runner.target import Target


@click.command()
@click.argument("source", required=False, metavar="[URL|FILE]")
@options.SCHEMA
@options.DIALECT
@options.MODEL
@options.MAX_ITEMS
def edit(
    source: str | None, schema: str | None, dialect: str | None, model: bool | str, max_items: int
) -> None:
    """Open the editor on a database (a URL or a file), a schema, data or a file of SQL.

    A file of SQL that makes tables is a schema; any other is opened to be edited, on the database
    that --schema names, else on an empty one that is gone when the editor closes. CSV, Parquet and
    JSON files, or a folder of them, open in DuckDB, a view each.
    """
    from tui.runner.opening import open_source

    with tempfile.TemporaryDirectory(prefix="sqlcomplete-") as folder:
        opened = open_source(source, schema, dialect, Path(folder))
        _run(editor_on(opened.target, model=model, max_items=max_items, file=opened.file))


@click.command()
@options.MODEL
def demo(model: bool | str) -> None:
    """Open the editor on a bundled shop database; without a terminal, print completions on it."""
    from tui.demo.load import make_shop
    from tui.demo.tour import FIRST_TEXT, run_tour
    from tui.runner.target import scratch_target

    with tempfile.TemporaryDirectory(prefix="sqlcomplete-demo-") as folder:
        path = make_shop(Path(folder) / "shop.db")
        if sys.stdin.isatty() and sys.stdout.isatty():
            target = scratch_target(path, "demo shop")
            _run(editor_on(target, model=model, first_text=FIRST_TEXT))
        else:
            run_tour(path, click.echo, model=model)


def editor_on(
    target: Target,
    *,
    model: bool | str = True,
    max_items: int = 10,
    file: Path | None = None,
    first_text: str = "",
    state: Path | None = None,
) -> SqlEditorApp:
    """The editor with the real schema reader and completer."""
    from tui.actions.keymap import DEFAULTS, KeymapError, load_keymap
    from tui.app import SqlEditorApp
    from tui.client import LocalClient

    problem = None
    try:
        keymap = load_keymap()
    except KeymapError as error:
        # The text can be reached by the usual keys too.
        keymap, problem = DEFAULTS, str(error)
    return SqlEditorApp(
        target,
        read_schema=partial(_read_schema, target),
        make_client=partial(LocalClient, model=model, max_items=max_items),
        file=file,
        first_text=first_text,
        state=state,
        keymap=keymap,
        problem=problem,
    )


def _read_schema(target: Target) -> Schema:
    from sqlcomplete.schema import load_schema, schema_from_url

    if target.keeps is not None:
        # A scratch database's place never comes again: nothing of it is worth keeping.
        return schema_from_url(target.source)
    return load_schema(target.source, target.dialect or None)


def _run(app: SqlEditorApp) -> None:
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
