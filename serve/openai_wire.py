"""Bodies of `/v1/completions` and `/v1/models`, in OpenAI's form."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, field_validator

from serve.wire import Dialect, SessionKey, Text

MOST_TOKENS = 2048  # of prompt and completion together
MOST_PROMPTS = 16

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
TokenId = Annotated[StrictInt, Field(ge=0)]
Tokens = Annotated[list[TokenId], Field(min_length=1, max_length=MOST_TOKENS)]
Prompts = (
    Text
    | Tokens
    | Annotated[list[Text], Field(min_length=1, max_length=MOST_PROMPTS)]
    | Annotated[list[Tokens], Field(min_length=1, max_length=MOST_PROMPTS)]
)


class StreamOptions(BaseModel):
    """What a stream holds besides text."""

    model_config = ConfigDict(extra="ignore")

    include_usage: StrictBool | None = None


class CompletionRequest(BaseModel):
    """`POST /v1/completions`. Fields that OpenAI has and that mean nothing here are ignored.

    `schema` and `dialect` are ours: what the prompt is written against. A prompt of token ids is
    given to the model as it is.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    model: Annotated[Text, Field(max_length=200)] = "sqlcomplete"
    prompt: Prompts = ""
    suffix: Text | None = None
    max_tokens: Annotated[StrictInt, Field(ge=0, le=MOST_TOKENS)] | None = None
    temperature: Annotated[Number, Field(ge=0, le=2)] | None = None
    top_p: Annotated[Number, Field(gt=0, le=1)] | None = None
    top_k: Annotated[StrictInt, Field(ge=-1, le=1_000_000)] | None = None
    n: Annotated[StrictInt, Field(ge=1, le=1)] | None = None
    best_of: Annotated[StrictInt, Field(ge=1, le=1)] | None = None
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    logprobs: Annotated[StrictInt, Field(ge=0, le=20)] | None = None
    echo: StrictBool | None = None
    stop: Text | Annotated[list[Text], Field(max_length=16)] | None = None
    presence_penalty: Annotated[Number, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[Number, Field(ge=-2, le=2)] | None = None
    logit_bias: (
        Annotated[dict[str, Annotated[Number, Field(ge=-100, le=100)]], Field(max_length=1000)]
        | None
    ) = None
    seed: Annotated[StrictInt, Field(ge=-(2**63), lt=2**63)] | None = None
    user: SessionKey | None = None
    prompt_cache_key: SessionKey | None = None
    schema_name: Annotated[Text, Field(max_length=64)] | None = Field(default=None, alias="schema")
    dialect: Dialect | None = None
    return_tokens_as_token_ids: StrictBool | None = None

    @field_validator("logit_bias")
    @classmethod
    def _of_token_ids(cls, bias: dict[str, float] | None) -> dict[str, float] | None:
        for key in bias or ():
            if not (key.isascii() and key.isdigit() and len(key) < 10):
                raise ValueError("the keys must be token ids")
        return bias

    @property
    def prompts(self) -> list[str | list[int]]:
        """Each prompt of the request."""
        if isinstance(self.prompt, str):
            return [self.prompt]
        if isinstance(self.prompt[0], int):
            return [list(self.prompt)]
        return list(self.prompt)

    @property
    def stops(self) -> list[str]:
        """The stop strings."""
        if self.stop is None:
            return []
        return [self.stop] if isinstance(self.stop, str) else list(self.stop)


class Logprobs(BaseModel):
    """One entry a token. `token_logprobs` and `top_logprobs` are null where nothing stands before
    the token."""

    text_offset: list[int]
    token_logprobs: list[float | None]
    tokens: list[str]
    top_logprobs: list[dict[str, float] | None]


class Choice(BaseModel):
    """The answer to one prompt."""

    index: int
    text: str
    logprobs: Logprobs | None
    finish_reason: Literal["stop", "length"] | None


class Usage(BaseModel):
    """Tokens of all prompts and answers."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionAnswer(BaseModel):
    """The answer, and each event of a stream."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage | None = None


class ModelCard(BaseModel):
    """One name that `model` may have."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "sqlcomplete"


class ModelList(BaseModel):
    """`GET /v1/models`."""

    object: Literal["list"] = "list"
    data: list[ModelCard]


STREAM: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "description": "Each server-sent event, whose data is JSON.",
            "properties": {"data": {"type": "string"}},
            "required": ["data"],
        }
    }
}
