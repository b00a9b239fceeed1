"""What a recipe says: frozen values, read strictly from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from distill.agents.settings import AgentsSettings, SettingsError
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
    """Whose logits are poured in: the donor fine-tuned by `sft`, or a `checkpoint` as it stands (a
    folder of a Hugging Face model will do: a foreign vocabulary is aligned by bytes)."""

    __pydantic_config__ = _STRICT

    name: Name
    sft: Training | None = None
    checkpoint: str | None = None


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
    """The white-box stage; the words are those of `python -m distill fuse`."""

    __pydantic_config__ = _STRICT

    minutes: Positive = 60.0
    steps: Count | None = None
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

    `corpora` are folders by name; `shares` draw a source of them so many times as often; `agents`
    are the settings of `distill.agents`, or None for no black-box stage.
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
        for teacher in self.teachers:
            if (teacher.sft is None) == (teacher.checkpoint is None):
                raise RecipeError(
                    f"{where}: teachers: {teacher.name}: give it either sft or a checkpoint"
                )
        if (self.student.of is None) == (self.student.sft is None):
            raise RecipeError(f"{where}: student: give either of (a teacher's name) or sft")
        if self.student.of is not None:
            tuned = [teacher.name for teacher in self.teachers if teacher.sft is not None]
            if self.student.of not in tuned:
                raise RecipeError(
                    f"{where}: student.of: no teacher {self.student.of!r} with sft; there are "
                    f"{', '.join(tuned) or 'none'}"
                )
        if self.fusion is not None and not self.teachers:
            raise RecipeError(f"{where}: fusion needs a teacher")
        if self.agents is not None:
            try:
                AgentsSettings.from_mapping(self.agents, where=f"{where}: agents")
            except SettingsError as error:
                raise RecipeError(str(error)) from None


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
