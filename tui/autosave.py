"""Keeps what was written: one file a connection, replaced in one step, always whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import platformdirs

_SLOTS = 20  # editors of one connection open at the same time


@dataclass(frozen=True, slots=True)
class Buffer:
    """The text of one tab, the file it belongs to (None for none) and the cursor's offset."""

    text: str = ""
    path: str | None = None
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """All that an editor has open; `active` is the tab in front."""

    buffers: tuple[Buffer, ...] = (Buffer(),)
    active: int = 0


def state_folder() -> Path:
    """The platform's folder for state, ours in it."""
    return platformdirs.user_state_path("sqlcomplete") / "editor"


def write_atomically(path: Path, text: str) -> None:
    """Replace the file in one step: a reader, or a crash, sees the old text or the new one.

    Raises:
        OSError: where the folder cannot be written to.
    """
    path = path.resolve() if path.is_symlink() else path
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o777)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class Autosave:
    """The saved session of one connection.

    A second editor on the same connection gets a file of its own, so that neither overwrites the
    other's text. `key` names the connection and must hold no password.
    """

    def __init__(self, key: str, folder: Path | None = None) -> None:
        self._folder = folder or state_folder()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock: IO[str] | None = None
        stem = hashlib.sha256(key.encode()).hexdigest()[:16]
        for slot in range(1, _SLOTS + 1):
            self.path = self._folder / f"{stem}-{slot}.json"
            self._lock = _locked(self.path.with_suffix(".lock"))
            if self._lock is not None:
                break

    def load(self) -> Session | None:
        """What was open last time, None for nothing. An unreadable file is set aside, not lost."""
        try:
            raw = json.loads(self.path.read_text(encoding="utf-8"))
            buffers = tuple(
                Buffer(str(entry["text"]), entry.get("path"), int(entry.get("cursor", 0)))
                for entry in raw["buffers"]
            )
            active = int(raw.get("active", 0))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_suffix(".unreadable"))
            return None
        if not buffers:
            return None
        return Session(buffers, min(max(active, 0), len(buffers) - 1))

    def save(self, session: Session) -> None:
        """Write the session.

        Raises:
            OSError: where the folder cannot be written to.
        """
        write_atomically(self.path, json.dumps(asdict(session), ensure_ascii=False))

    def close(self) -> None:
        """Leave the file to the next editor."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _locked(path: Path) -> IO[str] | None:
    """The open lock file, None where another process holds it. The system frees it on any death."""
    file = path.open("w", encoding="utf-8")
    try:
        import fcntl
    except ImportError:  # no such lock on Windows: the last editor to save wins there
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
