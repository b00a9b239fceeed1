"""Records as JSON lines, and back. A schema is written once and named by its fingerprint after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from distill.agents.record import Outcome, Record, Reject, Step
from sqlcomplete.schema.document import schema_from_json, schema_to_json
from sqlcomplete.schema.model import Schema


class Schemas:
    """Schemas by fingerprint. `announce` is called with (fingerprint, document) for each that has
    not been seen before."""

    def __init__(self, announce: Callable[[str, dict[str, Any]], None] = lambda *_: None) -> None:
        self._announce = announce
        self._by_fingerprint: dict[str, Schema] = {}
        self._fingerprints: dict[Schema, str] = {}

    def fingerprint(self, schema: Schema) -> str:
        """Equal for equal schemas, in every run."""
        known = self._fingerprints.get(schema)
        if known is not None:
            return known
        document = schema_to_json(schema)
        text = json.dumps(document, sort_keys=True, ensure_ascii=False)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._fingerprints[schema] = fingerprint
        if fingerprint not in self._by_fingerprint:
            self._by_fingerprint[fingerprint] = schema
            self._announce(fingerprint, document)
        return fingerprint

    def add(self, fingerprint: str, document: Mapping[str, Any]) -> None:
        """Takes a schema as it was announced."""
        schema = schema_from_json(document)
        self._by_fingerprint[fingerprint] = schema
        self._fingerprints.setdefault(schema, fingerprint)

    def same(self, record: Record) -> Record:
        """The record with the one object that stands for its schema here."""
        schema = self._by_fingerprint[self.fingerprint(record.schema)]
        return record if schema is record.schema else replace(record, schema=schema)

    def __getitem__(self, fingerprint: str) -> Schema:
        return self._by_fingerprint[fingerprint]


def step_to_json(step: Step) -> dict[str, Any]:
    """A step as plain values; what is None is left out."""
    return {key: value for key, value in asdict(step).items() if value is not None}


def record_to_json(record: Record, schemas: Schemas) -> dict[str, Any]:
    """The record as plain values, its schema by fingerprint."""
    return {
        "seed": record.seed,
        "source": record.source,
        "schema": schemas.fingerprint(record.schema),
        "dialect": record.dialect,
        "sql": record.sql,
        "question": record.question,
        "plan": record.plan,
        "round": record.round,
        "scores": [list(score) for score in record.scores],
        "steps": [step_to_json(step) for step in record.provenance],
    }


def record_from_json(values: Mapping[str, Any], schemas: Schemas) -> Record:
    """The record that `record_to_json` wrote. Raises: KeyError, on anything else."""
    return Record(
        seed=values["seed"],
        source=values["source"],
        schema=schemas[values["schema"]],
        dialect=values["dialect"],
        sql=values["sql"],
        question=values["question"],
        plan=values["plan"],
        round=values["round"],
        scores=tuple((name, score) for name, score in values["scores"]),
        provenance=tuple(Step(**step) for step in values["steps"]),
    )


def outcome_to_json(outcome: Outcome, schemas: Schemas) -> dict[str, Any]:
    """An outcome as plain values."""
    return {
        "records": [record_to_json(r, schemas) for r in outcome.records],
        "rejects": [
            {"agent": r.agent, "reason": r.reason, "record": record_to_json(r.record, schemas)}
            for r in outcome.rejects
        ],
    }


def outcome_from_json(values: Mapping[str, Any], schemas: Schemas) -> Outcome:
    """The outcome that `outcome_to_json` wrote."""
    return Outcome(
        records=tuple(record_from_json(r, schemas) for r in values["records"]),
        rejects=tuple(
            Reject(record_from_json(r["record"], schemas), r["agent"], r["reason"])
            for r in values["rejects"]
        ),
    )
