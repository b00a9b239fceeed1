"""A company in miniature: one schema of a corpus, its first statements the log, the rest the test.

`python -m distill trial CORPUS --schema DB_ID` tells what retraining is worth there: keystrokes
saved by the embedded model, with the profile, with the tuned model and with both.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from distill.company.entry import LogEntry
from distill.company.gate import Margins
from distill.company.gate_measure import Measured, Sample, drawn, measure_all
from distill.company.intake import Intake
from distill.company.log import CompanyLog, split_log
from distill.company.mining import mine
from distill.company.tuning_bar import shown
from distill.company.tuning_run import Retrained, retrain
from distill.company.tuning_settings import METHODS, Method, TuningSettings
from distill.corpus import Corpus, CorpusError, read_corpus
from distill.evaluate.paired import gain_interval
from distill.peak_memory import peak_megabytes
from sqlcomplete.completer import Completer
from sqlcomplete.model import EMBEDDED, load_weights
from sqlcomplete.model.conversation import LanguageModel
from sqlcomplete.models import Registry, load_entry
from sqlcomplete.profile.model import Profile
from sqlcomplete.schema.model import Schema

ANY = Margins(
    least_gain=-1,
    most_loss=1,
    most_unknown=1,
    most_slower=1e9,
    least_statements=1,
    confidence=0,
)


def company_of(corpus: Corpus, db_id: str) -> CompanyLog:
    """The statements on one schema as a company's log, in the corpus's order, without values.

    Raises: CorpusError, when the corpus has no such schema.
    """
    statements = [s for s in corpus.statements if s.db_id == db_id]
    if not statements:
        raise CorpusError(f"{corpus.name}: no statement of db_id {db_id!r}")
    schema = corpus.schema(statements[0])
    intake = Intake(schema)
    for number, statement in enumerate(statements):
        intake.take(LogEntry(statement.sql, time=float(number)))
    return split_log(db_id, schema, tuple(intake.statements()))


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--schema", "db_id", required=True, metavar="DB_ID", help="The schema in the corpus.")
@click.option("--minutes", default=15.0, show_default=True, help="For tuning and its gate.")
@click.option("--method", type=click.Choice(METHODS), default="lora", show_default=True)
@click.option("--layers", type=int, default=10, show_default=True, help="Layers tuned; 0 for all.")
@click.option("--bits", type=click.Choice(["4", "8"]), default="8", show_default=True)
@click.option("--rate", type=float, help="The learning rate.")
@click.option("--steps", type=int, help="Steps of the training, in place of minutes.")
@click.option("--seconds", default=600.0, show_default=True, help="For the last comparison.")
@click.option(
    "--replay", type=click.Path(exists=True, path_type=Path), help="A corpus to replay and test on."
)
@click.option(
    "--base", type=click.Path(exists=True, path_type=Path), help="The model; else the embedded one."
)
@click.option(
    "--profile-only", is_flag=True, help="Compare without and with the profile; tune nothing."
)
@click.option("--no-model", is_flag=True, help="The same of the engine without a model.")
@click.option("--work", type=click.Path(path_type=Path), help="Where models and the like go.")
def trial(
    corpus: Path,
    db_id: str,
    minutes: float,
    method: Method,
    layers: int,
    bits: str,
    rate: float | None,
    steps: int | None,
    seconds: float,
    replay: Path | None,
    base: Path | None,
    profile_only: bool,
    no_model: bool,
    work: Path | None,
) -> None:
    """Measure what retraining is worth on one schema of CORPUS, whose first 70% are the log."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    log = company_of(read_corpus(corpus), db_id)
    began = time.monotonic()
    profile = mine(log.name, log.schema, log.train)
    mined = time.monotonic() - began
    document: dict[str, object] = {
        "schema": db_id,
        "trained_on": len(log.train),
        "held_out": len(log.held_out),
        "profile_seconds": round(mined, 2),
    }
    makers: dict[str, Callable[[Schema], Completer]] = {}
    with shown() as watcher:
        if no_model or profile_only:
            model = None if no_model else load_weights(base or EMBEDDED)
            makers |= _with_and_without("model" if model else "no model", model, profile)
        else:
            if work is None:
                raise click.UsageError("--work names where the tuned model goes")
            settings = TuningSettings(
                method=method,
                layers=layers or None,
                bits=int(bits),
                learning_rate=rate,
                steps=steps,
            )
            began = time.monotonic()
            found = retrain(
                log,
                "trial",
                minutes=minutes,
                settings=settings,
                margins=ANY,
                registry=Registry(work / "models"),
                base=base or EMBEDDED,
                general=read_corpus(replay) if replay is not None else None,
                watcher=watcher,
                work=work / "training",
            )
            document |= _of_tuning(found, (time.monotonic() - began) / 60)
            makers |= _with_and_without("model", load_weights(base or EMBEDDED), profile)
            makers |= _with_and_without("tuned model", load_entry(found.entry).weights, profile)
        watcher.phase("gate")
        measured = measure_all(
            [Sample(log.schema, drawn([s.sql for s in log.held_out]))],
            list(makers.values()),
            seconds=seconds,
            advance=watcher.share,
        )
    document |= {
        "measured": measured[0].statements,
        "saved": {n: round(m.saved, 4) for n, m in zip(makers, measured, strict=True)},
        "p50_ms": {n: round(m.p50_ms, 1) for n, m in zip(makers, measured, strict=True)},
        "p95_ms": {n: round(m.p95_ms, 1) for n, m in zip(makers, measured, strict=True)},
        "unknown": {n: round(m.unknown, 4) for n, m in zip(makers, measured, strict=True)},
        "relative_gain": round(_gain(measured), 4),
        "gain_interval": {
            name: [round(end, 4) for end in gain_interval(measured[0].each, m.each, confidence=0.9)]
            for name, m in zip(list(makers)[1:], measured[1:], strict=True)
        },
        "peak_gigabytes": round(peak_megabytes() / 1e3, 2),
    }
    click.echo(json.dumps(document, indent=1))


def _with_and_without(
    name: str, model: LanguageModel | None, profile: Profile
) -> dict[str, Callable[[Schema], Completer]]:
    return {
        name: lambda schema: Completer(schema, model=model),
        f"{name}, profile": lambda schema: Completer(schema, model=model, profile=profile),
    }


def _of_tuning(found: Retrained, minutes: float) -> dict[str, object]:
    return {
        "general": [round(side.general.saved, 4) for side in (found.gate.before, found.gate.after)],
        "watched_loss": [found.tuned.before, found.tuned.after],
        "share": found.tuned.share,
        "steps": found.tuned.steps,
        "training_minutes": round(found.tuned.minutes, 2),
        "minutes": round(minutes, 2),
    }


def _gain(measured: Sequence[Measured]) -> float:
    """By how much of the embedded model's savings the best of the others is above it."""
    first, *others = (m.saved for m in measured)
    return max(others) / first - 1 if first else 0.0
