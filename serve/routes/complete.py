"""Completion in our own form: ghost, items, verdict, timings."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from serve.errors import ApiError
from serve.service import Asked, Service, dialect_of
from serve.wire import Complete, CompletionBody, errors
from sqlcomplete.completion_json import completion_to_json


def complete_routes(service: Service) -> APIRouter:
    """`/v1/complete`."""
    router = APIRouter(tags=["complete"])

    @router.post("/v1/complete", response_model=CompletionBody, responses=errors(404, 500, 503))
    async def complete(body: Complete, request: Request) -> JSONResponse:
        """One completion."""
        arrived = time.perf_counter()
        service.ready()
        if body.cursor > len(body.text):
            raise ApiError(
                422,
                "invalid_request",
                f"cursor: lies outside the text, which has {len(body.text)} code points",
                "cursor",
            )
        asked = Asked(
            named=service.schema(body.schema_name),
            dialect=dialect_of(body.dialect),
            client=service.client(request, body.session),
            text=body.text,
            cursor=body.cursor,
            max_items=body.max_items,
            deadline_ms=body.deadline_ms,
            arrived=arrived,
        )
        answered = await service.complete(request, asked)
        return JSONResponse(completion_to_json(answered.completion))

    return router
