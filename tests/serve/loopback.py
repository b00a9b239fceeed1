"""A real server on loopback. The completer in it is a small one, so that what is tested is the
server: it offers the schema's tables by what is typed, and tells the deadline it was given. Given a
model, the completer is the real one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from tiny_model import TinyModel

from serve.app import create_app
from serve.connection import connection_class
from serve.engine import Engine, Loaded
from serve.settings import ServeSettings
from sqlcomplete.completer import Completer
from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.prompt import Prompt
from sqlcomplete.schema.model import Column, Schema, Table

SHOP = Schema(
    "sqlite",
    (
        Table("customers", (Column("id", "INTEGER"), Column("name", "TEXT"))),
        Table("orders", (Column("id", "INTEGER"), Column("customer_id", "INTEGER"))),
    ),
)


class TableCompleter:
    def __init__(self, schema: Schema, calls: list[float], gate: threading.Event) -> None:
        self.schema = schema
        self.calls = calls
        self.gate = gate
        self.session = None
        self.memory = 0

    def beside(self, *, model: bool = True) -> TableCompleter:
        return TableCompleter(self.schema, self.calls, self.gate)

    def prompt(self, text: str, cursor: int) -> Prompt:
        raise AssertionError("there is no model to prompt")

    def complete(
        self,
        text: str,
        cursor: int,
        *,
        max_items: int = 10,
        deadline_ms: float = 150,
        early: Callable[[Completion], None] | None = None,
    ) -> Completion:
        self.gate.wait(10)
        self.calls.append(deadline_ms)
        typed = text[:cursor].rpartition(" ")[2]
        if typed == "explode":
            raise RuntimeError(f"cannot parse {text}")
        tables = [t for t in self.schema.tables if t.name.startswith(typed)][:max_items]
        start = cursor - len(typed)
        items = tuple(
            Item(t.name, t.name, (start, cursor), "table", 0.5, "schema", self.schema.dialect)
            for t in tables
        )
        ghost = None
        if tables:
            rest = tables[0].name[len(typed) :]
            ghost = Ghost(rest, 0.8312345, "schema", Verdict("valid"))
        return Completion("c1", ghost, items, Timings(total=1.234))


@dataclass
class Running:
    """A server under test: `gate` holds completions back while cleared, `loaded` the model."""

    url: str
    port: int
    calls: list[float] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    loaded: threading.Event = field(default_factory=threading.Event)
    failures: list[Exception] = field(default_factory=list)
    server: Any = None
    thread: Any = None
    listener: Any = None
    made: list[str] = field(default_factory=list)  # the dialects of the completers made

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20, trust_env=False, **options)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Ends the server and refuses whatever comes after."""
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join(10)
        self.listener.close()

    def wait_ready(self) -> None:
        with self.client() as client:
            for _ in range(200):
                if client.get("/health").status_code == 200:
                    return
                time.sleep(0.02)
        raise AssertionError("the server never became ready")


def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it never happened")


def read_ddl(text: str, dialect: str | None) -> Schema:
    """`CREATE TABLE name (column, ...)` statements alone."""
    if "CREATE" not in text:
        raise SqlcompleteError("no CREATE statement in the DDL")
    if "explode" in text:
        raise RuntimeError(text)
    tables = []
    for part in text.split("CREATE TABLE ")[1:]:
        name, _, rest = part.partition("(")
        if ")" not in rest:
            raise SqlcompleteError("the DDL ends inside a statement")
        columns = tuple(Column(c.split()[0]) for c in rest.partition(")")[0].split(","))
        tables.append(Table(name.strip(), columns))
    return Schema(dialect or "", tuple(tables))


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers; each one is stopped at the test's end."""
    servers: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []
    running: list[Running] = []

    def go(
        settings: ServeSettings | None = None,
        *,
        ready: bool = True,
        fails: bool = False,
        model: TinyModel | None = None,
        loaded: Loaded | None = None,
    ) -> Running:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server_up = Running(f"http://127.0.0.1:{port}", port)
        server_up.gate.set()

        def load() -> Loaded:
            server_up.loaded.wait(10)
            if fails:
                raise SqlcompleteError("no weights")
            if loaded is not None:
                return loaded
            if model is not None:
                return Loaded(lambda schema: Completer(schema, model=model), model)
            return Loaded(make, None)

        def make(schema: Schema) -> TableCompleter:
            server_up.made.append(schema.dialect)
            return TableCompleter(schema, server_up.calls, server_up.gate)

        app = create_app(
            settings or ServeSettings(),
            Engine(load, read_ddl, lambda url, dialect: read_ddl("CREATE TABLE t (a)", dialect)),
            schemas={"default": SHOP},
            on_failure=server_up.failures.append,
        )
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=connection_class(settings or ServeSettings()),
                log_level="warning",
                access_log=False,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        servers.append((server, thread, listener))
        server_up.server, server_up.thread, server_up.listener = server, thread, listener
        running.append(server_up)
        if ready:
            server_up.loaded.set()
            server_up.wait_ready()
        return server_up

    yield go
    for server_up in running:
        server_up.gate.set()
        server_up.loaded.set()
    for server, thread, listener in servers:
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"
