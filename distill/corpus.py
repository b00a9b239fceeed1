"""Reads a corpus: statements and the schemas they are written against. Knows nothing of models.

A corpus is a folder with two files of JSON lines:

- `queries.jsonl`: `id`, `db_id`, `source`, `dialect`, `question` (or null), `sql`, `split`,
  and `plan` where one was written
- `schemas.jsonl`: `db_id`, `dialect`, `tables`, each with `name`, `columns` and keys

Fields beyond these are ignored. A statement's schema is found by its `db_id`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema

QUERIES = "queries.jsonl"
SCHEMAS = "schemas.jsonl"


class CorpusError(SqlcompleteError):
    """A corpus that cannot be read: the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a corpus, with the question it answers where one is known, and the plan
    (short lines without comment marks) where an agent wrote one."""

    id: str
    db_id: str
    source: str
    dialect: str
    sql: str
    split: str
    question: str | None = None
    plan: str | None = None


@dataclass(frozen=True)
class SchemaRecord:
    """A line of `schemas.jsonl`: the document as it stands, and where it stands."""

    db_id: str
    dialect: str
    document: Mapping[str, Any] = field(repr=False)
    where: str

    @cached_property
    def schema(self) -> Schema:
        """The schema the engine reads.

        Raises: CorpusError, when the document does not describe a schema.
        """
        # Imported here: reading statements alone must not load the schema readers.
        from sqlcomplete.schema.document import schema_from_json

        try:
            return schema_from_json(dict(self.document))
        except SqlcompleteError as error:
            raise CorpusError(f"{self.where}: {error}") from error


@dataclass(frozen=True)
class Corpus:
    """All of one folder. `schemas` is keyed by `db_id`."""

    name: str
    statements: tuple[Statement, ...]
    schemas: Mapping[str, SchemaRecord] = field(repr=False)

    def of_split(self, split: str | None) -> tuple[Statement, ...]:
        """The statements of that split, or all of them."""
        if split is None:
            return self.statements
        return tuple(s for s in self.statements if s.split == split)

    def schema(self, statement: Statement) -> Schema:
        """The schema that the statement is written against. Raises: CorpusError."""
        return self.schemas[statement.db_id].schema


def read_corpus(folder: Path, *, name: str | None = None) -> Corpus:
    """Reads and checks one folder; `name` labels it in reports (the folder's name otherwise).

    Raises: CorpusError, with file, line and what is wrong with it.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; a corpus is a folder with {QUERIES}")
    schemas: dict[str, SchemaRecord] = {}
    for where, record in _lines(folder / SCHEMAS):
        db_id = _text(record, "db_id", where)
        if db_id in schemas:
            raise CorpusError(f"{where}: db_id {db_id!r} stands on an earlier line too")
        if not isinstance(record.get("tables"), list):
            raise CorpusError(f"{where}: field 'tables' must be a list")
        schemas[db_id] = SchemaRecord(db_id, _text(record, "dialect", where), record, where)
    statements: list[Statement] = []
    for where, record in _lines(folder / QUERIES):
        statement = _statement(record, where)
        if statement.db_id not in schemas:
            raise CorpusError(f"{where}: db_id {statement.db_id!r} is not in {SCHEMAS}")
        statements.append(statement)
    return Corpus(name or folder.resolve().name, tuple(statements), schemas)


def read_corpora(
    folders: Iterable[Path], *, names: Mapping[Path, str] | None = None
) -> tuple[Corpus, ...]:
    """Reads several folders; `names` label some of them. Raises: CorpusError."""
    names = names or {}
    return tuple(read_corpus(folder, name=names.get(folder)) for folder in folders)


def _statement(record: Mapping[str, Any], where: str) -> Statement:
    for key in ("question", "plan"):
        if not isinstance(record.get(key), str | None):
            raise CorpusError(f"{where}: field '{key}' must be text or null")
    sql = _text(record, "sql", where)
    if not sql.strip():
        raise CorpusError(f"{where}: field 'sql' is empty")
    return Statement(
        id=_text(record, "id", where),
        db_id=_text(record, "db_id", where),
        source=_text(record, "source", where),
        dialect=_text(record, "dialect", where),
        sql=sql,
        split=_text(record, "split", where),
        question=record.get("question"),
        plan=record.get("plan"),
    )


def _text(record: Mapping[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        state = "must be text" if key in record else "is missing"
        raise CorpusError(f"{where}: field {key!r} {state}")
    return value


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every line's record with its place, one at a time: a corpus may be larger than memory."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                where = f"{path}:{number}"
                try:
                    record = json.loads(line)
                except json.JSONDecodeError as error:
                    raise CorpusError(f"{where}: not JSON ({error.msg})") from error
                if not isinstance(record, dict):
                    raise CorpusError(f"{where}: a line must be a JSON object")
                yield where, record
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}") from error
