"""The checkpoint of a run: what was done to each record, in append-only JSON lines.

A line is written when a record's work is over, and flushed at once: a killed process loses the
records in flight. Every `SYNC_S` seconds and at the end the file is forced to disk: a machine
that loses power loses that much. A line that a kill tore is cut off when the run goes on.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from distill.agents.record import Outcome
from distill.agents.record_json import Schemas, outcome_from_json, outcome_to_json
from sqlcomplete.errors import SqlcompleteError

SYNC_S = 2.0
FORM = 1


class JournalError(SqlcompleteError):
    """A journal that this run cannot go on from."""


class Journal:
    """Outcomes by record id, equal schemas as one object. `identity` is what the outcomes depend
    on: a journal with another one is refused."""

    def __init__(self, path: Path, identity: dict[str, Any]) -> None:
        """Opens the journal, reading what is there. Raises: JournalError."""
        self.path = path
        self.done: dict[str, Outcome] = {}
        self.schemas = Schemas(self._write_schema)
        self._synced = time.monotonic()
        self._file = self._open(identity)

    def add(self, record_id: str, outcome: Outcome) -> None:
        """Writes down that this record's work is over, and what came of it."""
        values = outcome_to_json(outcome, self.schemas)
        self._write({"id": record_id} | values)
        # What comes from another process has a schema object of its own: one must do for all.
        self.done[record_id] = Outcome(
            tuple(self.schemas.same(record) for record in outcome.records),
            tuple(
                replace(reject, record=self.schemas.same(reject.record))
                for reject in outcome.rejects
            ),
        )

    def close(self) -> None:
        """Forces everything to disk."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, identity: dict[str, Any]) -> BinaryIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            whole = self._read(identity) if self.path.exists() else 0
            file = self.path.open("r+b" if self.path.exists() else "w+b", buffering=0)
        except OSError as error:
            raise JournalError(f"{self.path}: {error.strerror or error}") from error
        file.truncate(whole)
        file.seek(whole)
        if whole == 0:
            line = json.dumps({"form": FORM, "identity": identity}) + "\n"
            file.write(line.encode())
        return file

    def _read(self, identity: dict[str, Any]) -> int:
        """Reads whole lines; returns where they end, in bytes."""
        whole = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                try:
                    self._take(json.loads(line), first=number == 1, identity=identity)
                except (ValueError, KeyError, TypeError) as error:
                    raise JournalError(
                        f"{self.path}:{number}: damaged ({error}); take the line out and run again"
                    ) from error
                whole += len(line)
        return whole

    def _take(self, values: dict[str, Any], *, first: bool, identity: dict[str, Any]) -> None:
        if first:
            theirs = values["identity"]
            if values["form"] != FORM or theirs.keys() != identity.keys():
                raise JournalError(f"{self.path}: written by another version; use another folder")
            for key, value in identity.items():
                if theirs[key] != value:
                    raise JournalError(
                        f"{self.path}: was begun with {key} {theirs[key]!r}, this run has "
                        f"{value!r}; use another folder, or delete that file to begin anew"
                    )
        elif "schema" in values:
            self.schemas.add(values["schema"], values["document"])
        else:
            self.done[values["id"]] = outcome_from_json(values, self.schemas)

    def _write_schema(self, fingerprint: str, document: dict[str, Any]) -> None:
        self._write({"schema": fingerprint, "document": document})

    def _write(self, values: dict[str, Any]) -> None:
        line = json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        view = memoryview(line)
        while view:
            view = view[self._file.write(view) or 0 :]
        now = time.monotonic()
        if now - self._synced > SYNC_S:
            os.fsync(self._file.fileno())
            self._synced = now
