"""The schemas by name, each with its completers; the one unused for longest makes room."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from sqlcomplete.cli.engine import CompleterFactory, Completes
from sqlcomplete.completion import Completion
from sqlcomplete.schema.model import Schema

# One schema is asked for in few dialects; a client that goes through all of them costs no more.
_MAX_DIALECTS = 4


@dataclass(frozen=True, slots=True)
class SchemaInfo:
    """What a listing says of a schema."""

    name: str
    dialect: str
    tables: int
    columns: int


@dataclass(slots=True)
class _Guarded:
    """A completer keeps state between keystrokes, so one thread at a time is in it."""

    completer: Completes
    lock: threading.Lock = field(default_factory=threading.Lock)


class NamedSchema:
    """One schema and its completers, one for each dialect it was asked in. Thread-safe."""

    def __init__(self, name: str, schema: Schema) -> None:
        self.schema = schema
        self.info = SchemaInfo(
            name,
            schema.dialect,
            tables=len(schema.tables),
            columns=sum(len(table.columns) for table in schema.tables),
        )
        self._completers: OrderedDict[str, _Guarded] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, make: CompleterFactory) -> None:
        """Makes the completer of the schema's own dialect, so that no keystroke waits for it."""
        self._completer(make, self.schema.dialect)

    def complete(
        self,
        make: CompleterFactory,
        text: str,
        cursor: int,
        *,
        dialect: str | None,
        max_items: int,
        deadline_ms: float,
    ) -> Completion:
        """One completion, in the schema's dialect or in another."""
        guarded = self._completer(make, self.schema.dialect if dialect is None else dialect)
        with guarded.lock:
            return guarded.completer.complete(
                text, cursor, max_items=max_items, deadline_ms=deadline_ms
            )

    def _completer(self, make: CompleterFactory, dialect: str) -> _Guarded:
        # Made under the lock: two requests at once must not index a large schema twice.
        with self._lock:
            guarded = self._completers.get(dialect)
            if guarded is None:
                schema = self.schema
                if dialect != schema.dialect:
                    schema = dataclasses.replace(schema, dialect=dialect)
                guarded = _Guarded(make(schema))
                self._completers[dialect] = guarded
                if len(self._completers) > _MAX_DIALECTS:
                    self._completers.popitem(last=False)
            self._completers.move_to_end(dialect)
            return guarded


class Registry:
    """At most `limit` schemas by name. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._schemas: OrderedDict[str, NamedSchema] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, named: NamedSchema) -> None:
        """Adds a schema, or replaces the one of that name."""
        name = named.info.name
        with self._lock:
            self._schemas[name] = named
            self._schemas.move_to_end(name)
            while len(self._schemas) > self._limit:
                self._schemas.popitem(last=False)

    def get(self, name: str) -> NamedSchema | None:
        """The schema of that name, which counts as a use of it."""
        with self._lock:
            named = self._schemas.get(name)
            if named is not None:
                self._schemas.move_to_end(name)
            return named

    def all(self) -> list[NamedSchema]:
        """All schemas, by name."""
        with self._lock:
            schemas = list(self._schemas.values())
        return sorted(schemas, key=lambda named: named.info.name)
