"""Bodies of `/infill`, in the form of llama.cpp's server."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from serve.wire import Dialect, SessionKey, Text

Milliseconds = Annotated[float, Field(strict=True, ge=-1, le=60_000)]


class ExtraContext(BaseModel):
    """A piece of another file. Where it holds DDL, its tables may be named."""

    model_config = ConfigDict(extra="ignore")

    filename: Annotated[Text, Field(max_length=4096)] = ""
    text: Text


class InfillRequest(BaseModel):
    """`POST /infill`: the text before the gap is `input_prefix` and then `prompt`.

    Fields of sampling are taken and have no effect: the answer is the likeliest text that the
    schema allows. `schema`, `dialect` and `session` are ours.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    input_prefix: Text = ""
    input_suffix: Text = ""
    input_extra: Annotated[list[ExtraContext], Field(max_length=1000)] = []
    prompt: Text = ""
    n_predict: Annotated[StrictInt, Field(ge=-1, le=1_000_000)] = -1
    n_indent: Annotated[StrictInt, Field(ge=0, le=10_000)] = 0
    stop: Annotated[list[Text], Field(max_length=64)] = []
    stream: StrictBool = False
    t_max_prompt_ms: Milliseconds = 0
    t_max_predict_ms: Milliseconds = 0
    response_fields: Annotated[list[Text], Field(max_length=100)] = []
    id_slot: Annotated[StrictInt, Field(ge=-1, le=1_000_000)] = -1
    schema_name: Annotated[Text, Field(max_length=64)] | None = Field(default=None, alias="schema")
    dialect: Dialect | None = None
    session: SessionKey | None = None


class InfillTimings(BaseModel):
    """Tokens and milliseconds: `prompt` is what was read, `predicted` what was written."""

    prompt_n: int
    prompt_ms: float
    prompt_per_token_ms: float
    prompt_per_second: float
    predicted_n: int
    predicted_ms: float
    predicted_per_token_ms: float
    predicted_per_second: float


class InfillAnswer(BaseModel):
    """The answer, where `response_fields` names no others. `confidence`, `source` and `verdict` are
    ours."""

    index: int
    id: str
    content: str
    tokens: list[int]
    id_slot: int
    stop: bool
    model: str
    tokens_predicted: int
    tokens_evaluated: int
    generation_settings: dict[str, Any]
    has_new_line: bool
    truncated: bool
    stop_type: str
    stopping_word: str
    timings: InfillTimings
    confidence: float | None
    source: str | None
    verdict: str | None


def chosen(answer: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """The answer, or its fields that are named, as `timings/prompt_n`; those it lacks are left
    out."""
    if not fields:
        return answer
    found = {}
    for name in fields:
        value: Any = answer
        for part in name.split("/"):
            if not isinstance(value, dict) or part not in value:
                break
            value = value[part]
        else:
            found[name] = value
    return found
