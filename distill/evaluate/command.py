"""`python -m distill evaluate`: the command line of the evaluation."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from distill.corpus import Corpus, CorpusError, Statement, read_corpus
from distill.evaluate.paired import compared, read_typed
from distill.evaluate.report import document, markdown
from distill.evaluate.run import SystemReport, run
from distill.evaluate.sampling import sample
from distill.evaluate.systems import NAMES, OURS, WITH_PROFILE, system
from sqlcomplete.models import EMBEDDED_NAME, Registry
from sqlcomplete.profile.store import read_profile


@click.command()
@click.argument("corpora", nargs=-1, type=click.Path(path_type=Path))
@click.option("--split", default="dev", show_default=True, help="Split to measure; `all` for all.")
@click.option(
    "--system",
    "systems",
    default=",".join(NAMES),
    show_default=True,
    help="Systems to measure, separated by commas.",
)
@click.option(
    "--model", default="embedded", show_default=True, help="What `ours` runs: a name or folder."
)
@click.option("--deadline", type=float, metavar="MS", help="Of our keystrokes. Default: none.")
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(path_type=Path),
    help="Measure ours with this profile (its profile.json) too, beside without.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Statements per corpus, sources alike.")
@click.option("--seed", default=0, show_default=True, help="Which statements and gaps are drawn.")
@click.option("--label", "labels", multiple=True, metavar="NAME=FOLDER", help="Name a corpus.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write everything here.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Table to here.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="JSON",
    help="Compare the first system with that of a former --json, statement by statement.",
)
@click.option("--cold/--no-cold", default=True, help="Time a first completion in a new process.")
def evaluate(
    corpora: tuple[Path, ...],
    split: str,
    systems: str,
    model: str,
    deadline: float | None,
    profile_file: Path | None,
    limit: int | None,
    seed: int,
    labels: tuple[str, ...],
    json_file: Path | None,
    markdown_file: Path | None,
    against: Path | None,
    cold: bool,
) -> None:
    """Measure completion on each of CORPORA, folders with queries.jsonl and schemas.jsonl."""
    names = [name.strip() for name in systems.split(",") if name.strip()]
    profile = None if profile_file is None else read_profile(profile_file)
    if profile is not None:
        names = [
            n for name in names for n in ((name, name + WITH_PROFILE) if name in OURS else (name,))
        ]
    model = _folder_of(model)
    chosen = [system(n, model=model, deadline_ms=deadline, profile=profile) for n in names]
    if not chosen:
        raise click.UsageError("--system names no system")
    before = None if against is None else read_typed(against)
    samples = _samples(_folders(corpora, labels), split, limit, seed)
    if before is not None:
        drawn = [(corpus.name, s.id) for corpus, found in samples for s in found]
        if [(t.corpus, t.id) for t in before] != drawn:
            raise CorpusError(
                f"{against}: of another sample; give the same corpora, split, limit and seed"
            )
    reports: list[SystemReport] = []
    total = sum(len(statements) for _, statements in samples)
    with _progress() as bar:
        for each in chosen:
            task = bar.add_task(each.name, total=total)
            reports.append(
                run(
                    each,
                    samples,
                    seed=seed,
                    model=model,
                    cold=cold and not each.name.endswith(WITH_PROFILE),
                    advance=lambda task=task: bar.advance(task),  # type: ignore[misc]
                )
            )
    counts = ", ".join(f"{c.name} ({len(s)})" for c, s in samples)
    limits = "no deadline" if deadline is None else f"deadline {deadline:g} ms"
    table = markdown(reports, f"Split `{split}`, seed {seed}, {limits}, statements: {counts}.")
    if before is not None:
        lines = compared(before, reports[0].typed)
        title = f"Keystrokes that {reports[0].system} saves more than the first of {against}:"
        table += "\n".join(["", title, "", *(f"- {line}" for line in lines), ""])
    click.echo(table)
    if markdown_file:
        _write(markdown_file, table)
    if json_file:
        settings = _settings(
            samples, split=split, limit=limit, seed=seed, model=model, deadline_ms=deadline
        )
        _write(json_file, json.dumps(document(reports, settings), indent=1) + "\n")


def _folder_of(model: str) -> str:
    """A model of this machine by its folder; `embedded` and a folder stay as they are."""
    if model == EMBEDDED_NAME or Path(model).is_dir():
        return model
    return str(Registry().find(model).folder)


def _folders(corpora: tuple[Path, ...], labels: tuple[str, ...]) -> dict[Path, str | None]:
    """Every folder given, by argument or by label, once, in order."""
    folders: dict[Path, str | None] = dict.fromkeys(corpora)
    for text in labels:
        name, equals, folder = text.partition("=")
        if not (name and equals and folder):
            raise click.UsageError(f"--label {text!r}: write NAME=FOLDER")
        folders[Path(folder)] = name
    if not folders:
        raise click.UsageError("name at least one corpus folder")
    return folders


def _samples(
    folders: dict[Path, str | None], split: str, limit: int | None, seed: int
) -> list[tuple[Corpus, tuple[Statement, ...]]]:
    samples: list[tuple[Corpus, tuple[Statement, ...]]] = []
    for folder, name in folders.items():
        corpus = read_corpus(folder, name=name)
        if any(corpus.name == other.name for other, _ in samples):
            raise CorpusError(
                f"two corpora are called {corpus.name!r}; give one --label NAME=FOLDER"
            )
        statements = corpus.of_split(None if split == "all" else split)
        if not statements:
            raise CorpusError(f"{folder}: no statement of split {split!r}; try --split all")
        samples.append((corpus, sample(statements, limit, seed)))
    return samples


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _settings(samples: list[tuple[Corpus, tuple[Statement, ...]]], **given: Any) -> dict[str, Any]:
    return {
        **given,
        "statements": {corpus.name: len(found) for corpus, found in samples},
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: _version(name) for name in ("sqlcomplete", "pysqlsuggestions", "pgcli")},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}") from error
