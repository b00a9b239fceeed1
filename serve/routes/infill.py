"""Completion in the form of llama.cpp's server, for the editors that speak it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from serve.extra_schema import ExtraSchemas
from serve.infill_wire import InfillAnswer, InfillRequest, chosen
from serve.openai_wire import STREAM
from serve.registry import NamedSchema
from serve.service import Answered, Asked, Service, dialect_of
from serve.wire import errors
from serve.work import Task
from sqlcomplete.model.tokenizer import Tokenizer

DEADLINE_MS = 1000.0  # where the request sets no time


def infill_routes(service: Service) -> APIRouter:
    """`/infill`."""
    router = APIRouter(tags=["llama.cpp"])
    extra = ExtraSchemas(service.engine.read_ddl)

    @router.post(
        "/infill",
        response_model=InfillAnswer | dict[str, Any],
        responses={**errors(404, 500, 503), 200: {"content": STREAM}},
    )
    async def infill(
        body: InfillRequest,
        request: Request,
        schema: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """The text that belongs in the gap, checked against the schema; empty where there is none.

        The schema is the one that `schema` names, in the query or the body, else the server's
        first, with the tables that the DDL in `input_extra` adds.
        """
        arrived = time.perf_counter()
        loaded = service.ready()
        wanted = schema or body.schema_name
        named = service.default_schema() if wanted is None else service.schema(wanted)
        dialect = dialect_of(body.dialect)
        texts = [piece.text for piece in body.input_extra]
        if texts:

            def read(_: Task) -> tuple[NamedSchema, list[NamedSchema]]:
                return extra.with_ddl(named, dialect, texts)

            named, gone = await service.run(request, read)
            for one in gone:
                service.conversations.drop(one)
        before = body.input_prefix + body.prompt
        limit = sum(max(part, 0.0) for part in (body.t_max_prompt_ms, body.t_max_predict_ms))
        answered = await service.complete(
            request,
            Asked(
                named=named,
                dialect=dialect,
                client=service.client(
                    request, body.session, None if body.id_slot < 0 else f"slot {body.id_slot}"
                ),
                text=before + body.input_suffix,
                cursor=len(before),
                max_items=1,
                deadline_ms=min(limit, 60_000.0) or DEADLINE_MS,
                arrived=arrived,
            ),
        )
        tokenizer = None if loaded.model is None else loaded.model.tokenizer
        name = "sqlcomplete" if loaded.model is None else loaded.model.name
        answer = _answer(body, answered, tokenizer, name)
        if body.stream:
            return StreamingResponse(_events(answer), media_type="text/event-stream")
        return JSONResponse(chosen(answer, body.response_fields))

    return router


async def _events(answer: dict[str, Any]) -> AsyncIterator[str]:
    """The text in one event and the rest in another, as llama.cpp ends its streams."""
    part = {"index": 0, "content": answer["content"], "tokens": answer["tokens"], "stop": False}
    for event in (part, {**answer, "content": "", "tokens": []}):
        yield f"data: {json.dumps(event)}\n\n"


def _answer(
    body: InfillRequest, answered: Answered, tokenizer: Tokenizer | None, model: str
) -> dict[str, Any]:
    completion = answered.completion
    ghost = completion.ghost
    text, stop_type, word = _cut(body, "" if ghost is None else ghost.text, tokenizer)
    tokens = [] if tokenizer is None else tokenizer.encode(text)
    timings = completion.timings_ms
    read = max(answered.computed - len(tokens), 0)
    return {
        "index": 0,
        "id": completion.id,
        "content": text,
        "tokens": tokens,
        "id_slot": body.id_slot,
        "stop": True,
        "model": model,
        "tokens_predicted": len(tokens),
        "tokens_evaluated": read,
        "generation_settings": {"n_predict": body.n_predict, "stop": body.stop},
        "has_new_line": "\n" in text,
        "truncated": False,
        "stop_type": stop_type,
        "stopping_word": word,
        "timings": {
            **_rate("prompt", read, timings.total - timings.model),
            **_rate("predicted", len(tokens), timings.model),
        },
        "confidence": None if ghost is None else round(ghost.confidence, 4),
        "source": None if ghost is None else ghost.source,
        "verdict": None if ghost is None else ghost.verdict.status,
    }


def _cut(body: InfillRequest, text: str, tokenizer: Tokenizer | None) -> tuple[str, str, str]:
    """The text within the request's limits, why it ends, and the stop string that ended it."""
    stop_type, word = "eos", ""
    found = [(text.find(stop), stop) for stop in body.stop if stop and stop in text]
    if found:
        place, word = min(found)
        text, stop_type = text[:place], "word"
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        indent = len(line) - len(line.lstrip(" \t"))
        if line.strip() and indent < body.n_indent:
            text = "\n".join(lines[:number])
            break
    if body.n_predict >= 0 and tokenizer is not None:
        tokens = tokenizer.encode(text)
        if len(tokens) > body.n_predict:
            text = tokenizer.decode(tokens[: body.n_predict]).rstrip("\ufffd")
            stop_type, word = "limit", ""
    elif body.n_predict == 0:
        text = ""
    return text, stop_type, word


def _rate(name: str, count: int, ms: float) -> dict[str, float]:
    ms = max(ms, 0.001)
    return {
        f"{name}_n": count,
        f"{name}_ms": round(ms, 3),
        f"{name}_per_token_ms": round(ms / count, 3) if count else 0.0,
        f"{name}_per_second": round(count / ms * 1000, 3),
    }
