"""`sqlcomplete train`: learns how a company writes SQL from its schema and its logs."""

from __future__ import annotations

import json
import time
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from distill.company.errors import LogError
from distill.company.learning import Learned, Request, learn
from distill.company.mining import HALF_LIFE_DAYS
from distill.company.reading import FORMATS
from distill.company.report import report_document, write_report


@click.command()
@click.option("--db", metavar="URL", help="The database that the statements are written for.")
@click.option(
    "--schema",
    metavar="SOURCE",
    help="Its schema instead: DDL, a folder of migrations, a dbt project, a schema in JSON.",
)
@click.option(
    "--log",
    "logs",
    multiple=True,
    metavar="FILE",
    help="A log, or a folder of .sql files (repeatable). A dbt project's models need none.",
)
@click.option("--name", required=True, help="What this connection is called.")
@click.option("--dialect", metavar="NAME", help="The SQL dialect; without it, the schema's own.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="The logs' format; without it, each file's beginning tells.",
)
@click.option("--query-column", metavar="NAME", help="The column of a table that holds the query.")
@click.option("--since", type=click.Choice(["last"]), help="Read only what is new since last time.")
@click.option(
    "--half-life",
    type=click.FloatRange(min=0.1),
    default=HALF_LIFE_DAYS,
    show_default=True,
    metavar="DAYS",
    help="After so long without a run, a statement counts half.",
)
@click.option("--profile-only", is_flag=True, help="Learn the profile, and tune no model.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0.1),
    default=15.0,
    show_default=True,
    help="How long tuning may take.",
)
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="General statements to mix in and to test on, as `distill` reads them (repeatable).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def train(
    db: str | None,
    schema: str | None,
    logs: tuple[str, ...],
    name: str,
    dialect: str | None,
    format_: str | None,
    query_column: str | None,
    since: str | None,
    half_life: float,
    profile_only: bool,
    minutes: float,
    corpora: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Learn from a company's schema and query logs. Everything stays on this machine.

    First a profile, in seconds: what is used, joined and written together, which completion uses
    at once. Then, unless --profile-only is given, a model tuned on the log, installed if it passes
    its gate. Values are taken out of every statement before anything is written.
    """
    if (db is None) == (schema is None):
        raise LogError("give one of --db and --schema")
    request = Request(
        name=name,
        schema=db or schema or "",
        logs=logs,
        dialect=dialect,
        format=format_,
        query_column=query_column,
        since_last=since == "last",
        half_life_days=half_life,
    )
    console = Console(stderr=True)
    began = time.monotonic()
    with console.status("reading the schema") as status:
        learned = learn(
            request, lambda file, entries: status.update(f"{file}: {entries:,} entries read")
        )
    write_report(learned)
    if as_json:
        click.echo(json.dumps(report_document(learned)))
    else:
        click.echo(_said(learned, time.monotonic() - began))
    if profile_only:
        return
    try:
        # It brings torch along.
        tune_and_install = import_module("distill.company.tuning_command").tune_and_install
    except ModuleNotFoundError as error:
        raise LogError(
            f"the profile is ready; tuning needs {error.name}: pip install 'sqlcomplete[distill]', "
            "or train with --profile-only"
        ) from None
    tune_and_install(learned, minutes=minutes, corpora=corpora, as_json=as_json)


def _said(learned: Learned, seconds: float) -> str:
    counts, profile = learned.counts, learned.profile
    mined = sum(not join.declared for join in profile.joins)
    lines = [
        f"{counts.entries + counts.skipped:,} entries read"
        + (f" ({counts.skipped:,} of them before)" if counts.skipped else ""),
        f"{counts.kept:,} of {counts.statements:,} statements kept; "
        f"{profile.statements:,} different ones, their values taken out",
    ]
    lines += [
        f"  refused: {n:,} with a secret ({kind})" for kind, n in counts.refused.most_common()
    ]
    lines += [f"  set aside: {n:,} {reason}" for reason, n in counts.aside.most_common(6)]
    lines += [
        f"profile {profile.name!r}: {len(profile.tables)} tables, {len(profile.joins)} joins "
        f"({mined} of them not declared), in {seconds:.1f} s",
        f"report: {learned.folder / 'report.md'}",
    ]
    return "\n".join(lines)
