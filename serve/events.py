"""What became of suggestions, kept in a local file where the user has asked for it: JSON lines,
with no text of statements beyond the suggestion that was taken."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

from sqlcomplete.completion import Completion
from sqlcomplete.errors import SqlcompleteError

LARGEST = 16 * 1024 * 1024
"""Bytes after which the file becomes `NAME.1`, in the place of an older one."""

_REMEMBERED = 4096  # completions whose events may still come


class EventLogError(SqlcompleteError):
    """The events cannot be kept."""


class EventLog:
    """Appends events to a file, a line each, readable by its owner alone. Thread-safe.

    A line is written at once and whole; the half of one that a power cut left is closed off, so
    that the next stands for itself.

    Raises: EventLogError, where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._known: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as file:
                if file.tell() and not _ends_whole(path):
                    file.write(b"\n")
        except OSError as error:
            raise EventLogError(
                f"--events {path}: {(error.strerror or str(error)).lower()}"
            ) from None

    def answered(self, completion: Completion) -> None:
        """Remembers a completion for as long as its events may come: choice 0 is the ghost where
        there is one, and the items follow."""
        ghost = completion.ghost
        choices: list[dict[str, Any]] = []
        if ghost is not None:
            choices.append(
                {
                    "text": ghost.text,
                    "source": ghost.source,
                    "confidence": round(ghost.confidence, 4),
                }
            )
        choices += [
            {"text": item.insert, "source": item.source, "item": item.kind}
            for item in completion.items
        ]
        with self._lock:
            self._known[completion.id] = choices
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def add(
        self,
        type: str,
        completion_id: str,
        choice_index: int,
        *,
        kind: str | None = None,
        view_id: str | None = None,
        elapsed: int | None = None,
    ) -> bool:
        """Keeps one event; False where the completion is not one of ours, or long ago.

        Raises: EventLogError.
        """
        with self._lock:
            choices = self._known.get(completion_id)
            if choices is None or choice_index >= len(choices):
                return False
            choice = choices[choice_index]
            line: dict[str, Any] = {
                "time": round(time.time(), 3),
                "type": type,
                "completion_id": completion_id,
                "choice_index": choice_index,
            }
            given = {"kind": kind, "view_id": view_id, "elapsed": elapsed}
            line |= {name: value for name, value in given.items() if value is not None}
            # The words themselves only where the user made them his own.
            line |= {n: v for n, v in choice.items() if n != "text" or type == "select"}
            line["length"] = len(choice["text"])
            self._write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return True

    def _write(self, line: bytes) -> None:
        try:
            with contextlib.suppress(FileNotFoundError):
                if self.path.stat().st_size + len(line) > LARGEST:
                    self.path.replace(self.path.with_name(self.path.name + ".1"))
            with self._open() as file:
                file.write(line)
        except OSError as error:
            raise EventLogError(f"the events cannot be kept: {error.strerror or error}") from None

    def _open(self) -> Any:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        file = os.fdopen(os.open(self.path, flags, 0o600), "ab", buffering=0)
        file.seek(0, os.SEEK_END)
        return file


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
