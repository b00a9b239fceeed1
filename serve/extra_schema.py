"""The schema of an editor that has no other way to send one: the DDL among the files it shows."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence

from serve.budget import over_budget
from serve.engine import Reader
from serve.registry import NamedSchema
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema, Table

_KEPT = 64  # schemas that were made of extra context
_COLUMNS = 100_000  # that these may have together
_DDL = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:\w+\s+){0,3}(?:table|view)\b", re.IGNORECASE)


class ExtraSchemas:
    """Makes a schema of another one and of the DDL in texts, once for the same texts. Thread-safe.

    A piece that cannot be read is passed over: editors cut their files where it suits them. A table
    that the first schema has stays as it is there, since a piece may hold half of it.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[NamedSchema, str | None, str], NamedSchema] = OrderedDict()

    def with_ddl(
        self, named: NamedSchema, dialect: str | None, texts: Sequence[str]
    ) -> tuple[NamedSchema, list[NamedSchema]]:
        """The schema with what the texts declare, and those that are kept no more."""
        ddl = [text for text in texts if _DDL.search(text)]
        if not ddl:
            return named, []
        digest = hashlib.sha256("\0".join(ddl).encode(errors="surrogatepass")).hexdigest()
        key = (named, dialect, digest)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found, []
        schema = named.schema
        for text in ddl:
            try:
                more = self._read(text, dialect or schema.dialect or None)
            except SqlcompleteError:
                continue
            schema = _with_tables(schema, more)
        made = named if schema is named.schema else NamedSchema(named.name, schema)
        gone = []
        with self._lock:
            self._kept[key] = made
            sizes = [(key, one.info.columns) for key, one in self._kept.items()]
            gone += [self._kept.pop(key) for key in over_budget(sizes, _COLUMNS, _KEPT)]
        return made, [one for one in gone if one is not made]


def _with_tables(schema: Schema, more: Schema) -> Schema:
    def key(table: Table) -> tuple[str, str]:
        return (table.namespace or "").lower(), table.name.lower()

    known = {key(table) for table in schema.tables}
    known |= {("", name) for _, name in known}
    new = tuple(table for table in more.tables if key(table) not in known)
    if not new:
        return schema
    if not schema.tables:
        return more
    return dataclasses.replace(schema, tables=(*schema.tables, *new))
