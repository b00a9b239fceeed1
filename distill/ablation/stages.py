"""Turns rows into stages that `distill.recipe` runs, each resumable by its own means. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from distill.ablation.rows import Row
from distill.agents.settings import AGENTS
from distill.recipe.model import Fusion, Recipe, RecipeError, Training
from distill.recipe.plan import CHECKPOINT, Stage

_SFT = ("corpus.py", "samples.py", "packs.py", "loop.py", "forward.py", "quantise.py", "sft.py")
_FUSE = ("fusion", "fixed_packs.py", "loop.py", "forward.py", "quantise.py")
_STEP_MINUTES = 1 / 12  # of 1024 tokens and 113 million parameters, on two cores
_MEGABYTES = 1400.0  # of such a checkpoint with Adam's state


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ablation is told. `start` is the checkpoint that every row begins with and `teacher`
    whose logits are poured in; `weights` are the fingerprints of both. `packs` and `logits` are
    folders that exist, or None to make them. `keystrokes` statements a corpus are replayed."""

    recipe: Recipe
    inputs: Path
    work: Path
    start: Path
    teacher: Path
    weights: Mapping[str, str]
    steps: int
    seeds: int
    dev_packs: int
    keystrokes: int
    packs: Path | None = None
    logits: Path | None = None
    seed: int = 1

    @property
    def corpora(self) -> tuple[Path, ...]:
        """The recipe's."""
        return tuple(self.inputs / folder for folder in self.recipe.corpora.values())

    @property
    def training(self) -> Training:
        """How the recipe fine-tunes: its student, or else its first teacher that it tunes."""
        tuned = [self.recipe.student.sft, *(t.sft for t in self.recipe.teachers)]
        return next((t for t in tuned if t is not None), Training())

    @property
    def fusion(self) -> Fusion:
        """How the recipe distils."""
        return self.recipe.fusion or Fusion()


def shared(plan: Plan, row: Row, tops: int) -> tuple[Stage, ...]:
    """The stages that the row stands on: agents' data, or packs and their logits, of which `tops`
    are kept of each token."""
    if not row.trained:
        return ()
    if not row.on_packs:
        return (_agents(plan, row),)
    stages: list[Stage] = []
    if plan.packs is None:
        every = Row("every", "", agents=AGENTS)
        stages = [_agents(plan, every), _packs(plan, _agents(plan, every))]
    if row.top_k is not None and plan.logits is None:
        stages.append(_logits(plan, tops, made=plan.packs is None))
    return tuple(stages)


def own(plan: Plan, row: Row, needs: Mapping[str, str]) -> tuple[str, tuple[Stage, ...]]:
    """The row's fingerprint, and its own stages: training, the measurements. `needs` are the
    fingerprints of the stages it stands on."""
    settings: dict[str, Any] = {
        "row": {k: v for k, v in asdict(row).items() if k not in ("about", "against")},
        "weights": dict(plan.weights) if row.top_k else plan.weights["start"],
        "steps": plan.steps if row.trained else 0,
        "seed": plan.seed,
        "training": asdict(replace(plan.training, minutes=1.0)) if not row.on_packs else None,
        "fusion": asdict(replace(plan.fusion, minutes=1.0)) if row.on_packs else None,
        "shares": dict(plan.recipe.shares),
        "length": plan.recipe.length,
        "measured": [plan.dev_packs, plan.keystrokes, sorted(plan.recipe.corpora)],
        "needs": dict(needs),
        "packs": plan.weights.get("packs") if row.on_packs else None,
        "logits": plan.weights.get("logits") if row.top_k else None,
    }
    text = json.dumps(settings, sort_keys=True)
    mark = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    folder = plan.work / "rows" / f"{row.name}-{mark}"
    name = folder.name
    checkpoint = folder / CHECKPOINT if row.trained else plan.start
    stages: list[Stage] = []
    if row.trained:
        command = _fuse(plan, row) if row.on_packs else _sft(plan, row)
        stages.append(
            Stage(
                name=f"train {name}",
                command=(*command, "--out", str(folder)),
                writes=checkpoint,
                settings=settings,
                needs=tuple(needs),
                modules=_FUSE if row.on_packs else _SFT,
                minutes=plan.steps * _STEP_MINUTES,
                megabytes=_MEGABYTES,
            )
        )
    before = (f"train {name}",) if row.trained else ()
    stages.append(
        Stage(
            name=f"measure {name}",
            command=(
                *("measure", str(checkpoint), *_labels(plan)),
                *("--packs", str(plan.dev_packs), "--length", str(plan.recipe.length)),
                *("--json", str(folder / "measure.json")),
            ),
            writes=folder / "measure.json",
            settings=settings,
            needs=before,
            reads=plan.corpora,
            modules=("ablation/measure.py", "packs.py", "samples.py", "quantise.py"),
            minutes=plan.dev_packs * len(plan.corpora) / 12,
        )
    )
    if plan.keystrokes:
        stages += _replay(plan, folder, checkpoint, settings, before)
    return mark, tuple(stages)


