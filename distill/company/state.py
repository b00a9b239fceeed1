"""What is kept between two readings of a connection's logs: statements without values, and how far
each file was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.kept import KeptStatement
from sqlcomplete.profile.store import write_whole

_HEAD = 4096  # bytes that tell one file from another
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class FileMark:
    """How far a file was read: `entries` of it, when it had `size` bytes and began with what `head`
    is the hash of."""

    size: int
    head: str
    entries: int


@dataclass(frozen=True, slots=True)
class State:
    """`files` by absolute path; `newest` is the last moment of any log read."""

    files: dict[str, FileMark]
    newest: float | None = None


def load_state(folder: Path) -> tuple[State, tuple[KeptStatement, ...]]:
    """What the folder keeps; an empty state where it keeps nothing.

    Raises: LogError, where it is damaged.
    """
    file, statements = folder / "state.json", folder / "statements.jsonl"
    if not file.is_file():
        return State({}), ()
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            raise ValueError("another format")
        files = {path: FileMark(**mark) for path, mark in document["files"].items()}
        with statements.open(encoding="utf-8") as lines:
            kept = tuple(KeptStatement(**json.loads(line)) for line in lines if line.strip())
        return State(files, document["newest"]), kept
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LogError(
            f"{folder}: what was kept of the last reading is damaged ({error}); "
            "run again without --since last"
        ) from None


def save_state(folder: Path, state: State, statements: Sequence[KeptStatement]) -> None:
    """Writes both files, each in one step. Raises: ProfileError, where they cannot be written."""
    lines = "".join(json.dumps(asdict(s), ensure_ascii=False) + "\n" for s in statements)
    write_whole(folder / "statements.jsonl", lines)
    files = {path: asdict(mark) for path, mark in state.files.items()}
    document = {"format": _FORMAT, "files": files, "newest": state.newest}
    write_whole(folder / "state.json", json.dumps(document))


def mark_of(path: Path, entries: int) -> FileMark:
    """The mark of a file that was read to its end. Raises: LogError."""
    size, head = _size_and_head(path, _HEAD)
    return FileMark(size, head, entries)


def _size_and_head(path: Path, length: int) -> tuple[int, str]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return size, hashlib.sha256(file.read(min(length, size))).hexdigest()[:32]
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror or error}") from None


class Since:
    """Leaves out what an earlier reading has seen.

    A file that begins as it did and has not shrunk goes on where it ended. Of any other file, the
    entries up to the last moment read before are left out, where they have a time: an export that
    overlaps the one before is not counted twice.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.skipped = 0

    def seen_entries(self, path: Path) -> int | None:
        """How many entries of the file were read before; None where it is another file."""
        mark = self._state.files.get(str(path.resolve()))
        if mark is None:
            return None
        size, head = _size_and_head(path, min(_HEAD, mark.size))
        return mark.entries if size >= mark.size and head == mark.head else None

    def is_unchanged(self, path: Path) -> bool:
        """Whether the file has nothing new at all."""
        mark = self._state.files.get(str(path.resolve()))
        return mark is not None and mark == replace(mark_of(path, mark.entries))

    def rest(
        self, path: Path, entries: Iterable[LogEntry | Unread]
    ) -> Iterator[tuple[LogEntry | Unread, bool]]:
        """Every entry, each with whether it is new."""
        seen = self.seen_entries(path)
        for place, entry in enumerate(entries):
            new = place >= (seen or 0)
            if seen is None and isinstance(entry, LogEntry) and self._state.newest is not None:
                new = entry.time is None or entry.time > self._state.newest
            self.skipped += not new
            yield entry, new
