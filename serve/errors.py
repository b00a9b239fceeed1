"""Errors as the API sends them: `{"error": {"type", "message", "param"}}`, one line each."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response


class ErrorDetail(BaseModel):
    """`type` is for programs, `message` a line for people, `param` the field at fault."""

    type: str
    message: str
    param: str | None


class ErrorBody(BaseModel):
    """Every answer that is no success."""

    error: ErrorDetail


log = logging.getLogger("sqlcomplete.serve")


class ApiError(Exception):
    """An answer that is no success. `type` is for programs, `message` for people; `param` names the
    field at fault where there is one."""

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message
        self.param = param
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        message = " ".join(self.message.split())
        return {"error": {"type": self.type, "message": message, "param": self.param}}

    def response(self) -> JSONResponse:
        """The answer as sent."""
        return JSONResponse(self.body(), status_code=self.status, headers=self.headers)


class ClientGoneError(Exception):
    """The client left before its answer was made."""


def defect(error: BaseException) -> ApiError:
    """A 500 for a defect of ours; the log gets its kind and place, never its message: that may
    quote the text."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("%s at %s", type(error).__name__, " > ".join(places[-4:]))
    return ApiError(500, "internal_error", f"a defect of the server: {type(error).__name__}")


def install_error_handlers(app: FastAPI) -> None:
    """Gives every error of the app the API's form."""

    @app.exception_handler(ApiError)
    async def of_ours(_: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(ClientGoneError)
    async def of_nobody(_: Request, error: ClientGoneError) -> Response:
        return Response(status_code=499)  # nobody reads it; the metrics count it

    @app.exception_handler(RequestValidationError)
    async def of_a_field(_: Request, error: RequestValidationError) -> JSONResponse:
        return _validation(error.errors()).response()

    @app.exception_handler(HTTPException)
    async def of_the_route(_: Request, error: HTTPException) -> JSONResponse:
        types = {404: "not_found", 405: "method_not_allowed"}
        messages = {404: "no such path", 405: "the path does not take this method"}
        message = messages.get(error.status_code, str(error.detail))
        kind = types.get(error.status_code, "invalid_request")
        return ApiError(error.status_code, kind, message, headers=error.headers).response()


def _validation(errors: Sequence[Mapping[str, Any]]) -> ApiError:
    first = errors[0]
    place = [str(part) for part in first["loc"]]
    if first["type"] == "json_invalid":
        return ApiError(400, "invalid_json", "the body is not valid JSON")
    if place == ["body"]:
        message = (
            "the request needs a body"
            if first["type"] == "missing"
            else "the body must be a JSON object, sent as Content-Type: application/json"
        )
        return ApiError(422, "invalid_request", message)
    param = ".".join(place[1:])
    # pydantic's words for these two are about Python.
    words = {"missing": "is required", "extra_forbidden": "is not a field of this request"}
    plain = str(first["msg"]).removeprefix("Value error, ")
    message = words.get(first["type"], plain[:1].lower() + plain[1:])
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return ApiError(422, "invalid_request", f"{param[:80]}: {message}{more}", param[:80])
