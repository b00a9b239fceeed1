"""`python -m distill agents CORPUS... --out FOLDER`: runs the agents, or goes on with them."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import click

from distill.agents.bar import Bar
from distill.agents.controller import Result, identity, run_agents
from distill.agents.crew import make_client, make_selector
from distill.agents.executors import Works, make_works
from distill.agents.journal import Journal
from distill.agents.output import Databases, write_corpus, write_rejects, write_text
from distill.agents.report import build_report, report_page
from distill.agents.seeds import Seeds, read_seeds
from distill.agents.settings import AGENTS, AgentsSettings, SettingsError, read_settings
from distill.corpus import read_corpora

JOURNAL = "journal.jsonl"


def run(settings: AgentsSettings, seeds: Seeds, out: Path) -> tuple[Result, dict[str, Any]]:
    """Runs all rounds and writes the corpus, the rejects and the report into `out`.

    Raises: SqlcompleteError, with what is done kept in the journal.
    """
    started = time.monotonic()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    client = make_client(settings, out)
    works: Works | None = None
    try:
        selector = make_selector(settings, client)
        with Journal(out / JOURNAL, identity(settings, seeds)) as journal, Bar() as bar:
            works = make_works(settings, client, out)
            result = run_agents(
                settings, seeds, journal=journal, works=works, selector=selector, progress=bar
            )
        spending = client.spending() if client is not None else None
    finally:
        if works is not None:
            works.close()
        if client is not None:
            client.close()
    databases = Databases(seeds.databases, seeds.records)
    write_corpus(out, result.chosen, databases)
    write_rejects(out, result.rejects)
    seconds = time.monotonic() - started
    document = build_report(settings, seeds, result, spending=spending, seconds=seconds)
    write_text(out / "report.json", json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    write_text(out / "report.md", report_page(document))
    return result, document


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--agents", "names", help=f"Which work, of {','.join(AGENTS)}.  [default: all]")
@click.option("--rounds", type=click.IntRange(1), help="Rounds of rising difficulty.")
@click.option("--limit", type=click.IntRange(1), help="So many seeds, drawn by lots.")
@click.option("--per-seed", type=click.IntRange(1), help="Records made of one, at most.")
@click.option("--seed", type=int, help="Of all chance.")
@click.option(
    "--settings", "file", type=click.Path(path_type=Path), help="A YAML file; options win over it."
)
def agents(
    corpus: tuple[Path, ...],
    out: Path,
    names: str | None,
    rounds: int | None,
    limit: int | None,
    per_seed: int | None,
    seed: int | None,
    file: Path | None,
) -> None:
    """Expand, rewrite, verify and select a corpus's train split, or go on with it."""
    given = {"rounds": rounds, "limit": limit, "per_seed": per_seed, "seed": seed}
    values = read_settings(file) if file is not None else {}
    values |= {key: value for key, value in given.items() if value is not None}
    if names is not None:
        values["agents"] = _agents(names)
    settings = AgentsSettings.from_mapping(values, where=str(file or "settings"))
    seeds = read_seeds(read_corpora(corpus), limit=settings.limit, seed=settings.seed)
    if not seeds.records:
        raise SettingsError("the corpora have no statement of the train split")
    result, document = run(settings, seeds, out)
    chosen = document["chosen"]
    click.echo(
        f"{chosen['records']} records ({chosen['seeds']} seeds, {chosen['made']} made), "
        f"{len(result.rejects)} rejects, in {out}; see {out / 'report.md'}"
    )
    if result.stopped is not None:
        click.echo(f"stopped before the end: {result.stopped}", err=True)
        raise SystemExit(3)
    waiting = sum(round_.unanswered for round_ in result.rounds)
    if waiting:
        click.echo(f"{waiting} records got no answer; run again to ask once more", err=True)
        raise SystemExit(3)


def _agents(names: str) -> list[str]:
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in AGENTS:
            raise SettingsError(f"--agents: no agent {name!r}; there are {', '.join(AGENTS)}")
    return [name for name in AGENTS if name in chosen]
