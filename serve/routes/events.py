"""What became of a suggestion, by the shape that Tabby's clients send."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from serve.errors import ApiError
from serve.events import EventLogError
from serve.service import Service
from serve.wire import Text, errors


class Event(BaseModel):
    """`POST /v1/events`. `choice_index` counts the ghost first, where there is one, and then the
    items; `elapsed` is milliseconds from view to decision."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["view", "select", "dismiss"]
    completion_id: Annotated[Text, Field(max_length=200)]
    choice_index: Annotated[StrictInt, Field(ge=0, le=1000)] = 0
    view_id: Annotated[Text, Field(max_length=200)] | None = None
    elapsed: Annotated[StrictInt, Field(ge=0, le=10**9)] | None = None


class EventTaken(BaseModel):
    """Whether the event was kept: not without `--events`, and not for an unknown completion."""

    stored: bool


def event_routes(service: Service) -> APIRouter:
    """`/v1/events`."""
    router = APIRouter(tags=["events"])

    @router.post("/v1/events", responses=errors(507))
    async def event(
        body: Event, select_kind: Annotated[str | None, Query(max_length=20)] = None
    ) -> EventTaken:
        """Takes one event; it is kept on this machine, and only where the server was told to."""
        service.metrics.events.labels(body.type).inc()
        log = service.events
        if log is None:
            return EventTaken(stored=False)
        try:
            stored = await asyncio.to_thread(
                log.add,
                body.type,
                body.completion_id,
                body.choice_index,
                kind="line" if body.type == "select" and select_kind == "line" else None,
                view_id=body.view_id,
                elapsed=body.elapsed,
            )
        except EventLogError as error:
            raise ApiError(507, "not_stored", str(error)) from None
        return EventTaken(stored=stored)

    return router
