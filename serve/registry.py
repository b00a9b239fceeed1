"""The schemas by name; the one unused for longest makes room."""

from __future__ import annotations

import threading
from collections import OrderedDict

from serve.budget import over_budget
from serve.wire import SchemaInfo
from sqlcomplete.schema.model import Schema


class NamedSchema:
    """One schema as it was put. A schema put again under its name is another object."""

    def __init__(self, name: str, schema: Schema) -> None:
        self.schema = schema
        self.name = name
        self.info = SchemaInfo(
            name=name,
            dialect=schema.dialect,
            tables=len(schema.tables),
            columns=sum(len(table.columns) for table in schema.tables),
        )


class Registry:
    """At most `limit` schemas by name, of at most `columns` columns together; the last one put
    stays, however large. Thread-safe."""

    def __init__(self, limit: int, columns: int) -> None:
        self._limit = limit
        self._columns = columns
        self._schemas: OrderedDict[str, NamedSchema] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, named: NamedSchema) -> list[NamedSchema]:
        """Adds a schema, or replaces the one of that name; gives those that are no more."""
        name = named.name
        gone = []
        with self._lock:
            before = self._schemas.pop(name, None)
            if before is not None:
                gone.append(before)
            self._schemas[name] = named
            sizes = [(key, one.info.columns) for key, one in self._schemas.items()]
            gone += [
                self._schemas.pop(key) for key in over_budget(sizes, self._columns, self._limit)
            ]
        return gone

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
        return sorted(schemas, key=lambda named: named.name)
