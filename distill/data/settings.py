"""What a mix says: frozen values, the `mix` section of a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from sqlcomplete.errors import SqlcompleteError

_STRICT = ConfigDict(extra="forbid")

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class MixError(SqlcompleteError):
    """A mix that cannot be made: the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class MixPart:
    """A part of the mix: the corpus sources named, or all sources of a `corpus` that no other part
    names; `share` is its part of the predicted tokens, beside the other parts' shares."""

    __pydantic_config__ = _STRICT

    share: Positive
    sources: tuple[str, ...] = ()
    corpus: str | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """How many samples of training begin with a comment. `questions`: the share of those whose
    statement has a question; `plans`: the share of those that have a plan and are as hard as `hard`
    (`distill.agents.taxonomy.Traits.difficulty`)."""

    __pydantic_config__ = _STRICT

    questions: Share = 0.35
    plans: Share = 0.5
    hard: Annotated[float, Field(ge=0)] = 0.0


@dataclass(frozen=True, slots=True)
class MixSettings:
    """Which statements are trained on, of several corpora's train split.

    Caps count statements: `per_repository` of one repository, `per_template` of one template in one
    source; `ddl` and `inferred` are the largest shares that DDL, and statements with an inferred
    schema, have of a corpus. `longest` is in characters. A statement with a Jaccard similarity of
    `near` to one of the dev split, or whose schema has one of `near_schema` to one of its schemas,
    is left out; so is one with `repeats` to an earlier one on its schema. `held_out` are more
    folders to keep clear of, all of their statements; `repositories_out` repositories by name.
    """

    __pydantic_config__ = _STRICT

    parts: Mapping[str, MixPart]
    per_repository: Count = 150
    per_template: Count = 60
    ddl: Annotated[float, Field(ge=0, lt=1)] = 0.08
    inferred: Annotated[float, Field(ge=0, lt=1)] = 1 / 3
    longest: Count = 6000
    near: Annotated[float, Field(gt=0, le=1)] = 0.8
    near_schema: Annotated[float, Field(gt=0, le=1)] = 0.7
    repeats: Annotated[float, Field(gt=0, le=1)] = 1.0
    held_out: Mapping[str, str] = field(default_factory=dict)
    repositories_out: tuple[str, ...] = ()
    comments: Comments = field(default_factory=Comments)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class MixRecipe:
    """What a mix is made from: corpora by name (folders relative to the inputs), how often a source
    is drawn beside the others of its part, and the settings."""

    corpora: Mapping[str, str]
    mix: MixSettings
    shares: Mapping[str, Positive] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> MixRecipe:
        """From a recipe's YAML, whose other keys are not looked at. Raises: MixError."""
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise MixError(f"{path}: cannot be read ({error})") from error
        except yaml.YAMLError as error:
            raise MixError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(values, dict) or not isinstance(values.get("mix"), dict):
            raise MixError(f"{path}: has no section 'mix'; docs/data.md says what it holds")
        chosen = {k: values[k] for k in ("corpora", "mix", "shares") if k in values}
        return cls.from_mapping(chosen, where=str(path))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], *, where: str) -> MixRecipe:
        """Raises: MixError, which names the key that is wrong."""
        try:
            recipe = _ADAPTER.validate_python(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise MixError(f"{where}: {place}: {first['msg']}") from None
        check_parts(recipe.mix, tuple(recipe.corpora), where)
        return recipe


def check_parts(settings: MixSettings, corpora: Sequence[str], where: str) -> None:
    """Raises: MixError, when the parts do not divide the sources."""
    named: dict[str, str] = {}
    if not settings.parts:
        raise MixError(f"{where}: mix.parts: name at least one")
    for name, part in settings.parts.items():
        place = f"{where}: mix.parts.{name}"
        if bool(part.sources) == (part.corpus is not None):
            raise MixError(f"{place}: give either sources or corpus")
        if part.corpus is not None and part.corpus not in corpora:
            raise MixError(f"{place}: no corpus {part.corpus!r}; there are {', '.join(corpora)}")
        for key in part.sources or (f"corpus {part.corpus}",):
            if key in named:
                raise MixError(f"{place}: {key!r} is in part {named[key]!r} too")
            named[key] = name


_ADAPTER = TypeAdapter(MixRecipe)
