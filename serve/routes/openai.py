"""Completions in OpenAI's form: the model's own words, by our prompt."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Generator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from serve.engine import SharedCompleter
from serve.errors import ApiError
from serve.generation import Count, Piece, TokenLog, Wanted, run_prompt
from serve.openai_wire import (
    MOST_TOKENS,
    STREAM,
    CompletionAnswer,
    CompletionRequest,
    ModelCard,
    ModelList,
)
from serve.registry import NamedSchema
from serve.service import Asked, Service, dialect_of
from serve.wire import errors
from serve.work import Task
from sqlcomplete.model.generate import Sampling
from sqlcomplete.model.prompt import Prompt

NAME = "sqlcomplete"


def openai_routes(service: Service) -> APIRouter:
    """`/v1/completions` and `/v1/models`."""
    router = APIRouter(tags=["openai"])
    created = int(time.time())

    def cards() -> list[ModelCard]:
        loaded = service.ready()
        if loaded.model is None:
            return []
        names = [NAME, loaded.model.name]
        names += [f"{NAME}:{named.name}" for named in service.registry.all()]
        return [ModelCard(id=name, created=created) for name in dict.fromkeys(names)]

    @router.get("/v1/models", responses=errors(503))
    async def models() -> ModelList:
        """The names that `model` may have: `sqlcomplete:NAME` is the model with a schema."""
        return ModelList(data=cards())

    @router.get("/v1/models/{name}", responses=errors(404, 503))
    async def model(name: str) -> ModelCard:
        """One of them."""
        for card in cards():
            if card.id == name:
                return card
        raise _no_model(name)

    @router.post(
        "/v1/completions",
        response_model=CompletionAnswer,
        responses={**errors(404, 500, 503), 200: {"content": STREAM}},
    )
    async def completions(body: CompletionRequest, request: Request) -> Response:
        """What the model writes on from a prompt, held to nothing; streamed where asked."""
        arrived = time.perf_counter()
        asked = Asked(
            named=_schema(service, body),
            dialect=dialect_of(body.dialect),
            client=service.client(request, body.prompt_cache_key, body.user),
            text="",
            cursor=0,
            max_items=0,
            deadline_ms=service.settings.time_limit * 1000,
            arrived=arrived,
        )
        wanted = _wanted(service, body, arrived)
        counts = [Count() for _ in body.prompts]

        def work(task: Task) -> Generator[tuple[int, Piece], None, None]:
            with service.chat(task, service.ready(), asked) as (completer, _):
                for index, prompt in enumerate(body.prompts):
                    made, shown = _prompt(completer, prompt, body.suffix or "", wanted)
                    assert completer.session is not None
                    for piece in run_prompt(completer.session, made, shown, wanted, counts[index]):
                        yield index, piece

        answer = _Answer(body, counts)
        pieces = service.stream(request, work)
        if body.stream:
            first = await anext(pieces, None)
            return StreamingResponse(
                answer.events(first, pieces),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store"},
            )
        return JSONResponse(answer.whole([item async for item in pieces]))

    return router


class _Answer:
    """Writes pieces as OpenAI's JSON."""

    def __init__(self, body: CompletionRequest, counts: list[Count]) -> None:
        self._body = body
        self._counts = counts
        self._head = {
            "id": f"cmpl-{uuid.uuid4().hex}",
            "object": "text_completion",
            "created": int(time.time()),
            "model": body.model or NAME,
        }

    def whole(self, items: list[tuple[int, Piece]]) -> dict[str, Any]:
        """One answer of all pieces."""
        choices = []
        for index in range(len(self._counts)):
            pieces = [piece for at, piece in items if at == index]
            whole = Piece(
                "".join(piece.text for piece in pieces),
                tuple(log for piece in pieces for log in piece.tokens),
                pieces[-1].finish if pieces else None,
            )
            choices.append(self._choice(index, whole))
        return {**self._head, "choices": choices, "usage": self._usage()}

    async def events(
        self, first: tuple[int, Piece] | None, pieces: AsyncIterator[tuple[int, Piece]]
    ) -> AsyncIterator[str]:
        """Server-sent events, one a piece."""
        try:
            if first is not None:
                yield self._event([self._choice(*first)])
            async for index, piece in pieces:
                yield self._event([self._choice(index, piece)])
        except ApiError as error:
            # The status has been sent: the client learns of it by an event.
            yield f"data: {json.dumps(error.body())}\n\n"
            return
        options = self._body.stream_options
        if options is not None and options.include_usage:
            yield self._event([], usage=self._usage())
        yield "data: [DONE]\n\n"

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> str:
        return f"data: {json.dumps({**self._head, 'choices': choices, **more})}\n\n"

    def _choice(self, index: int, piece: Piece) -> dict[str, Any]:
        return {
            "index": index,
            "text": piece.text,
            "logprobs": None if self._body.logprobs is None else _logprobs(piece.tokens),
            "finish_reason": piece.finish,
        }

    def _usage(self) -> dict[str, int]:
        prompt = sum(count.prompt for count in self._counts)
        answer = sum(count.answer for count in self._counts)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
        }


