"""`sqlcomplete lsp`: the language server on standard streams or TCP."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

import click

from serve.settings import is_loopback
from sqlcomplete.cli import options
from sqlcomplete.cli.config import Config
from sqlcomplete.cli.engine import CompleterFactory, open_engine
from sqlcomplete.dialects.registry import dialect_name
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.endpoint import parse_address


class LspError(SqlcompleteError):
    """The language server cannot start as asked."""


@click.command()
@click.option("--stdio", is_flag=True, help="Speak on the standard streams (the default).")
@click.option("--tcp", is_flag=True, help="Listen on --host and --port instead.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=2087,
    show_default=True,
    help="The port for --tcp; 0 takes a free one.",
)
@options.SCHEMA
@options.DIALECT
@options.MODEL
@options.WEIGHTS
@options.BACKEND
@options.BACKEND_TIMEOUT
@options.LSP_MAX_ITEMS
@options.LSP_DEADLINE_MS
@options.ALLOW_DATABASE_URLS
@click.pass_obj
def lsp(
    config: Config,
    stdio: bool,
    tcp: bool,
    host: str,
    port: int,
    schema: str | None,
    dialect: str | None,
    model: bool | str,
    weights: Path | None,
    backend: str,
    backend_timeout: float,
    max_items: int,
    deadline_ms: int,
    allow_database_urls: bool,
) -> int:
    """Complete SQL in any editor, over the language server protocol.

    The editor starts it and speaks on the standard streams. docs/lsp.md has the settings of VS
    Code, Neovim, Helix, Zed and Emacs.
    """
    if tcp and stdio:
        raise LspError("give one of --stdio and --tcp")
    if tcp and not is_loopback(host):
        raise LspError(
            f"--host {host[:80]}: the protocol knows no passwords, so only this machine may reach "
            "it; listen on 127.0.0.1 and forward the port, for example by ssh -L"
        )
    if backend != "onnx":
        parse_address(backend)
    from serve.lsp.schemas import Engine
    from serve.lsp.server import SqlServer
    from serve.lsp.settings import LspSettings
    from serve.lsp.transport import serve_stdio, serve_tcp

    quiet()
    settings = LspSettings(
        schema=schema,
        dialect=None if dialect is None else dialect_name(dialect),
        model=model is not False,
        max_items=max_items,
        deadline_ms=deadline_ms,
    )
    engine = Engine(
        config.databases,
        # Where the flag said no model, a client's settings may still ask for the one in use.
        partial(
            _load,
            model=model or True,
            weights=weights,
            backend=backend,
            backend_timeout=backend_timeout,
        ),
        trusted=schema,
        allow_urls=allow_database_urls,
    )
    make = partial(SqlServer, engine, settings)
    if not tcp:
        return serve_stdio(make)

    def ready(address: str, bound: int) -> None:
        click.echo(f"sqlcomplete listens on {address}:{bound} (stop with Ctrl+C)", err=True)

    try:
        asyncio.run(serve_tcp(make, host, port, ready))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LspError(f"cannot listen on {host}:{port}: {reason}; try another --port") from None
    return 0


def _load(
    *, model: bool | str, weights: Path | None, backend: str, backend_timeout: float
) -> CompleterFactory:
    if backend == "onnx":
        return open_engine(model=model, weights=weights)
    from serve.loading import load

    return load(model=model, weights=weights, backend=backend, backend_timeout=backend_timeout).make


def quiet() -> None:
    """Keeps texts out of the log: pygls logs whole messages, sqlglot quotes statements."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)
