"""Keeps what is written and in no file yet: one journal an editor, replaced in one step, whole.

An editor holds its journal's lock as long as it lives, so two editors never write to one journal.
What an editor that is gone left behind, the next one on the same connection takes over.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import platformdirs

from tui.documents.document import Document
from tui.documents.files import Stamp, write_atomically
from tui.documents.form import Form
from tui.documents.locks import try_lock


@dataclass(frozen=True, slots=True)
class Buffer:
    """One tab: its document, the cursor as an offset into the text, and for a text that the last
    session had not saved the file that it belongs to."""

    document: Document = field(default_factory=Document)
    cursor: int = 0
    draft_of: Path | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """All that an editor has open; `active` is the tab in front."""

    buffers: tuple[Buffer, ...] = (Buffer(),)
    active: int = 0


def state_folder() -> Path:
    """The platform's folder for state, ours in it."""
    return platformdirs.user_state_path("sqlcomplete") / "editor"


class Journal:
    """The journal of one editor. `key` names the connection and must hold no password.

    Making one never fails: where the folder cannot be written to, `save` says so.
    """

    def __init__(self, key: str, folder: Path | None = None) -> None:
        self._folder = folder or state_folder()
        self._stem = hashlib.sha256(key.encode()).hexdigest()[:16]
        self._lock: IO[bytes] | None = None
        self._adopted: list[tuple[Path, IO[bytes]]] = []
        self.path: Path | None = None
        with contextlib.suppress(OSError):
            self._take_place()

    def load(self) -> Session | None:
        """What was open last time here, with all that editors which are gone left behind; None for
        nothing. A journal that cannot be read is set aside, not lost."""
        if self.path is None:
            return None
        session = self._read(self.path)
        for path in sorted(self._folder.glob(f"{self._stem}-*.json")):
            if path == self.path or (lock := self._lock_of(path)) is None:
                continue
            left = self._read(path)
            if left is None:
                lock.close()
                continue
            self._adopted.append((path, lock))
            if session is None:
                session = left
                continue
            known = {(b.document.text, b.document.path) for b in session.buffers}
            more = tuple(
                b
                for b in left.buffers
                if b.document.text.strip() and (b.document.text, b.document.path) not in known
            )
            session = replace(session, buffers=session.buffers + more)
        return session

    def save(self, session: Session) -> None:
        """Write the session. Blocks until it is on the disk.

        Raises:
            OSError: where it cannot be kept.
        """
        if self.path is None:
            self._take_place()
        assert self.path is not None
        raw = {
            "buffers": [_plain(buffer) for buffer in session.buffers],
            "active": session.active,
        }
        write_atomically(self.path, json.dumps(raw).encode())
        # Only now, as their texts are in this journal, those of the dead may go.
        for path, lock in self._adopted:
            path.unlink(missing_ok=True)
            lock.close()
        self._adopted.clear()

    def drafts_of(self, file: Path) -> tuple[Buffer, ...]:
        """What editors on other connections, now gone, had not saved of a file."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            if path.name.startswith(self._stem) or (lock := self._lock_of(path)) is None:
                continue
            with lock:
                left = self._read(path)
            for buffer in left.buffers if left else ():
                if buffer.document.path == file and buffer.document.modified:
                    found.append(replace(buffer, draft_of=file))
        return tuple(found)

    def close(self) -> None:
        """Leave the journal to the next editor."""
        for lock in (self._lock, *(lock for _, lock in self._adopted)):
            if lock is not None:
                lock.close()
        self._lock = None

    def _take_place(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for slot in itertools.count(1):
            path = self._folder / f"{self._stem}-{slot}.json"
            lock = try_lock(path.with_suffix(".lock"))
            if lock is not None:
                self.path, self._lock = path, lock
                return

    def _lock_of(self, path: Path) -> IO[bytes] | None:
        try:
            return try_lock(path.with_suffix(".lock"))
        except OSError:
            return None

    def _read(self, path: Path) -> Session | None:
        try:
            raw = json.loads(path.read_bytes())
            buffers = tuple(_buffer(entry) for entry in raw["buffers"])
            active = int(raw.get("active", 0))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".unreadable"))
            return None
        if not buffers:
            return None
        return Session(buffers, min(max(active, 0), len(buffers) - 1))


def _plain(buffer: Buffer) -> dict[str, Any]:
    document = buffer.document
    form = asdict(document.form)
    form["mark"] = document.form.mark.hex()
    return {
        "text": document.text,
        "path": str(document.path) if document.path else None,
        # Most texts are as saved: those are written once.
        "saved": True if document.saved == document.text else document.saved,
        "stamp": asdict(document.stamp) if document.stamp else None,
        "form": form,
        "cursor": buffer.cursor,
        "draft_of": str(buffer.draft_of) if buffer.draft_of else None,
    }


def _buffer(raw: dict[str, Any]) -> Buffer:
    text, path, draft_of = str(raw["text"]), raw.get("path"), raw.get("draft_of")
    saved, stamp, form = raw.get("saved"), raw.get("stamp"), raw.get("form") or {}
    mixed = form.get("mixed")
    return Buffer(
        Document(
            text,
            Path(path) if path else None,
            Form(
                str(form.get("encoding", "utf-8")),
                bytes.fromhex(form.get("mark", "")),
                str(form.get("newline", "\n")),
                (str(mixed[0]), tuple(map(str, mixed[1]))) if mixed else None,
            ),
            text if saved is True else saved,
            Stamp(int(stamp["mtime"]), int(stamp["size"]), str(stamp["digest"])) if stamp else None,
        ),
        int(raw.get("cursor", 0)),
        Path(draft_of) if draft_of else None,
    )
