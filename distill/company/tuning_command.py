"""The second half of `sqlcomplete train`: tunes, gates and installs, and says how it went."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import click

from distill.company.gate_measure import MakeCompleter
from distill.company.learning import Learned
from distill.company.log import CompanyLog
from distill.company.mining import mine
from distill.company.tuning_bar import shown
from distill.company.tuning_run import GATE_SHARE, TRAINING_SHARE, Retrained, retrain
from distill.corpus import Corpus, read_corpus
from sqlcomplete.completer import Completer
from sqlcomplete.model import Weights
from sqlcomplete.schema.model import Schema


def tune_and_install(
    learned: Learned,
    *,
    minutes: float,
    corpora: Sequence[Path] = (),
    as_json: bool = False,
) -> Retrained:
    """Tunes on what was learned and installs the model under the profile's name.

    Raises: whatever `distill.company.tuning_run.retrain` does, each with a line for the person;
        CorpusError, where a corpus to replay cannot be read.
    """
    began = time.monotonic()
    general = joined([read_corpus(folder) for folder in corpora])
    with shown() as watcher:
        watcher.say(estimate(learned.log, minutes))
        found = retrain(
            learned.log,
            learned.profile.name,
            minutes=minutes,
            general=general,
            make=with_profile_of(learned.log),
            watcher=watcher,
        )
    if as_json:
        document = {
            "model": found.entry.id,
            "in_use": found.in_use,
            "gate": found.gate.to_json(),
            "minutes": round((time.monotonic() - began) / 60, 2),
        }
        click.echo(json.dumps(document))
    else:
        click.echo(_said(found, (time.monotonic() - began) / 60))
    return found


def with_profile_of(log: CompanyLog) -> MakeCompleter:
    """Makes the completers that the gate measures, as people have them: with a profile, but one of
    the statements trained on alone. The whole log's profile knows the held-out statements."""
    profile = mine(log.name, log.schema, log.train)

    def make(schema: Schema, weights: Weights) -> Completer:
        return Completer(schema, model=weights, profile=profile)

    return make


def joined(corpora: Sequence[Corpus]) -> Corpus | None:
    """Several corpora as one; None where there are none."""
    if not corpora:
        return None
    return Corpus(
        "general",
        tuple(statement for corpus in corpora for statement in corpus.statements),
        {db_id: record for corpus in corpora for db_id, record in corpus.schemas.items()},
    )


def estimate(log: CompanyLog, minutes: float) -> str:
    """What is about to happen, and how long it takes at most."""
    return (
        f"tuning on {len(log.train)} statements for at most {minutes * TRAINING_SHARE:.1f} min, "
        f"then typing up to {len(log.held_out)} held-out ones with both models for about "
        f"{minutes * GATE_SHARE:.1f} min ({log.left_out} near-duplicates of earlier ones left out)"
    )


def _said(found: Retrained, minutes: float) -> str:
    tuned = found.tuned
    lines = [
        f"{found.entry.id}: tuned in {tuned.minutes:.1f} min, {tuned.steps} steps"
        + (f", {tuned.share:.0%} of the way" if tuned.share < 1 else "")
        + (", resumed" if tuned.resumed else "")
        + (", ended early: nothing got better" if tuned.stopped_early else ""),
        found.gate.line,
    ]
    if found.in_use:
        lines.append(
            f"{found.entry.id} is in use ({minutes:.1f} min in all); "
            "`sqlcomplete models rollback` goes back"
        )
    else:
        lines.append(f"installed; `sqlcomplete models use {found.entry.id}` takes it into use")
    return "\n".join(lines)