def _agents(plan: Plan, row: Row) -> Stage:
    import yaml

    if plan.recipe.agents is None and row.agents:
        raise RecipeError(f"{plan.recipe.name}: has no agents; leave row {row.name!r} out")
    settings = dict(plan.recipe.agents or {})
    settings |= {"agents": list(row.agents), "limit": plan.seeds, "seed": plan.seed}
    kind = "-".join(row.agents) if row.agents else "none"
    name = f"data {plan.seeds} {kind}"
    folder = plan.work / "data" / f"{plan.seeds}-{kind}"
    file = folder.with_suffix(".yaml")
    return Stage(
        name=name,
        command=(
            *("agents", *map(str, plan.corpora)),
            *("--out", str(folder), "--settings", str(file)),
        ),
        writes=folder,
        settings={"agents": settings},
        reads=plan.corpora,
        modules=("agents", "corpus.py"),
        minutes=plan.seeds / 300 if row.agents else 1,
        text={file: yaml.safe_dump(settings, sort_keys=True)},
    )


def _packs(plan: Plan, made: Stage) -> Stage:
    count = plan.steps * plan.fusion.packs_per_step
    return Stage(
        name="packs",
        command=(
            *("packs", str(made.writes), "--tokenizer", str(plan.start)),
            *("--out", str(plan.work / "packs"), "--packs", str(count)),
            *("--length", str(plan.recipe.length), "--seed", str(plan.seed)),
            *("--per-shard", "8", *_shares(plan.recipe)),
        ),
        writes=plan.work / "packs",
        settings={
            "packs": count,
            "length": plan.recipe.length,
            "seed": plan.seed,
            "shares": dict(plan.recipe.shares),
        },
        needs=(made.name,),
        modules=("packs.py", "samples.py", "fixed_packs.py"),
    )


def _logits(plan: Plan, tops: int, *, made: bool) -> Stage:
    packs = plan.packs or plan.work / "packs"
    return Stage(
        name="logits",
        command=(
            *("logits", str(packs), "--teacher", str(plan.teacher)),
            *("--out", str(plan.work / "logits"), "--top-k", str(tops)),
        ),
        writes=plan.work / "logits",
        settings={
            "top_k": tops,
            "teacher": plan.weights["teacher"],
            "packs": plan.weights.get("packs"),
        },
        needs=("packs",) if made else (),
        modules=("fusion/collect.py", "fusion/store.py", "fusion/teacher.py", "forward.py"),
        minutes=plan.steps * plan.fusion.packs_per_step * _STEP_MINUTES / 3,
    )


def _sft(plan: Plan, row: Row) -> tuple[str, ...]:
    training = plan.training
    return (
        *("sft", str(_agents(plan, row).writes), "--donor", str(plan.start)),
        *("--steps", str(plan.steps), "--length", str(plan.recipe.length)),
        *("--rate", f"{training.rate:g}", "--packs-per-step", str(training.packs_per_step)),
        *("--rounded-from", f"{training.rounded_from:g}", "--seed", str(plan.seed)),
        *_shares(plan.recipe),
    )


def _fuse(plan: Plan, row: Row) -> tuple[str, ...]:
    fusion = plan.fusion
    logits: tuple[str, ...] = ()
    if row.top_k is not None:
        folder = plan.logits or plan.work / "logits"
        logits = (
            *("--logits", str(folder), "--top-k", str(row.top_k)),
            *("--alpha", str(fusion.alpha), "--temperature", str(fusion.temperature)),
            *("--divergence", row.divergence, "--tail", fusion.tail),
        )
    return (
        *("fuse", str(plan.packs or plan.work / "packs"), "--student", str(plan.start)),
        *("--steps", str(plan.steps), *logits, "--rate", f"{fusion.rate:g}"),
        *("--identifier-weight", f"{fusion.identifier_weight:g}"),
        *("--packs-per-step", str(fusion.packs_per_step)),
        *("--rounded-from", f"{fusion.rounded_from:g}", "--seed", str(plan.seed)),
    )


def _replay(
    plan: Plan,
    folder: Path,
    checkpoint: Path,
    settings: Mapping[str, Any],
    before: tuple[str, ...],
) -> list[Stage]:
    """The row's int4 graph, and keystrokes saved with it. What was trained under plain rounding is
    rounded plainly; else as the package's graph is."""
    rounding: tuple[str, ...] = ("--method", "nearest")
    if plan.fusion.rounded_from >= 1:
        rounding = tuple(word for corpus in plan.corpora for word in ("--corpus", str(corpus)))
    graph = Stage(
        name=f"export {folder.name}",
        command=(
            *("export", str(checkpoint), "--out", str(folder / "export")),
            *("--name", folder.name, *rounding),
        ),
        writes=folder / "export",
        settings=settings,
        needs=before,
        modules=("export", "quantise.py"),
        minutes=4,
        megabytes=80,
    )
    replayed = Stage(
        name=f"keystrokes {folder.name}",
        command=(
            *("evaluate", "--model", str(folder / "export"), "--system", "ours", "--no-cold"),
            *(*_labels(plan), "--limit", str(plan.keystrokes)),
            *("--json", str(folder / "keystrokes.json")),
        ),
        writes=folder / "keystrokes.json",
        settings=settings,
        needs=(graph.name,),
        reads=plan.corpora,
        modules=("evaluate",),
        minutes=plan.keystrokes * len(plan.corpora) * 0.1,
    )
    return [graph, replayed]


def _labels(plan: Plan) -> tuple[str, ...]:
    return tuple(
        word
        for name, path in plan.recipe.corpora.items()
        for word in ("--label", f"{name}={plan.inputs / path}")
    )


def _shares(recipe: Recipe) -> tuple[str, ...]:
    return tuple(
        word
        for source, factor in sorted(recipe.shares.items())
        for word in ("--share", f"{source}={factor:g}")
    )
