"""From a company's log to a model in use: tune, write the graph, pass the gate, install.

Until the last step nothing that is in use changes. A kill, a full disk or a failed gate leave the
model in use as it is; the same command goes on from the last checkpoint.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from distill.agents.record import Agent
from distill.company.gate import GateError, GateReport, Margins, judge_models
from distill.company.gate_measure import MakeCompleter, plain_completer
from distill.company.log import CompanyLog
from distill.company.tuning import Progress, Tuned, tune
from distill.company.tuning_data import symbolic_expansion, tuning_data
from distill.company.tuning_export import write_tuned
from distill.company.tuning_settings import TuningSettings
from distill.company.tuning_state import TuningError
from distill.corpus import Corpus
from distill.from_onnx import load_from_onnx
from distill.packs import training_sources
from distill.parallel import placement
from sqlcomplete.model import EMBEDDED, Weights
from sqlcomplete.model.errors import ModelError
from sqlcomplete.models import Entry, Registry, data_folder, load_in_use
from sqlcomplete.models.checked import load_checked
from sqlcomplete.models.manifest import hash_file
from sqlcomplete.models.registry import check_name

LEAST_STATEMENTS = 20
ROOM = 500_000_000  # bytes: checkpoint, graph, and the graph in the registry
TRAINING_SHARE, GATE_SHARE = 0.6, 0.3  # of the time; the rest is reading and writing the model


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how far it is: `phase` begins a named part, `tuning` follows each step, `share`
    the gate's progress, 0 to 1, and `say` takes a line for the person."""

    phase: Callable[[str], None] = lambda _: None
    tuning: Callable[[Progress], None] = lambda _: None
    share: Callable[[float], None] = lambda _: None
    say: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of it: the installed model, whether it is the one in use now, the gate's figures
    and the training's."""

    entry: Entry
    in_use: bool
    gate: GateReport
    tuned: Tuned


def retrain(
    log: CompanyLog,
    name: str,
    *,
    minutes: float = 15.0,
    settings: TuningSettings | None = None,
    margins: Margins | None = None,
    registry: Registry | None = None,
    base: Path = EMBEDDED,
    general: Corpus | None = None,
    expansion: Agent | None = None,
    make: MakeCompleter = plain_completer,
    watcher: Watcher | None = None,
    work: Path | None = None,
) -> Retrained:
    """Tunes the model on the log and installs it as `name`, if it passes the gate.

    It is made the model in use where that is the embedded one or an earlier version of `name`.

    Args:
        minutes: Of the whole, on this machine; three fifths are the training's.
        settings: The tuning's; their `minutes` are set from the above unless `steps` are given.
        margins: What the gate asks for.
        registry: Where to install; the machine's where left out.
        base: The model to start from, as exported.
        general: A corpus whose train split is replayed, and whose dev split the gate types, in
            place of the statements that come with the package.
        expansion: The agent that varies statements; the symbolic one where left out.
        make: Makes the completers that the gate measures, for instance with a profile.
        watcher: Follows the progress.
        work: The folder of checkpoints.

    Raises:
        TuningError: too few statements, or no room on the disk.
        StoppedError: the process was told to end; what was learned is kept.
        GateError: the tuned model is not better; it is not installed.
        ModelError: a model cannot be read or installed.
    """
    check_name(name)
    watcher = watcher or Watcher()
    registry = registry or Registry()
    work = work or data_folder() / "training" / name
    if len(log.train) < LEAST_STATEMENTS:
        raise TuningError(
            f"{len(log.train)} statements to train on, {LEAST_STATEMENTS} are needed: give a "
            "longer log, or keep to the profile (--profile-only)"
        )
    needed = (margins or Margins()).least_statements
    if len(log.held_out) < needed:
        raise TuningError(
            f"{len(log.held_out)} held-out statements unlike those trained on, {needed} are needed "
            "to tell whether a tuned model is better: give a longer log (some "
            f"{needed * 10 // 3} different statements), or keep to the profile (--profile-only)"
        )
    _need_room(work)
    settings = settings or TuningSettings()
    if settings.steps is None:
        settings = replace(settings, minutes=minutes * TRAINING_SHARE)
    torch.set_flush_denormal(True)
    base_hash = hash_file(base / "model.onnx").sha256
    watcher.phase("reading")
    data = tuning_data(
        log,
        expansion=expansion or symbolic_expansion(),
        general=training_sources([general]) if general is not None else (),
        seed=settings.seed,
    )
    model, tokenizer = load_from_onnx(base)
    watcher.phase("tuning")
    tuned = tune(model, tokenizer, data, settings, work, base=base_hash, progress=watcher.tuning)
    if placement().rank:
        sys.exit(0)  # one of torchrun's processes does the rest
    if tuned.before is not None and tuned.after is not None and tuned.after >= tuned.before:
        shutil.rmtree(work, ignore_errors=True)
        raise GateError(
            f"{name} was not installed: after {tuned.steps} steps no state did better on the "
            f"newest statements ({tuned.before:.3f} nats a token); give a longer log or more "
            "--minutes, or keep to the profile (--profile-only)"
        )
    watcher.phase("writing")
    out = work / "graph"
    try:
        write_tuned(base, model, out, name=name, bits=settings.bits)
    except OSError as error:
        shutil.rmtree(out, ignore_errors=True)
        raise TuningError(
            f"{out}: the tuned model cannot be written: {(error.strerror or str(error)).lower()}; "
            "make room and run the same command again; the model in use stays"
        ) from error
    del model
    watcher.phase("gate")
    before = load_in_use(registry, watcher.say)
    report = judge_models(
        log,
        before.weights,
        Weights(out),
        seconds=minutes * 60 * GATE_SHARE,
        margins=margins,
        general=general,
        make=make,
        advance=watcher.share,
    )
    if report.reason is not None:
        shutil.rmtree(work, ignore_errors=True)
        raise GateError(f"{name} was not installed: {report.reason}; {before.id} stays in use")
    entry = registry.install(
        out,
        name,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        base=base_hash,
        base_name=_name_of(base),
        data={**data.counts, "held_out": len(log.held_out), "tokens": tuned.tokens},
        settings={
            **asdict(settings),
            "trained_minutes": round(tuned.minutes, 2),
            "share": tuned.share,
        },
        gate={**report.to_json(), "compared_with": before.id},
        check=load_checked,
    )
    taken = before.id == "embedded" or before.id.partition("@")[0] == name
    if taken:
        registry.use(entry.id)
    shutil.rmtree(work, ignore_errors=True)
    return Retrained(entry, taken, report, tuned)


def _need_room(folder: Path) -> None:
    """Tells of a full disk before hours are spent, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TuningError(f"{folder}: {reason}; the model in use stays") from error
    if free < ROOM:
        raise TuningError(
            f"{folder}: {free / 1e6:.0f} MB free, a tuning needs {ROOM / 1e6:.0f} MB; "
            "make room, or set SQLCOMPLETE_DATA_DIR; the model in use stays"
        )


def _name_of(base: Path) -> str:
    try:
        about: dict[str, Any] = json.loads((base / "model.json").read_text(encoding="utf-8"))
        return str(about["name"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{base}: not a readable model ({error})") from error
