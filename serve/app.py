"""The HTTP API: its routes, and what stands before all of them. docs/api.md is its contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from serve.engine import Engine
from serve.errors import install_error_handlers
from serve.guard import Guard
from serve.metrics import Measure
from serve.routes.complete import complete_routes
from serve.routes.events import event_routes
from serve.routes.infill import infill_routes
from serve.routes.openai import openai_routes
from serve.routes.schemas import schema_routes
from serve.routes.status import status_routes
from serve.service import SESSION_HEADER, Service
from serve.settings import ServeSettings
from sqlcomplete.cli.versions import version_of
from sqlcomplete.schema.model import Schema


def create_app(
    settings: ServeSettings,
    engine: Engine,
    *,
    schemas: Mapping[str, Schema] | None = None,
    on_failure: Callable[[Exception], None] | None = None,
) -> FastAPI:
    """The application, with `schemas` known from the start.

    `on_failure` is told where the model cannot be loaded.
    """
    service = Service(settings, engine, schemas or {}, on_failure)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(service.load())
        yield
        await service.close()
        await task

    app = FastAPI(
        title="sqlcomplete",
        version=version_of("sqlcomplete"),
        description="SQL completion from a small local model, held to your live schema.",
        lifespan=lifespan,
        # The pages that FastAPI would show load their scripts from the network.
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    install_error_handlers(app)
    if settings.allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allow_origins),
            allow_methods=["GET", "PUT", "POST"],
            allow_headers=["authorization", "content-type", SESSION_HEADER],
        )
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Measure, metrics=service.metrics)
    for routes in (
        status_routes,
        schema_routes,
        complete_routes,
        openai_routes,
        infill_routes,
        event_routes,
    ):
        app.include_router(routes(service))

    @app.get("/v1/openapi.json", include_in_schema=False)
    async def description() -> JSONResponse:
        return JSONResponse(app.openapi())

    if settings.token is not None:
        _describe_token(app)
    return app


def _describe_token(app: FastAPI) -> None:
    """Says in the OpenAPI document that requests need the token."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        components = document.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        document["paths"]["/health"]["get"]["security"] = []
        return document

    app.openapi = openapi  # type: ignore[method-assign]
