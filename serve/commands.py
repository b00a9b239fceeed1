"""`sqlcomplete serve`: the API on a socket of this machine."""

from __future__ import annotations

import gc
import ipaddress
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvicorn

from serve.app import create_app
from serve.connection import connection_class
from serve.engine import Engine, Loaded
from serve.heap import hold_small
from serve.loading import load
from serve.settings import MEBIBYTE, MIN_TOKEN_LENGTH, ServeSettings, is_loopback
from serve.wire import DEFAULT_SCHEMA, SCHEMA_NAME
from sqlcomplete.cli import options
from sqlcomplete.cli.engine import open_schema, read_ddl
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.endpoint import parse_address

# How long a stop waits for answers under way, in seconds.
GRACE = 5
KEEP_ALIVE = 10  # seconds: clients drop idle connections after 5, and must be the first to
# Seconds after which one thread lets another run: an answer that is due waits no longer than this
# for a completion that computes.
SWITCH = 0.001
MOST_CONNECTIONS = 1000


class ServeError(SqlcompleteError):
    """The server cannot start as asked."""


@click.command()
@options.PORT
@options.HOST
@click.option("--db", metavar="URL", help="A database to read the first schema from.")
@options.SCHEMA
@click.option(
    "--name",
    default=DEFAULT_SCHEMA,
    envvar="SQLCOMPLETE_NAME",
    show_default=True,
    help="What requests call the first schema.",
)
@options.DIALECT
@options.MODEL
@options.WEIGHTS
@options.BACKEND
@options.BACKEND_TIMEOUT
@options.TOKEN
@options.ALLOW_HOST
@options.ALLOW_ORIGIN
@options.ALLOW_DATABASE_URLS
@options.WORKERS
@options.MAX_SCHEMAS
@options.CACHE_MEMORY
@options.RATE
@options.EVENTS
def serve(
    port: int,
    host: str,
    db: str | None,
    schema: str | None,
    name: str,
    dialect: str | None,
    model: bool | str,
    weights: Path | None,
    backend: str,
    backend_timeout: float,
    token: str | None,
    allow_host: tuple[str, ...],
    allow_origin: tuple[str, ...],
    allow_database_urls: bool,
    workers: int,
    max_schemas: int,
    cache_memory: int,
    rate: float,
    events: Path | None,
) -> None:
    """Answer completions over HTTP, on this machine only by default.

    \b
    PUT  /v1/schemas/{name}   add or replace a schema
    GET  /v1/schemas          list them
    POST /v1/complete         complete a text at a cursor
    POST /v1/completions      OpenAI's form, with GET /v1/models
    POST /infill              llama.cpp's form
    POST /v1/events           what was shown, taken and left (kept with --events alone)
    GET  /health              200 when ready, 503 while the model loads
    GET  /metrics             counters for Prometheus
    GET  /openapi.json        all of it described
    """
    settings = ServeSettings(
        host=host,
        token=token or None,
        allow_hosts=allow_host,
        allow_origins=allow_origin,
        allow_database_urls=allow_database_urls,
        workers=workers,
        max_schemas=max_schemas,
        cache_memory=cache_memory * MEBIBYTE,
        rate=rate,
        events=events,
    )
    check_settings(settings)
    hold_small()
    if backend != "onnx":
        parse_address(backend)
    if re.fullmatch(SCHEMA_NAME, name) is None:
        raise ServeError(f"--name {name[:80]!r}: letters, digits, '_', '-' and '.', at most 64")
    if db is not None:
        # A source that the file or a variable sets is no contradiction: the flag goes first.
        given = click.get_current_context().get_parameter_source("schema")
        if schema is not None and given is click.core.ParameterSource.COMMANDLINE:
            raise ServeError("give one of --db and --schema")
        schema = db
    first = open_schema(schema, dialect)
    failures: list[Exception] = []

    def made() -> Loaded:
        loaded = load(
            model=model, weights=weights, backend=backend, backend_timeout=backend_timeout
        )
        # What was loaded stays. To look through all of it for garbage would hold up whatever
        # answer is due by some 50 ms, again and again.
        gc.collect()
        gc.freeze()
        return loaded

    def failed(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(
        settings,
        Engine(made, read_ddl, open_schema),
        schemas={name: first},
        on_failure=failed,
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=connection_class(settings),
            log_level="warning",
            # Paths alone would be harmless, but a log that is empty cannot hold a text.
            access_log=False,
            server_header=False,
            # More connections than that are answered with a 503 by the socket's server.
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=KEEP_ALIVE,
        )
    )
    sys.setswitchinterval(SWITCH)
    with listen(host, port) as listener:
        click.echo(f"sqlcomplete serves {address(listener)} (stop with Ctrl+C)", err=True)
        with _signals_done_with():
            server.run(sockets=[listener])
    if failures:
        error = failures[0]
        if isinstance(error, SqlcompleteError):
            raise error
        raise ServeError(f"the model cannot be loaded: {error}; `sqlcomplete doctor` tells more")


@contextmanager
def _signals_done_with() -> Iterator[None]:
    """The server stops gracefully on a signal, then raises it again for whoever handled it before:
    for us it has done its work by then."""
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def check_settings(settings: ServeSettings) -> None:
    """Refuses what would leave the server open.

    Raises:
        ServeError: an address that others reach without a token, or a token or name no client
            could use.
    """
    token = settings.token
    if token is not None:
        if len(token) < MIN_TOKEN_LENGTH:
            raise ServeError(f"--token: at least {MIN_TOKEN_LENGTH} characters")
        if not re.fullmatch(r"[!-~]+", token):
            raise ServeError("--token: printable ASCII without spaces")
    if token is None and not is_loopback(settings.host):
        raise ServeError(
            f"--host {settings.host}: other machines reach this address; "
            "set a token (SQLCOMPLETE_TOKEN), or listen on 127.0.0.1"
        )
    for origin in settings.allow_origins:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s*]+", origin):
            raise ServeError(
                f"--allow-origin {origin[:80]!r}: give scheme://host[:port], for example "
                "http://localhost:3000"
            )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the address.

    Raises:
        ServeError: the address is not ours or is taken.
    """
    try:
        family, kind, proto, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise ServeError(f"--host {host[:80]!r}: no such address") from None
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise ServeError(f"cannot listen on {host}:{port}: {reason}; try another --port") from None
    return listener


def address(listener: socket.socket) -> str:
    """The URL that clients on this machine use."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    return f"http://{shown}:{port}"
