"""Whether the server is ready, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from serve.service import Service
from serve.wire import Health, errors
from sqlcomplete.cli.versions import version_of


def status_routes(service: Service) -> APIRouter:
    """`/health` and `/metrics`."""
    router = APIRouter(tags=["status"])
    version = version_of("sqlcomplete")

    @router.get(
        "/health",
        response_model=Health,
        responses={
            503: {"model": Health},
            403: errors()[403],
            408: errors()[408],
            413: errors()[413],
        },
    )
    async def health() -> JSONResponse:
        """200 once completions can be had; 503 before."""
        loaded = service.loaded
        if loaded is None:
            status = "loading" if service.load_error is None else "failed"
            return JSONResponse({"status": status, "version": version}, status_code=503)
        body = {"status": "ok", "version": version}
        if loaded.model is not None:
            body["model"] = loaded.model.name
        if loaded.reachable is not None:
            body["backend"] = "ok" if loaded.reachable() else "unreachable"
        return JSONResponse(body)

    @router.get(
        "/metrics",
        response_class=Response,
        responses={**errors(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def metrics() -> Response:
        """The counters, for Prometheus."""
        return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
