"""The schemas by name, and the completers in use; what was unused for longest makes room."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass

from sqlcomplete.cli.engine import CompleterFactory, Completes
from sqlcomplete.schema.model import Schema


@dataclass(frozen=True, slots=True)
class SchemaInfo:
    """What a listing says of a schema."""

    name: str
    dialect: str
    tables: int
    columns: int


class NamedSchema:
    """One schema as it was put. A schema put again under its name is another object."""

    def __init__(self, name: str, schema: Schema) -> None:
        self.schema = schema
        self.info = SchemaInfo(
            name,
            schema.dialect,
            tables=len(schema.tables),
            columns=sum(len(table.columns) for table in schema.tables),
        )


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


class _Slot:
    """A completer, made once by whoever comes first; others wait for it and for no other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.completer: Completes | None = None


class Completers:
    """At most `limit` completers, one for each schema and dialect that is asked for. Thread-safe.

    Bounded apart from the schemas: a completer keeps what the model has read of its schema, some
    tens of megabytes, and a client that goes through all dialects must not fill the memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots: OrderedDict[tuple[NamedSchema, str], _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, make: CompleterFactory, named: NamedSchema, dialect: str | None = None
    ) -> Completes:
        """The completer of a schema, in its own dialect or in another."""
        schema = named.schema
        dialect = schema.dialect if dialect is None else dialect
        key = (named, dialect)
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._limit:
                self._slots.popitem(last=False)
        with slot.lock:
            if slot.completer is None:
                if dialect != schema.dialect:
                    schema = dataclasses.replace(schema, dialect=dialect)
                slot.completer = make(schema)
            return slot.completer

    def drop(self, named: NamedSchema) -> None:
        """Forgets the completers of a schema that was replaced."""
        with self._lock:
            for key in [key for key in self._slots if key[0] is named]:
                del self._slots[key]
