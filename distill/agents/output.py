"""Writes what a run chose as a corpus folder, and what it rejected beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from distill.agents.record import Record, Reject
from distill.agents.record_json import Schemas, step_to_json
from distill.corpus import QUERIES, SCHEMAS
from sqlcomplete.schema.document import schema_to_json

REJECTS = "rejects.jsonl"


class Databases:
    """Names of schemas in a corpus: a seed's own keeps its `db_id`, a changed one gets another,
    the same for every record that is written against it."""

    def __init__(self, of_seed: Mapping[str, str], own: Iterable[Record]) -> None:
        """`own` are the seeds as they came."""
        self._of_seed = of_seed
        self._schemas = Schemas()
        self._own = {of_seed[r.seed]: self._schemas.fingerprint(r.schema) for r in own}
        self.documents: dict[str, dict[str, Any]] = {}

    def name(self, record: Record) -> str:
        """The record's `db_id`; its document is in `documents` from now on."""
        base = self._of_seed[record.seed]
        fingerprint = self._schemas.fingerprint(record.schema)
        name = base if self._own.get(base) == fingerprint else f"{base}~{fingerprint[:8]}"
        if name not in self.documents:
            document = schema_to_json(record.schema)
            self.documents[name] = {"db_id": name, "source": record.source} | document
        return name


def write_corpus(folder: Path, chosen: Iterable[Record], databases: Databases) -> None:
    """`queries.jsonl` and `schemas.jsonl`, as `distill.corpus` reads them."""
    _write(folder / QUERIES, (_query(record, databases.name(record)) for record in chosen))
    _write(folder / SCHEMAS, databases.documents.values())


def write_rejects(folder: Path, rejects: Iterable[Reject]) -> None:
    """`rejects.jsonl`: each with the agent, the reason and the record as it was then."""
    _write(
        folder / REJECTS,
        (
            {"agent": reject.agent, "reason": reject.reason} | _content(reject.record)
            for reject in rejects
        ),
    )


def write_text(path: Path, text: str) -> None:
    """Replaces a file as a whole: whoever reads it sees the old or the new one."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _query(record: Record, db_id: str) -> dict[str, Any]:
    return {"id": record.id, "db_id": db_id, "split": "train"} | _content(record)


def _content(record: Record) -> dict[str, Any]:
    return {
        "source": record.source,
        "dialect": record.dialect,
        "question": record.question,
        "sql": record.sql,
        "plan": record.plan,
        "provenance": {
            "seed": record.seed,
            "round": record.round,
            "steps": [step_to_json(step) for step in record.provenance],
            "scores": dict(record.scores),
        },
    }


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    write_text(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
