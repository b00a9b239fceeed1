"""What all routes share: the model on its way, schemas, conversations, workers, metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from starlette.requests import Request

from serve.conversations import Conversations
from serve.engine import Engine, Loaded, SharedCompleter
from serve.errors import ApiError, ClientGoneError, defect
from serve.events import EventLog
from serve.metrics import Metrics
from serve.registry import NamedSchema, Registry
from serve.settings import ServeSettings
from serve.turns import Turn, Turns
from serve.work import Task, WorkPool
from sqlcomplete.completion import Completion
from sqlcomplete.dialects.registry import UnknownDialectError, dialect_name
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.schema.model import Schema
from sqlcomplete.timing import Deadline

T = TypeVar("T")

SESSION_HEADER = "x-session-id"


@dataclass(frozen=True, slots=True)
class Asked:
    """One completion asked for. `arrived` is a `time.perf_counter()`; the time spent waiting for a
    thread is the keystroke's time too."""

    named: NamedSchema
    dialect: str | None
    client: str
    text: str
    cursor: int
    max_items: int
    deadline_ms: float
    arrived: float

    @property
    def deadline(self) -> Deadline:
        """When the answer is due, counted from the arrival."""
        return Deadline(self.arrived, self.deadline_ms / 1000)


@dataclass(frozen=True, slots=True)
class Answered:
    """A completion, and the tokens that the model computed for it."""

    completion: Completion
    computed: int
    superseded: bool = False


