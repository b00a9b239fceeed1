"""The bodies of requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr

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


class PutSchema(BaseModel):
    """`PUT /v1/schemas/{name}`: DDL with its dialect, or the URL of a database."""

    model_config = ConfigDict(extra="forbid")

    ddl: Text | None = None
    dialect: Annotated[Text, Field(max_length=60)] | None = None
    database_url: Annotated[Text, Field(max_length=4096)] | None = None


class Complete(BaseModel):
    """`POST /v1/complete`. `cursor` counts code points; a `dialect` goes before the schema's."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Text
    cursor: Annotated[StrictInt, Field(ge=0)]
    schema_name: Annotated[Text, Field(alias="schema", max_length=64)] = DEFAULT_SCHEMA
    dialect: Annotated[Text, Field(max_length=60)] | None = None
    max_items: Annotated[StrictInt, Field(ge=0, le=100)] = 10
    deadline_ms: Annotated[float, Field(strict=True, gt=0, le=60_000)] = 150
