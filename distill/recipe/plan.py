"""Turns a recipe into stages: what each runs, on which others, and what it leaves behind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from distill.data.drawing import REPORT
from distill.data.settings import MixSettings
from distill.recipe.model import Fusion, Recipe, Teacher, Training

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: `command` is what follows `python -m distill`.

    `needs` are the stages it reads; `reads` folders and files from outside the run; `settings` all
    that decides what it makes; `modules` the packages and files of ours that do; `minutes` is its
    budget or an estimate of its time, `megabytes` an estimate of its size on disk. `writes` is the
    file or folder that it leaves, `text` files to be written before it runs, by name.
    """

    name: str
    command: tuple[str, ...]
    writes: Path
    settings: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    modules: tuple[str, ...] = ()
    minutes: float = 1.0
    megabytes: float = 1.0
    text: Mapping[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Data:
    """What a stage trains on: corpus folders, made by the stage of that name, or the inputs where
    there is none; `mix` is the report of the mix that they come from."""

    folders: tuple[Path, ...]
    stage: str | None = None
    mix: Path | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The stages that make it."""
        if self.stage is None:
            return ()
        # What agents make of a mix is drawn by that mix's report.
        return tuple(dict.fromkeys((*(("mix",) if self.mix else ()), self.stage)))

    @property
    def reads(self) -> tuple[Path, ...]:
        """The folders, where no stage makes them."""
        return self.folders if self.stage is None else ()


_DATA = ("corpus.py", "samples.py", "packs.py", "data")
_TRAINING = (*_DATA, "donor.py", "vocabulary.py", "loop.py", "forward.py", "quantise.py", "sft.py")
_FUSION = ("fusion", "fixed_packs.py", "loop.py", "forward.py", "quantise.py")
_SPEED = 200  # tokens a second that a model of 113 million parameters trains at on two cores
_READING = 3  # times as fast does a teacher read them
_LABELLED = 0.45  # of a pack's tokens
_MEGABYTES = {"checkpoint": 1400.0, "graph": 80.0}  # of 113 million parameters, Adam's state along


def plan(recipe: Recipe, work: Path, inputs: Path) -> tuple[Stage, ...]:
    """The recipe's stages in the order in which they run, all under `work`."""
    corpora = tuple(inputs / folder for folder in recipe.corpora.values())
    stages: list[Stage] = []
    if recipe.mix is not None:
        stages.append(_mix(recipe, recipe.mix, work, inputs))
        data = Data((stages[0].writes,), "mix", mix=stages[0].writes / REPORT)
    else:
        data = Data(corpora)
    raw = data
    if recipe.agents is not None:
        stages.append(_agents(recipe, work, data))
        data = replace(data, folders=(stages[-1].writes,), stage="agents")
    checkpoints: dict[str, Path] = {}
    for teacher in recipe.teachers:
        name = f"teacher-{teacher.name}"
        if teacher.sft is not None:
            begins = None
            if teacher.start is not None:
                begins = (f"teacher-{teacher.start}", checkpoints[teacher.start])
            stages.append(
                _sft(
                    recipe,
                    teacher.sft,
                    name,
                    work,
                    raw if teacher.sft.raw else data,
                    inputs,
                    begins,
                )
            )
            checkpoints[teacher.name] = stages[-1].writes / CHECKPOINT
        elif teacher.mean:
            parts = {
                f"teacher-{other}": (checkpoints[other], weight)
                for other, weight in teacher.mean.items()
            }
            stages.append(_mean(name, work, parts))
            checkpoints[teacher.name] = stages[-1].writes
        else:
            checkpoints[teacher.name] = inputs / str(teacher.checkpoint)
    if recipe.student.of is not None:
        student, student_stage = checkpoints[recipe.student.of], f"teacher-{recipe.student.of}"
    else:
        assert recipe.student.sft is not None
        said = recipe.student.sft
        stages.append(_sft(recipe, said, "student", work, raw if said.raw else data, inputs))
        student, student_stage = stages[-1].writes / CHECKPOINT, "student"
    if recipe.fusion is not None or recipe.student.layers is not None:
        stages.append(_packs(recipe, work, data, student, student_stage))
    if recipe.student.layers is not None:
        stages.append(_prune(recipe, work, student, student_stage))
        student, student_stage = stages[-1].writes, "pruned"
    if recipe.fusion is not None:
        for teacher in _poured(recipe):
            stages.append(_logits(recipe, work, teacher, checkpoints[teacher.name]))
        stages.append(_fuse(recipe, work, student, student_stage))
        fused, kept = stages[-1].writes / CHECKPOINT, recipe.fusion.kept
        if kept:
            parts = {student_stage: (student, kept), "fusion": (fused, 1 - kept)}
            stages.append(_mean("mean", work, parts))
            fused = stages[-1].writes
        student, student_stage = fused, stages[-1].name
    stages.append(_export(recipe, work, raw, student, student_stage))
    if recipe.evaluation is not None:
        stages.append(_evaluate(recipe, work, inputs))
    return tuple(stages)


def _mix(recipe: Recipe, mix: MixSettings, work: Path, inputs: Path) -> Stage:
    import yaml

    said = work / "mix.yaml"
    settings = {
        "corpora": dict(recipe.corpora),
        "shares": dict(recipe.shares),
        "mix": TypeAdapter(MixSettings).dump_python(mix, mode="json"),
    }
    return Stage(
        name="mix",
        command=(
            *("mix", str(said), "--inputs", str(inputs), "--out", str(work / "mix")),
            *("--length", str(recipe.length)),
        ),
        writes=work / "mix",
        settings={**settings, "length": recipe.length},
        reads=tuple(inputs / f for f in (*recipe.corpora.values(), *mix.held_out.values())),
        modules=("data", "corpus.py", "packs.py"),
        minutes=3,
        megabytes=60,
        text={said: yaml.safe_dump(settings, sort_keys=True)},
    )


def _agents(recipe: Recipe, work: Path, data: Data) -> Stage:
    import yaml

    settings = work / "agents.yaml"
    return Stage(
        name="agents",
        command=(
            "agents",
            *map(str, data.folders),
            "--out",
            str(work / "agents"),
            "--settings",
            str(settings),
        ),
        writes=work / "agents",
        settings={"agents": dict(recipe.agents or {})},
        needs=data.needs,
        reads=data.reads,
        modules=("agents", "corpus.py"),
        minutes=10,
        megabytes=60,
        text={settings: yaml.safe_dump(dict(recipe.agents or {}), sort_keys=True)},
    )


def _sft(
    recipe: Recipe,
    training: Training,
    name: str,
    work: Path,
    data: Data,
    inputs: Path,
    begins: tuple[str, Path] | None = None,
) -> Stage:
    """Fine-tunes the donor, or goes on from the end of another stage: its name and checkpoint."""
    donor = inputs / recipe.donor if begins is None else begins[1]
    local = begins is not None or donor.exists()
    length = ("--steps", str(training.steps)) if training.steps else ()
    return Stage(
        name=name,
        command=(
            *("sft", *map(str, data.folders), "--donor", str(donor) if local else recipe.donor),
            *("--out", str(work / name), "--minutes", f"{training.minutes:g}", *length),
            *("--vocabulary", str(recipe.vocabulary), "--length", str(recipe.length)),
            *("--rate", f"{training.rate:g}", "--packs-per-step", str(training.packs_per_step)),
            *("--rounded-from", f"{training.rounded_from:g}", "--seed", str(training.seed)),
            *_drawn(recipe, data),
        ),
        writes=work / name,
        settings={
            "training": asdict(training),
            "vocabulary": recipe.vocabulary,
            "length": recipe.length,
            "shares": dict(recipe.shares),
            "donor": recipe.donor if begins is None else begins[0],
        },
        needs=data.needs + ((begins[0],) if begins else ()),
        reads=((donor,) if local and not begins else ()) + data.reads,
        modules=_TRAINING,
        minutes=_minutes(training, recipe.length),
        megabytes=_MEGABYTES["checkpoint"],
    )


def _minutes(training: Training | Fusion, length: int) -> float:
    """A training's budget, or an estimate for its steps."""
    if training.steps is None:
        return training.minutes
    return training.steps * training.packs_per_step * length / _SPEED / 60


def _mean(name: str, work: Path, parts: Mapping[str, tuple[Path, float]]) -> Stage:
    """The mean of checkpoints by weight; `parts` has them by the stages that make them."""
    return Stage(
        name=name,
        command=(
            "average",
            *(f"{checkpoint}={weight:g}" for checkpoint, weight in parts.values()),
            *("--out", str(work / name)),
        ),
        writes=work / name,
        settings={"weights": {stage: weight for stage, (_, weight) in parts.items()}},
        needs=tuple(parts),
        modules=("averaging.py", "donor.py"),
        megabytes=_MEGABYTES["checkpoint"] / 3,
    )


def _poured(recipe: Recipe) -> tuple[Teacher, ...]:
    """The teachers whose logits fusion takes."""
    chosen = recipe.fusion.teachers if recipe.fusion else ()
    return tuple(t for t in recipe.teachers if not chosen or t.name in chosen)


def _drawn(recipe: Recipe, data: Data) -> tuple[str, ...]:
    """How often sources are drawn: a mix's report has the recipe's shares in it."""
    if data.mix is not None:
        return "--mix", str(data.mix)
    return tuple(
        word
        for source, factor in sorted(recipe.shares.items())
        for word in ("--share", f"{source}={factor:g}")
    )


def _packs(
    recipe: Recipe,
    work: Path,
    data: Data,
    student: Path,
    student_stage: str,
) -> Stage:
    packs = recipe.packs
    return Stage(
        name="packs",
        command=(
            *("packs", *map(str, data.folders), "--tokenizer", str(student)),
            *("--out", str(work / "packs"), "--tokens", str(packs.tokens)),
            *("--length", str(packs.length), "--seed", str(packs.seed), *_drawn(recipe, data)),
        ),
        writes=work / "packs",
        settings={"packs": asdict(packs), "shares": dict(recipe.shares)},
        needs=(student_stage, *data.needs),
        reads=data.reads,
        modules=(*_DATA, "fixed_packs.py"),
        megabytes=packs.tokens / _LABELLED * 8 / 1e6,
    )


def _prune(recipe: Recipe, work: Path, student: Path, student_stage: str) -> Stage:
    layers = recipe.student.layers
    return Stage(
        name="pruned",
        command=(
            "prune",
            str(student),
            str(work / "packs"),
            "--layers",
            str(layers),
            "--out",
            str(work / "pruned"),
        ),
        writes=work / "pruned",
        settings={"layers": layers},
        needs=(student_stage, "packs"),
        modules=("fusion/prune.py",),
        minutes=5,
        megabytes=_MEGABYTES["checkpoint"] / 3,
    )


def _logits(recipe: Recipe, work: Path, teacher: Teacher, checkpoint: Path) -> Stage:
    assert recipe.fusion is not None
    trained = teacher.of_donor
    tokens = recipe.packs.tokens / _LABELLED
    return Stage(
        name=f"logits-{teacher.name}",
        command=(
            "logits",
            str(work / "packs"),
            "--teacher",
            str(checkpoint),
            "--out",
            str(work / f"logits-{teacher.name}"),
            "--top-k",
            str(recipe.fusion.top_k),
        ),
        writes=work / f"logits-{teacher.name}",
        settings={"top_k": recipe.fusion.top_k},
        needs=("packs", *((f"teacher-{teacher.name}",) if trained else ())),
        reads=() if trained else (checkpoint,),
        modules=("fusion/collect.py", "fusion/store.py", "fusion/teacher.py", "forward.py"),
        minutes=tokens / _SPEED / _READING / 60,
        megabytes=recipe.packs.tokens * (4 * recipe.fusion.top_k + 3) / 1e6,
    )


def _fuse(recipe: Recipe, work: Path, student: Path, student_stage: str) -> Stage:
    fusion = recipe.fusion
    assert fusion is not None
    logits = tuple(f"logits-{teacher.name}" for teacher in _poured(recipe))
    length = ("--steps", str(fusion.steps)) if fusion.steps else ()
    return Stage(
        name="fusion",
        command=(
            *("fuse", str(work / "packs"), "--student", str(student)),
            *(word for name in logits for word in ("--logits", str(work / name))),
            *("--out", str(work / "fusion"), "--minutes", f"{fusion.minutes:g}", *length),
            *("--alpha", str(fusion.alpha), "--temperature", str(fusion.temperature)),
            *("--divergence", fusion.divergence, "--tail", fusion.tail, "--order", fusion.order),
            *("--identifier-weight", f"{fusion.identifier_weight:g}"),
            *("--rate", f"{fusion.rate:g}", "--packs-per-step", str(fusion.packs_per_step)),
            *("--rounded-from", f"{fusion.rounded_from:g}", "--seed", str(fusion.seed)),
        ),
        writes=work / "fusion",
        settings={"fusion": {k: v for k, v in asdict(fusion).items() if k != "kept"}},
        needs=(student_stage, "packs", *logits),
        modules=_FUSION,
        minutes=_minutes(fusion, recipe.packs.length),
        megabytes=_MEGABYTES["checkpoint"],
    )


def _export(recipe: Recipe, work: Path, data: Data, student: Path, student_stage: str) -> Stage:
    vllm = ("--vllm", str(work / "vllm")) if recipe.vllm else ()
    return Stage(
        name="export",
        command=(
            "export",
            str(student),
            "--out",
            str(work / "export"),
            "--name",
            recipe.name,
            *(word for folder in data.folders for word in ("--corpus", str(folder))),
            *vllm,
        ),
        writes=work / "export",
        settings={"name": recipe.name, "vllm": recipe.vllm},
        needs=(student_stage, *data.needs),
        reads=data.reads,
        modules=("export", "quantise.py"),
        minutes=8,
        megabytes=_MEGABYTES["graph"],
    )


def _evaluate(recipe: Recipe, work: Path, inputs: Path) -> Stage:
    evaluation = recipe.evaluation
    assert evaluation is not None
    corpora = evaluation.corpora or recipe.corpora
    limits = ("--limit", str(evaluation.limit)) if evaluation.limit else ()
    deadline = ("--deadline", f"{evaluation.deadline_ms:g}") if evaluation.deadline_ms else ()
    return Stage(
        name="evaluation",
        command=(
            *("evaluate", "--model", str(work / "export"), "--system", evaluation.systems),
            *(w for n, f in corpora.items() for w in ("--label", f"{n}={inputs / f}")),
            *(*limits, *deadline, "--seed", str(evaluation.seed)),
            *("--json", str(work / "evaluation.json")),
            *("--markdown", str(work / "evaluation.md")),
        ),
        writes=work / "evaluation.json",
        settings={"evaluation": asdict(evaluation)},
        needs=("export",),
        reads=tuple(inputs / folder for folder in corpora.values()),
        modules=("evaluate",),
        minutes=(evaluation.limit or 1000) * len(corpora) * 0.3,
    )