class Service:
    """The state of one server."""

    def __init__(
        self,
        settings: ServeSettings,
        engine: Engine,
        schemas: Mapping[str, Schema],
        on_failure: Callable[[Exception], None] | None,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.registry = Registry(settings.max_schemas)
        self.conversations = Conversations(
            # Each schema in its own dialect, and some in another.
            completers=2 * settings.max_schemas,
            chats=settings.max_chats,
            memory=settings.cache_memory,
        )
        self.metrics = Metrics()
        self.events = None if settings.events is None else EventLog(settings.events)
        self.turns = Turns()
        self.loaded: Loaded | None = None
        self.load_error: Exception | None = None
        self.first_schema = next(iter(schemas), None)
        self._empty = NamedSchema("", Schema(""))
        self._on_failure = on_failure
        for name, schema in schemas.items():
            self.registry.put(NamedSchema(name, schema))
        self.completing = WorkPool("complete", workers=settings.workers, queue=settings.queue)
        # Apart, so that reading a large schema holds up no keystroke.
        self.reading = WorkPool("schema", workers=1, queue=8)
        watch = self.metrics.watch
        watch("chats", "Conversations open.", lambda: self.conversations.open)
        watch("cache_bytes", "Memory of all KV caches.", lambda: self.conversations.memory)
        watch("caches_evicted", "Caches dropped to make room.", lambda: self.conversations.evicted)
        watch("schemas", "Schemas known.", lambda: len(self.registry.all()))
        watch("pending", "Completions that run or wait.", lambda: self.completing.pending)
        watch("model_waiting", "Completions that wait for the model.", lambda: self.turns.waiting)
        watch("ready", "1 once the model is loaded.", lambda: float(self.loaded is not None))

    async def load(self) -> None:
        """Loads the model and makes the first schemas ready."""

        def load() -> Loaded:
            loaded = self.engine.load()
            self.turns = Turns(width=loaded.width)
            for named in self.registry.all():
                self.conversations.completer(loaded.make, named)
            return loaded

        try:
            self.loaded = await asyncio.to_thread(load)
        except Exception as error:
            self.load_error = error
            if self._on_failure is not None:
                self._on_failure(error)

    async def close(self) -> None:
        """Ends all work."""
        await asyncio.to_thread(self.turns.close)
        await self.completing.close()
        await self.reading.close()

    def ready(self) -> Loaded:
        """The model, with what makes completers.

        Raises:
            ApiError: 503, the model is still loading or could not be loaded.
        """
        loaded = self.loaded
        if loaded is not None:
            newest = loaded if loaded.look is None else loaded.look()
            if newest is not loaded:
                self.loaded = newest
                self.conversations.clear()
            return newest
        if self.load_error is not None:
            raise ApiError(503, "model_failed", "the model could not be loaded; see the log")
        raise ApiError(
            503, "model_loading", "the model is loading; try again", headers={"Retry-After": "1"}
        )

    def schema(self, name: str, param: str = "schema") -> NamedSchema:
        """The schema of that name.

        Raises:
            ApiError: 404, there is none.
        """
        named = self.registry.get(name)
        if named is None:
            raise ApiError(
                404,
                "unknown_schema",
                f"{param}: there is none named {name[:64]!r}; "
                "send it with PUT /v1/schemas/{name}",
                param,
            )
        return named

    def default_schema(self) -> NamedSchema:
        """The schema of a request that names none: the server's first, else an empty one."""
        named = None if self.first_schema is None else self.registry.get(self.first_schema)
        return self._empty if named is None else named

    def client(self, request: Request, *given: str | None) -> str:
        """The key of a request's session: the header, else the first field given, else none."""
        header = request.headers.get(SESSION_HEADER)
        for key in (header, *given):
            if key:
                return key[:200]
        return ""

    @contextmanager
    def chat(
        self,
        task: Task,
        loaded: Loaded,
        asked: Asked,
        *,
        typed: bool = False,
        meanwhile: Callable[[SharedCompleter], None] | None = None,
    ) -> Iterator[tuple[SharedCompleter, Turn]]:
        """The asker's completer, with the model's turn behind it.

        A keystroke, `typed`, supersedes those of the same session that still wait. `meanwhile` is
        called with a completer without the model before another request of the session is waited
        for.
        """

        def before_waiting() -> None:
            if meanwhile is not None:
                of_all = self.conversations.completer(loaded.make, asked.named, asked.dialect)
                meanwhile(of_all.beside(model=False))
            task.leave_processor()

        with (
            # Before the session is waited for: it is the older keystroke that has it.
            self.turns.turn(
                (id(asked.named), asked.client),
                task.leave_processor,
                supersedes=typed and asked.client != "",
            ) as turn,
            self.conversations.chat(
                loaded.make,
                asked.named,
                asked.dialect,
                asked.client,
                until=asked.deadline.session,
                before_waiting=before_waiting,
            ) as completer,
        ):
            task.on_cancel(turn.cancel)
            session = completer.session
            if session is None:
                yield completer, turn
                return
            session.gate = turn.step
            before = session.computed
            try:
                yield completer, turn
            finally:
                session.gate = self.turns.background
                self.metrics.tokens.inc(session.computed - before)
                self.metrics.waited.observe(turn.waited)

    async def complete(self, request: Request, asked: Asked) -> Answered:
        """One completion: with the model's word where its turn comes in time, else the
        deterministic one before the deadline.

        Raises:
            ApiError, ClientGoneError.
        """
        loaded = self.ready()

        def work(task: Task) -> Answered:
            def early(completion: Completion) -> None:
                task.offer(Answered(completion, 0))

            def ask(completer: SharedCompleter) -> Completion:
                completion = completer.complete(
                    asked.text,
                    asked.cursor,
                    max_items=asked.max_items,
                    deadline_ms=asked.deadline.left_ms,
                    early=early,
                )
                if completer.session is None and loaded.model is not None and completion.items:
                    return replace(completion, model="late")
                return completion

            with self.chat(
                task, loaded, asked, typed=True, meanwhile=lambda alone: early(ask(alone))
            ) as (completer, turn):
                session = completer.session
                before = 0 if session is None else session.computed
                completion = ask(completer)
                computed = 0 if session is None else session.computed - before
                if task.cancelled:
                    raise ClientGoneError
                return Answered(completion, computed, turn.superseded)

        answered = await self.run(request, work, until=asked.deadline.sending)
        ghost = answered.completion.ghost
        share = answered.completion.model
        if answered.superseded and share == "late":
            self.metrics.model.labels("superseded").inc()
        else:
            self.metrics.model.labels(share).inc()
        self.metrics.ghosts.labels("none" if ghost is None else ghost.source).inc()
        took = (time.perf_counter() - asked.arrived) * 1000
        self.metrics.deadlines.labels("yes" if took <= asked.deadline_ms else "no").inc()
        if self.events is not None:
            self.events.answered(answered.completion)
        return answered

    async def run(
        self, request: Request, work: Callable[[Task], T], *, until: float | None = None
    ) -> T:
        """A job of a request, with its errors as the API sends them; from `until` on, what it has
        offered stands for its result.

        Raises:
            ApiError, ClientGoneError.
        """
        try:
            return await self.completing.run(work, request, until=until)
        except Exception as error:
            raise _as_sent(error) from None

    async def stream(
        self, request: Request, work: Callable[[Task], Generator[T, None, None]]
    ) -> AsyncIterator[T]:
        """What a job of a request gives, one by one, with its errors as the API sends them.

        Raises:
            ApiError, ClientGoneError.
        """
        try:
            async for item in self.completing.stream(work, request):
                yield item
        except Exception as error:
            raise _as_sent(error) from None


def _as_sent(error: Exception) -> Exception:
    if isinstance(error, ApiError | ClientGoneError):
        return error
    if isinstance(error, SqlcompleteError):
        return ApiError(422, "invalid_request", str(error))
    if isinstance(error, OutOfTimeError):
        return ApiError(
            429,
            "overloaded",
            "the model had no time for this; try again",
            headers={"Retry-After": "1"},
        )
    return defect(error)


def dialect_of(name: str | None) -> str | None:
    """A request's dialect by sqlglot's name.

    Raises:
        ApiError: 422, there is none of that name.
    """
    try:
        return None if name is None else dialect_name(name)
    except UnknownDialectError as error:
        raise ApiError(422, "invalid_request", f"dialect: {error}", "dialect") from None
