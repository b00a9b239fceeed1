"""What a run of the agents is told: frozen values that a plain mapping (a YAML file) fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from distill.agents.taxonomy import CATEGORIES
from distill.agents.weights import TRANSFORM_WEIGHTS
from sqlcomplete.errors import SqlcompleteError

AgentName = Literal["expansion", "rewriting", "selection", "verification"]
BackEnd = Literal["symbolic", "model"]
AGENTS: tuple[AgentName, ...] = ("expansion", "rewriting", "selection", "verification")

_STRICT = ConfigDict(extra="forbid")

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class SettingsError(SqlcompleteError):
    """Settings that say something else than they can: the message names the key."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model behind an OpenAI-compatible endpoint.

    `base_url` ends before "/chat/completions" (usually in "/v1"). `key_from` names the environment
    variable that holds the key, none if the server wants none. Prices are of a million tokens, in
    the currency of `budget`; a run spends at most `budget` over all its resumptions. Rates are of
    a minute; None is unlimited. `retries` follow the first try, waiting `back_off` seconds at
    first, twice that next, up to `back_off_most`.
    """

    __pydantic_config__ = _STRICT

    base_url: str
    model: str
    key_from: str | None = None
    concurrency: Count = 8
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    tokens_per_minute: Annotated[int, Field(ge=1)] | None = None
    price_in: Annotated[float, Field(ge=0)] = 0.0
    price_out: Annotated[float, Field(ge=0)] = 0.0
    budget: Positive | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    most_tokens: Count = 1024
    timeout_s: Positive = 60.0
    retries: Annotated[int, Field(ge=0)] = 5
    back_off: Positive = 1.0
    back_off_most: Positive = 60.0
    json_mode: bool = True


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """What selection keeps.

    `keep` is the share of a round's records that stay, `size` a number instead of it. Balance:
    categories of the taxonomy get places in proportion to count ** `evenness` (1 leaves the
    distribution as it is, 0 makes it flat); `quotas` fix a category's largest share. `near` is the
    Jaccard similarity of token shingles from which on a record repeats another. `losses` is a file
    of JSON lines {"id", "teacher", "student"}; then a record stays only where the teacher's loss
    is below the student's by `margin` or more, and the hardest come in later rounds.
    """

    __pydantic_config__ = _STRICT

    keep: Share = 0.8
    size: Count | None = None
    evenness: Share = 0.6
    quotas: Mapping[str, Share] = field(default_factory=dict)
    near: Annotated[float, Field(gt=0, le=1)] = 0.85
    losses: Path | None = None
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class SymbolicSettings:
    """The symbolic agents'. Expansion: weights of `transforms` by name, among those that apply to a
    statement (read from plain values, those not named keep their weight of TRANSFORM_WEIGHTS; 0 is
    off), and the share of changed statements that are `reformatted` too.
    Rewriting: from which difficulty a statement is `hard`, and the most `lines` of a plan.
    Verification: `attempts` at rows, and `seconds` an engine may work on a record.
    """

    __pydantic_config__ = _STRICT

    transforms: Mapping[str, Annotated[float, Field(ge=0)]] = field(
        default_factory=lambda: dict(TRANSFORM_WEIGHTS)
    )
    reformatted: Share = 0.3
    hard: Count = 3
    lines: Count = 6
    attempts: Count = 3
    seconds: Positive = 2.0


@dataclass(frozen=True, slots=True)
class RaySettings:
    """Ray Data for the per-record work. `address` is a cluster's, or None for a local one."""

    __pydantic_config__ = _STRICT

    address: str | None = None
    actors: Count = 2
    batch: Count = 16


@dataclass(frozen=True, slots=True)
class AgentsSettings:
    """One run. `seeds` says what becomes of the seeds themselves: "keep" takes them as they came
    where verification or selection would not, "judge" treats them as any record, "drop" trains on
    what was made of them alone. `per_seed` bounds the records expansion makes of one. `carry` is
    the share of a round's chosen new records that the next round expands again. `workers` are
    processes for symbolic agents; 0 works in this process. `record_s` bounds one record's work.
    """

    __pydantic_config__ = _STRICT

    agents: tuple[AgentName, ...] = AGENTS
    rounds: Count = 2
    limit: Count | None = None
    per_seed: Count = 2
    seed: int = 1
    seeds: Literal["keep", "judge", "drop"] = "keep"
    carry: Share = 0.25
    workers: Annotated[int, Field(ge=0)] = 2
    record_s: Positive = 60.0
    back_ends: Mapping[AgentName, BackEnd] = field(default_factory=dict)
    model: ModelSettings | None = None
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    symbolic: SymbolicSettings = field(default_factory=SymbolicSettings)
    ray: RaySettings | None = None

    def back_end(self, agent: AgentName) -> BackEnd:
        """Which back end that agent has; symbolic where nothing is said."""
        return self.back_ends.get(agent, "symbolic")

    @property
    def asks_model(self) -> bool:
        """Whether any agent at work asks a language model."""
        return any(self.back_end(agent) == "model" for agent in self.agents)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], *, where: str = "settings") -> AgentsSettings:
        """Settings of plain values. Raises: SettingsError, which names the key that is wrong."""
        if not isinstance(values, Mapping):
            raise SettingsError(f"{where}: expected keys and values")
        try:
            settings = _ADAPTER.validate_python(dict(values))
        except ValidationError as error:
            raise SettingsError(f"{where}: {_first(error)}") from None
        if len(set(settings.agents)) != len(settings.agents):
            raise SettingsError(f"{where}: agents: one is named twice")
        if settings.asks_model and settings.model is None:
            raise SettingsError(f"{where}: back_ends ask a model, but model is missing")
        settings = replace(settings, symbolic=_all_weights(settings.symbolic, where))
        for name in settings.selection.quotas:
            if name not in CATEGORIES and not name.startswith("dialect: "):
                known = ", ".join(sorted(CATEGORIES))
                raise SettingsError(
                    f"{where}: selection.quotas: no task category {name!r}; there are {known}, and "
                    "'dialect: NAME'"
                )
        return settings


def _all_weights(symbolic: SymbolicSettings, where: str) -> SymbolicSettings:
    """With the weights of transforms that were not named. Raises: SettingsError."""
    for name in symbolic.transforms:
        if name not in TRANSFORM_WEIGHTS:
            known = ", ".join(TRANSFORM_WEIGHTS)
            raise SettingsError(
                f"{where}: symbolic.transforms: no transform {name!r}; there are {known}"
            )
    weights = {**TRANSFORM_WEIGHTS, **symbolic.transforms}
    if not any(weights.values()):
        raise SettingsError(
            f"{where}: symbolic.transforms: all are off; leave expansion out of agents instead"
        )
    return replace(symbolic, transforms=weights)


_ADAPTER = TypeAdapter(AgentsSettings)


def read_settings(path: Path) -> dict[str, Any]:
    """The plain values of a YAML file. Raises: SettingsError."""
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise SettingsError(f"{path}: expected keys and values")
    return values


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"unknown key {place!r}"
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    return f"{place}: {message}"
