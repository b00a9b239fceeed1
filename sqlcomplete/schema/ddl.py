"""Reads a schema out of DDL: dumps, hand-written scripts and migrations, in any dialect's manner.

The reader is our own and tolerant: it knows the shape of the statements rather than each dialect's
grammar, takes what it recognises and passes over the rest. sqlglot reads the queries of views.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlcomplete.dialects.registry import dialect_name
from sqlcomplete.schema.ddl_cursor import shown
from sqlcomplete.schema.ddl_lexer import first_token, statements
from sqlcomplete.schema.ddl_reader import Reader
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Schema

_MAX_CHARACTERS = 64_000_000
_MAX_SECONDS = 60  # of computing: a dump of 20 MB of plain DDL takes that long


@dataclass(frozen=True, slots=True)
class DdlReading:
    """A schema, and what of the text could not be read, a line each with its line number."""

    schema: Schema
    problems: tuple[str, ...] = ()


def read_ddl(text: str, dialect: str | None) -> DdlReading:
    """Applies the statements of a text in their order and gives the schema they leave.

    Args:
        text: DDL; other statements, comments and dumped rows in it are passed over.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        UnknownDialectError: no dialect has that name.
        SchemaError: a text beyond 64 MB.
    """
    reading, _ = _read([("", text)], dialect)
    return reading


def schema_from_ddl(text: str, dialect: str | None) -> Schema:
    """The schema that the DDL leaves; a statement that cannot be read is passed over.

    Args:
        text: DDL; other statements, comments and dumped rows in it are passed over.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        UnknownDialectError: no dialect has that name.
        SchemaError: nothing at all could be read from a text that has some.
    """
    return schema_from_scripts([("", text)], dialect)


def schema_from_scripts(scripts: Sequence[tuple[str, str]], dialect: str | None) -> Schema:
    """The schema that several scripts leave when they run one after the other.

    Args:
        scripts: pairs of a name, for messages, and DDL.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        UnknownDialectError: no dialect has that name.
        SchemaError: nothing at all could be read from texts that have some.
    """
    reading, applied = _read(scripts, dialect)
    if applied:
        return reading.schema
    if reading.problems:
        raise SchemaError(f"no table could be read: {reading.problems[0]}")
    for name, text in scripts:
        at = first_token(text, reading.schema.dialect)
        if at is not None:
            where = f"{name}: " if name else ""
            line = text.count("\n", 0, at) + 1
            raise SchemaError(
                f"{where}line {line}: no CREATE TABLE or CREATE VIEW in this text:"
                f" it begins with {shown(text[at : at + 80])}"
            )
    return reading.schema


def _read(scripts: Sequence[tuple[str, str]], dialect: str | None) -> tuple[DdlReading, int]:
    name = dialect_name(dialect)
    size = sum(len(text) for _, text in scripts)
    if size > _MAX_CHARACTERS:
        raise SchemaError(
            f"DDL of {size / 1e6:.0f} MB is more than the 64 MB that are read:"
            " dump the schema without its data"
        )
    reader = Reader(name)
    start = time.thread_time()
    for script, text in scripts:
        reader.open(script, text)
        for statement in statements(text, name):
            reader.apply(statement)
            if time.thread_time() - start > _MAX_SECONDS:
                reader.report(statement.start, f"stopped after {_MAX_SECONDS} s: too much to read")
                return DdlReading(reader.draft.finished(), tuple(reader.problems)), reader.applied
    reader.finish_views()
    return DdlReading(reader.draft.finished(), tuple(reader.problems)), reader.applied
