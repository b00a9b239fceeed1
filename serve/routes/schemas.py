"""Schemas by name: put one, list them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request

from serve.errors import ApiError, ClientGoneError, defect
from serve.registry import NamedSchema
from serve.service import Service, dialect_of
from serve.wire import SCHEMA_NAME, PutSchema, SchemaInfo, SchemaList, errors
from serve.work import Task
from sqlcomplete.dialects.registry import UnknownDialectError
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema
from sqlcomplete.schema.secrecy import URL_USAGE


def schema_routes(service: Service) -> APIRouter:
    """`/v1/schemas`."""
    router = APIRouter(tags=["schemas"])

    @router.get("/v1/schemas", responses=errors())
    async def list_schemas() -> SchemaList:
        """The schemas that completions may name."""
        return SchemaList(schemas=[named.info for named in service.registry.all()])

    @router.put("/v1/schemas/{name}", responses=errors())
    async def put_schema(
        name: Annotated[str, Path(pattern=SCHEMA_NAME)], body: PutSchema, request: Request
    ) -> SchemaInfo:
        """Adds or replaces a schema, from DDL or a database."""
        read = _reader(body, service)

        def work(_: Task) -> NamedSchema:
            named = NamedSchema(name, read())
            if service.loaded is not None:
                service.conversations.completer(service.loaded.make, named)
            return named

        try:
            named = await service.reading.run(work, request)
        except UnknownDialectError as error:
            raise ApiError(422, "invalid_request", str(error), "dialect") from None
        except SqlcompleteError as error:
            param = "ddl" if body.database_url is None else "database_url"
            raise ApiError(422, "invalid_schema", str(error), param) from None
        except (ApiError, ClientGoneError):
            raise
        except Exception as error:
            raise defect(error) from None
        for gone in service.registry.put(named):
            service.conversations.drop(gone)
        return named.info

    return router


def _reader(body: PutSchema, service: Service) -> Callable[[], Schema]:
    ddl, url = body.ddl, body.database_url
    if (ddl is None) == (url is None):
        raise ApiError(422, "invalid_request", "give one of ddl and database_url", "ddl")
    dialect = dialect_of(body.dialect)
    if ddl is not None:
        return lambda: service.engine.read_ddl(ddl, dialect)
    if not service.settings.allow_database_urls:
        raise ApiError(
            403,
            "forbidden",
            "database_url: this server opens no databases for requests; "
            "start it with --allow-database-urls",
            "database_url",
        )
    assert url is not None
    if "://" not in url:
        # A path would open any file of this machine.
        raise ApiError(
            422,
            "invalid_schema",
            f"database_url: this is not a database URL; {URL_USAGE}",
            "database_url",
        )
    return lambda: service.engine.read_database(url, dialect)
