"""The forms of the answers, and how strictly they are read: the whole answer is one JSON object
with just these fields, of these types. One malformed answer is asked for again, a second is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from distill.agents.lm.client import Asked, Messages, ModelClient
from distill.agents.trouble import RefusedError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Score = Annotated[int, Field(ge=0, le=9)]
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Variation(_Form):
    """A statement that expansion made."""

    question: Text
    sql: Text
    change: Line


class Variations(_Form):
    """Expansion's answer."""

    statements: Annotated[list[Variation], Field(min_length=1)]


class Rewritten(_Form):
    """Rewriting's answer; an empty plan means none."""

    question: Text
    sql: Text
    plan: Annotated[list[Line], Field(max_length=8)]


class Scores(_Form):
    """Selection's answer."""

    informativeness: Score
    helpfulness: Score
    generalisation: Score


class Verdict(_Form):
    """Verification's answer."""

    verdict: Literal["pass", "fail"]
    reason: Line


FormT = TypeVar("FormT", bound=_Form)


def ask_for(client: ModelClient, messages: Messages, form: type[FormT]) -> tuple[FormT, str]:
    """The model's answer in this form, and the hash of the prompt that led to it.

    Raises: RefusedError, when two answers in a row are malformed; and what `ModelClient.ask` does.
    """
    asked = client.ask(messages)
    try:
        return read(asked, form), asked.prompt_hash
    except ValueError as first:
        again = [*messages, *_correction(asked, str(first))]
        asked = client.ask(again)
        try:
            return read(asked, form), asked.prompt_hash
        except ValueError as second:
            raise RefusedError(f"malformed answer, twice: {second}") from None


def read(asked: Asked, form: type[FormT]) -> FormT:
    """The answer in this form. Raises: ValueError, with what is wrong in a line."""
    content = asked.answer.content
    if asked.answer.finish == "length":
        raise ValueError("cut off at the token limit")
    fenced = _FENCED.match(content)
    try:
        return form.model_validate_json(fenced.group(1) if fenced else content)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        # The column a parser stopped at would make a reason of its own of every answer.
        message = re.sub(r" at line \d+ column \d+", "", detail["msg"])
        raise ValueError(f"{place}: {message}" if place else message) from None


def _correction(asked: Asked, fault: str) -> Sequence[dict[str, str]]:
    return (
        {"role": "assistant", "content": asked.answer.content[:2000]},
        {
            "role": "user",
            "content": f"That answer cannot be read: {fault}. Answer again with the JSON object "
            "alone, with just the fields that were asked for.",
        },
    )