def _logprobs(tokens: tuple[TokenLog, ...]) -> dict[str, Any]:
    return {
        "text_offset": [token.offset for token in tokens],
        "token_logprobs": [token.logprob for token in tokens],
        "tokens": [token.text for token in tokens],
        "top_logprobs": [token.top for token in tokens],
    }


def _schema(service: Service, body: CompletionRequest) -> NamedSchema:
    loaded = service.ready()
    name, _, of_model = body.model.partition(":")
    if loaded.model is None or (body.model not in ("", loaded.model.name) and name != NAME):
        raise _no_model(body.model)
    if body.schema_name is not None:
        return service.schema(body.schema_name)
    if name == NAME and of_model:
        return service.schema(of_model, "model")
    return service.default_schema()


def _no_model(name: str) -> ApiError:
    return ApiError(
        404,
        "model_not_found",
        f"model: there is none named {name[:80]!r}; GET /v1/models lists them",
        "model",
    )


def _wanted(service: Service, body: CompletionRequest, arrived: float) -> Wanted:
    def or_else(value: float | None, default: float) -> float:
        return default if value is None else value

    model = service.ready().model
    assert model is not None
    size = len(model.tokenizer)
    bias = {int(key): value for key, value in (body.logit_bias or {}).items()}
    if any(token >= size for token in bias):
        raise _outside("logit_bias", size)
    for prompt in body.prompts:
        if isinstance(prompt, list) and any(token >= size for token in prompt):
            raise _outside("prompt", size)
    sampling = Sampling(
        temperature=or_else(body.temperature, 1.0),
        top_p=or_else(body.top_p, 1.0),
        top_k=max(body.top_k or 0, 0),
        presence_penalty=or_else(body.presence_penalty, 0.0),
        frequency_penalty=or_else(body.frequency_penalty, 0.0),
        bias=bias,
        seed=None if body.seed is None else abs(body.seed),
    )
    return Wanted(
        max_tokens=16 if body.max_tokens is None else body.max_tokens,
        sampling=sampling,
        stops=body.stops,
        logprobs=body.logprobs,
        echo=bool(body.echo),
        token_ids=bool(body.return_tokens_as_token_ids),
        deadline=arrived + service.settings.time_limit,
    )


def _outside(param: str, size: int) -> ApiError:
    return ApiError(422, "invalid_request", f"{param}: token ids go from 0 to {size - 1}", param)


def _prompt(
    completer: SharedCompleter, prompt: str | list[int], suffix: str, wanted: Wanted
) -> tuple[Prompt, str]:
    """The prompt as the model gets it, and as its asker wrote it."""
    if isinstance(prompt, list):
        assert completer.session is not None
        made, shown = Prompt(tuple(prompt), ""), completer.session.tokenizer.decode(prompt)
    else:
        made, shown = completer.prompt(prompt + suffix, len(prompt)), prompt
    if len(made.tokens) + wanted.max_tokens > MOST_TOKENS:
        raise ApiError(
            422,
            "context_length_exceeded",
            f"max_tokens: the prompt has {len(made.tokens)} tokens, and prompt and completion "
            f"together may have {MOST_TOKENS}",
            "max_tokens",
        )
    return made, shown
