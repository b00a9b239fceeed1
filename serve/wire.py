"""The bodies of requests and answers, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr

from serve.errors import ErrorBody

DEFAULT_SCHEMA = "default"
SCHEMA_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"


def _whole(text: str) -> str:
    # JSON can name half of a surrogate pair, which no answer could send back.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair") from None
    return text


Text = Annotated[StrictStr, AfterValidator(_whole)]
Dialect = Annotated[Text, Field(max_length=60)]
SessionKey = Annotated[Text, Field(max_length=200)]


class PutSchema(BaseModel):
    """`PUT /v1/schemas/{name}`: DDL with its dialect, or the URL of a database."""

    model_config = ConfigDict(extra="forbid")

    ddl: Text | None = None
    dialect: Dialect | None = None
    database_url: Annotated[Text, Field(max_length=4096)] | None = None


class SchemaInfo(BaseModel):
    """What a listing says of a schema."""

    name: str
    dialect: str
    tables: int
    columns: int


class SchemaList(BaseModel):
    """`GET /v1/schemas`."""

    schemas: list[SchemaInfo]


class Complete(BaseModel):
    """`POST /v1/complete`. `cursor` counts code points; a `dialect` goes before the schema's.

    Requests of one `session` share what the model has read; without it, all of one schema do.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Text
    cursor: Annotated[StrictInt, Field(ge=0)]
    schema_name: Annotated[Text, Field(alias="schema", max_length=64)] = DEFAULT_SCHEMA
    dialect: Dialect | None = None
    max_items: Annotated[StrictInt, Field(ge=0, le=100)] = 10
    deadline_ms: Annotated[float, Field(strict=True, gt=0, le=60_000)] = 150
    session: SessionKey | None = None


Source = Literal["model", "schema", "model+schema", "history"]


class VerdictBody(BaseModel):
    """What the checks say of a ghost; `warnings` are there only where there are some."""

    status: Literal["valid", "unchecked", "invalid"]
    detail: str | None
    warnings: list[str] = []


class GhostBody(BaseModel):
    """Text to insert at the cursor; it replaces nothing."""

    text: str
    confidence: float
    source: Source
    verdict: VerdictBody


class ItemBody(BaseModel):
    """One line of a popup: `insert` takes the place of `text[replace[0]:replace[1]]`."""

    label: str
    insert: str
    replace: Annotated[list[int], Field(min_length=2, max_length=2)]
    kind: str
    score: float
    source: Source
    detail: str | None


class TimingsBody(BaseModel):
    """Milliseconds."""

    total: float
    scope: float
    candidates: float
    model: float
    verdict: float


class CompletionBody(BaseModel):
    """The answer of `POST /v1/complete`; `model` tells whether the model was asked and in time."""

    id: str
    ghost: GhostBody | None
    items: list[ItemBody]
    model: Literal["none", "answered", "late"]
    timings_ms: TimingsBody


class Health(BaseModel):
    """`GET /health`. `backend` is there where the model runs behind another server."""

    status: Literal["ok", "loading", "failed"]
    version: str
    model: str | None = None
    backend: Literal["ok", "unreachable"] | None = None


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers that are no success, for a route's description: those given, and those that any
    request may get."""
    of_any = {400, 401, 403, 408, 413, 422, 429}
    return {status: {"model": ErrorBody} for status in sorted({*of_any, *statuses})}
