"""The HTTP API: what each path takes and gives. docs/api.md is its contract."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from serve.errors import ApiError, defect, install_error_handlers
from serve.guard import Guard
from serve.registry import Completers, NamedSchema, Registry
from serve.settings import ServeSettings
from serve.wire import SCHEMA_NAME, Complete, PutSchema
from serve.work import WorkPool
from sqlcomplete.cli.engine import CompleterFactory
from sqlcomplete.cli.versions import version_of
from sqlcomplete.completion_json import completion_to_json
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.dialect import UnknownDialectError, check_dialect
from sqlcomplete.schema.model import Schema

Reader = Callable[[str, str | None], Schema]


@dataclasses.dataclass(frozen=True, slots=True)
class Engine:
    """What the app is given to work with.

    `load` loads the model, which may take a second or more, and gives what makes completers.
    `read_ddl` makes a schema of DDL and a dialect, `read_database` one of a URL; both raise
    SqlcompleteError.
    """

    load: Callable[[], CompleterFactory]
    read_ddl: Reader
    read_database: Reader


class Loading:
    """The model on its way: `factory` once it is there, `error` where it did not come."""

    def __init__(self) -> None:
        self.factory: CompleterFactory | None = None
        self.error: Exception | None = None

    def ready(self) -> CompleterFactory:
        """The factory.

        Raises:
            ApiError: 503, the model is still loading or could not be loaded.
        """
        if self.factory is not None:
            return self.factory
        if self.error is not None:
            raise ApiError(503, "model_failed", "the model could not be loaded; see the log")
        raise ApiError(
            503, "model_loading", "the model is loading; try again", headers={"Retry-After": "1"}
        )


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
    registry = Registry(settings.max_schemas)
    completers = Completers(settings.max_completers)
    for name, schema in (schemas or {}).items():
        registry.put(NamedSchema(name, schema))
    loading = Loading()

    def load_and_prepare() -> CompleterFactory:
        factory = engine.load()
        for named in registry.all()[: settings.max_completers]:
            completers.get(factory, named)
        return factory

    async def load() -> None:
        try:
            loading.factory = await asyncio.to_thread(load_and_prepare)
        except Exception as error:
            loading.error = error
            if on_failure is not None:
                on_failure(error)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.completing = WorkPool("complete", workers=settings.workers, queue=settings.queue)
        # Apart, so that reading a large schema holds up no keystroke.
        app.state.reading = WorkPool("schema", workers=1, queue=8)
        task = asyncio.create_task(load())
        yield
        await app.state.completing.close()
        await app.state.reading.close()
        await task

    app = FastAPI(
        title="sqlcomplete",
        version=version_of("sqlcomplete"),
        lifespan=lifespan,
        # The pages that FastAPI would show load their scripts from the network.
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
    )
    install_error_handlers(app)
    if settings.allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allow_origins),
            allow_methods=["GET", "PUT", "POST"],
            allow_headers=["authorization", "content-type"],
        )
    app.add_middleware(Guard, settings=settings)

    @app.get("/health")
    async def health() -> JSONResponse:
        """200 once completions can be had; 503 before."""
        if loading.factory is not None:
            return JSONResponse({"status": "ok", "version": app.version})
        status = "loading" if loading.error is None else "failed"
        return JSONResponse({"status": status, "version": app.version}, status_code=503)

    @app.get("/v1/schemas")
    async def list_schemas() -> dict[str, Any]:
        """The schemas that completions may name."""
        return {"schemas": [dataclasses.asdict(named.info) for named in registry.all()]}

    @app.put("/v1/schemas/{name}")
    async def put_schema(name: str, request: PutSchema) -> dict[str, Any]:
        """Adds or replaces a schema, from DDL or a database."""
        if re.fullmatch(SCHEMA_NAME, name) is None:
            raise ApiError(
                422,
                "invalid_request",
                "name: up to 64 letters, digits, '_', '-' and '.', the first a letter or digit",
                "name",
            )
        read = _reader(request, engine, settings)

        def work() -> NamedSchema:
            named = NamedSchema(name, read())
            if loading.factory is not None:
                completers.get(loading.factory, named)
            return named

        try:
            named: NamedSchema = await app.state.reading.run(work)
        except UnknownDialectError as error:
            raise ApiError(422, "invalid_request", str(error), "dialect") from None
        except SqlcompleteError as error:
            param = "ddl" if request.database_url is None else "database_url"
            raise ApiError(422, "invalid_schema", str(error), param) from None
        except ApiError:
            raise
        except Exception as error:
            raise defect(error) from None
        replaced = registry.get(name)
        registry.put(named)
        if replaced is not None:
            completers.drop(replaced)
        return dataclasses.asdict(named.info)

    @app.post("/v1/complete")
    async def complete(request: Complete) -> dict[str, Any]:
        """One completion."""
        arrived = time.perf_counter()
        factory = loading.ready()
        if request.cursor > len(request.text):
            raise ApiError(
                422,
                "invalid_request",
                f"cursor: lies outside the text, which has {len(request.text)} code points",
                "cursor",
            )
        dialect = _dialect(request.dialect)
        named = registry.get(request.schema_name)
        if named is None:
            raise ApiError(
                404,
                "unknown_schema",
                f"schema: there is none named {request.schema_name!r}; "
                "send it with PUT /v1/schemas/{name}",
                "schema",
            )

        def work() -> dict[str, Any]:
            # The time spent waiting for a thread is the keystroke's time too.
            left = request.deadline_ms - (time.perf_counter() - arrived) * 1000
            completion = completers.get(factory, named, dialect).complete(
                request.text,
                request.cursor,
                max_items=request.max_items,
                deadline_ms=max(left, 1.0),
            )
            return completion_to_json(completion)

        try:
            answer: dict[str, Any] = await app.state.completing.run(work)
        except SqlcompleteError as error:
            raise ApiError(422, "invalid_request", str(error)) from None
        except ApiError:
            raise
        except Exception as error:
            raise defect(error) from None
        return answer

    return app


def _reader(request: PutSchema, engine: Engine, settings: ServeSettings) -> Callable[[], Schema]:
    ddl, url, dialect = request.ddl, request.database_url, request.dialect
    if (ddl is None) == (url is None):
        raise ApiError(422, "invalid_request", "give one of ddl and database_url", "ddl")
    checked = _dialect(dialect)
    if ddl is not None:
        return lambda: engine.read_ddl(ddl, checked)
    if not settings.allow_database_urls:
        raise ApiError(
            403,
            "forbidden",
            "database_url: this server opens no databases for requests; "
            "start it with --allow-database-urls",
            "database_url",
        )
    assert url is not None
    return lambda: engine.read_database(url, checked)


def _dialect(name: str | None) -> str | None:
    try:
        return None if name is None else check_dialect(name)
    except UnknownDialectError as error:
        raise ApiError(422, "invalid_request", f"dialect: {error}", "dialect") from None
