"""What a recipe says: frozen values, read strictly from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from distill.agents.settings import AgentsSettings, SettingsError
from distill.data.settings import MixError, MixSettings, check_parts
from sqlcomplete.errors import SqlcompleteError

_STRICT = ConfigDict(extra="forbid")

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class RecipeError(SqlcompleteError):
    """A recipe that cannot be followed: the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Training:
    """One fine-tuning. `steps`, where given, is its length instead of `minutes`; `rounded_from` the
    share of the run from which weights are rounded to int4; `raw` trains on the corpora alone, not
    on what the agents made of them."""

    __pydantic_config__ = _STRICT

    minutes: Positive = 60.0
    steps: Count | None = None
    rate: Positive = 2e-4
    packs_per_step: Count = 1
    rounded_from: Share = 1.0
    raw: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Teacher:
    """Whose logits may be poured in: the donor fine-tuned by `sft`; or the `mean` of teachers named
    before it, by weight; or a `checkpoint` as it stands (a folder of a Hugging Face model will do:
    a foreign vocabulary is aligned by bytes). `start` names a teacher before it whose end `sft`
    begins with, in place of the donor."""

    __pydantic_config__ = _STRICT

    name: Name
    sft: Training | None = None
    start: Name | None = None
    mean: Mapping[Name, Positive] = field(default_factory=dict)
    checkpoint: str | None = None

    @property
    def of_donor(self) -> bool:
        """Whether it is made here, of the donor, and so has the student's shape and vocabulary."""
        return self.checkpoint is None


@dataclass(frozen=True, slots=True)
class Student:
    """What is distilled: the teacher named `of`, or the donor fine-tuned by `sft`; cut down to
    `layers` by measured influence where that is given."""

    __pydantic_config__ = _STRICT

    of: Name | None = None
    sft: Training | None = None
    layers: Count | None = None


@dataclass(frozen=True, slots=True)
class Packs:
    """The tokens that fusion is on: `tokens` predicted ones, in packs of `length`."""

    __pydantic_config__ = _STRICT

    tokens: Count = 300_000
    length: Count = 1024
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Fusion:
    """The white-box stage; the words are those of `python -m distill fuse`. `teachers` are those
    whose logits are taken, all where none is named; `kept` is the share of the student as it was in
    the mean that comes out, 0 for the distilled weights alone."""

    __pydantic_config__ = _STRICT

    minutes: Positive = 60.0
    steps: Count | None = None
    teachers: tuple[Name, ...] = ()
    kept: Annotated[float, Field(ge=0, lt=1)] = 0.0
    top_k: Count = 10
    alpha: str | float = 0.5
    temperature: str | float = 1.0
    divergence: Literal["forward", "reverse", "jsd"] = "forward"
    tail: Literal["bucket", "renormalise"] = "bucket"
    order: Literal["mixture", "sequence"] = "mixture"
    identifier_weight: Positive = 1.0
    rate: Positive = 1e-4
    packs_per_step: Count = 1
    rounded_from: Share = 0.2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is measured at the end, on the corpora's dev split or on `corpora` of its own."""

    __pydantic_config__ = _STRICT

    corpora: Mapping[Name, str] = field(default_factory=dict)
    limit: Count | None = 40
    seed: int = 7
    systems: str = "ours,ours-no-model,pysqlsuggestions,pgcli"
    deadline_ms: Positive | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is made. Paths are relative to the folder of inputs that the run is given.

    `corpora` are folders by name; `shares` draw a source of them so many times as often; `mix` says
    which of their statements are trained on, all where there is none; `agents` are the settings of
    `distill.agents`, or None for no black-box stage.
    """

    __pydantic_config__ = _STRICT

    name: Name
    donor: str
    corpora: Mapping[Name, str]
    teachers: tuple[Teacher, ...]
    about: str = ""
    vocabulary: Count = 12288
    length: Count = 1024
    shares: Mapping[str, Positive] = field(default_factory=dict)
    mix: MixSettings | None = None
    agents: Mapping[str, Any] | None = None
    student: Student = field(default_factory=Student)
    packs: Packs = field(default_factory=Packs)
    fusion: Fusion | None = field(default_factory=Fusion)
    vllm: bool = False
    evaluation: Evaluation | None = field(default_factory=Evaluation)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], *, where: str) -> Recipe:
        """Raises: RecipeError, which names the key that is wrong."""
        try:
            recipe = _ADAPTER.validate_python(dict(values))
        except ValidationError as error:
            raise RecipeError(f"{where}: {_first(error)}") from None
        recipe._check(where)
        return recipe

    def _check(self, where: str) -> None:
        names = [teacher.name for teacher in self.teachers]
        if not self.corpora:
            raise RecipeError(f"{where}: corpora: name at least one")
        if len(set(names)) != len(names):
            raise RecipeError(f"{where}: teachers: two have the same name")
        for place, teacher in enumerate(self.teachers):
            _check_teacher(teacher, [t for t in self.teachers[:place] if t.of_donor], where)
        if (self.student.of is None) == (self.student.sft is None):
            raise RecipeError(f"{where}: student: give either of (a teacher's name) or sft")
        if self.student.of is not None:
            tuned = [teacher.name for teacher in self.teachers if teacher.of_donor]
            if self.student.of not in tuned:
                raise RecipeError(
                    f"{where}: student.of: no teacher {self.student.of!r} with sft or mean; there "
                    f"are {', '.join(tuned) or 'none'}"
                )
        if self.fusion is not None:
            if not self.teachers:
                raise RecipeError(f"{where}: fusion needs a teacher")
            for name in self.fusion.teachers:
                if name not in names:
                    raise RecipeError(
                        f"{where}: fusion.teachers: no teacher {name!r}; there are "
                        f"{', '.join(names)}"
                    )
        if self.mix is not None:
            try:
                check_parts(self.mix, tuple(self.corpora), where)
            except MixError as error:
                raise RecipeError(str(error)) from None
        if self.agents is not None:
            try:
                AgentsSettings.from_mapping(self.agents, where=f"{where}: agents")
            except SettingsError as error:
                raise RecipeError(str(error)) from None


def _check_teacher(teacher: Teacher, before: Sequence[Teacher], where: str) -> None:
    place = f"{where}: teachers: {teacher.name}"
    if sum((teacher.sft is not None, bool(teacher.mean), teacher.checkpoint is not None)) != 1:
        raise RecipeError(f"{place}: give it one of sft, mean and checkpoint")
    if teacher.start is not None and teacher.sft is None:
        raise RecipeError(f"{place}: start says where sft begins; there is no sft")
    known = [other.name for other in before]
    for name in [*([teacher.start] if teacher.start else []), *teacher.mean]:
        if name not in known:
            raise RecipeError(
                f"{place}: no teacher {name!r} with sft or mean stands before it; there are "
                f"{', '.join(known) or 'none'}"
            )


_ADAPTER = TypeAdapter(Recipe)


def read_recipe(path: Path) -> Recipe:
    """Reads a recipe's file. Raises: RecipeError."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read ({error})") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise RecipeError(f"{path}: expected keys and values")
    return Recipe.from_mapping(values, where=str(path))


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"unknown key {place!r}"
    if detail["type"] in ("missing", "missing_argument"):
        return f"{place!r} is missing"
    return f"{place}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
