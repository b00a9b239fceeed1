"""The file on disk: read whole, replaced in one step, and known again by what it held."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

MAX_BYTES = 20_000_000


class FileTooLargeError(OSError):
    """The file is larger than the editor opens."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was read or written: `mtime` in nanoseconds, `size` in bytes,
    `digest` the SHA-256 of its bytes."""

    mtime: int
    size: int
    digest: str


class Outside(Enum):
    """What others did to a file since its stamp was taken."""

    NOTHING = "nothing"
    CHANGED = "changed"
    REMOVED = "removed"


def read_bytes(path: Path) -> tuple[bytes, Stamp]:
    """A file's bytes and its stamp.

    Raises:
        OSError: where it cannot be read, or is larger than MAX_BYTES.
    """
    with path.open("rb") as file:
        about = os.fstat(file.fileno())
        if about.st_size > MAX_BYTES:
            raise FileTooLargeError(0, f"it is larger than {MAX_BYTES // 1_000_000} MB")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FileTooLargeError(0, f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return data, Stamp(about.st_mtime_ns, len(data), _digest(data))


def outside(path: Path, stamp: Stamp | None, *, thorough: bool = True) -> Outside:
    """What became of the file since `stamp`, None for a file that was not there.

    A thorough look reads the bytes; one that is not trusts an unchanged time and size. A file that
    is there and cannot be read counts as changed.
    """
    try:
        about = path.stat()
        if stamp is None:
            return Outside.CHANGED
        if about.st_size != stamp.size:
            return Outside.CHANGED
        if not thorough and about.st_mtime_ns == stamp.mtime:
            return Outside.NOTHING
        same = _digest(path.read_bytes()) == stamp.digest
    except FileNotFoundError:
        return Outside.NOTHING if stamp is None else Outside.REMOVED
    except OSError:
        return Outside.CHANGED
    return Outside.NOTHING if same else Outside.CHANGED


def is_write_protected(path: Path) -> bool:
    """Whether the file says that it is not to be written: replacing it would ignore that."""
    try:
        return not path.stat().st_mode & stat.S_IWUSR or not os.access(path, os.W_OK)
    except OSError:
        return False


def write_atomically(path: Path, data: bytes) -> Stamp:
    """Replace the file in one step: a reader, or a crash, sees the old bytes or the new ones.

    A symbolic link stays, and the file that it leads to is replaced. Permissions are kept, and the
    owner where the system lets us.

    Raises:
        OSError: where the folder cannot be written to, or is full. The file is then as it was.
    """
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".new")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            _keep_access(path, file.fileno(), temporary)
            about = os.fstat(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return Stamp(about.st_mtime_ns, len(data), _digest(data))


def _keep_access(path: Path, handle: int, temporary: Path) -> None:
    """Give the new file the permissions of the old, or those that new files get here."""
    try:
        about = path.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(handle, about.st_uid, about.st_gid)
    temporary.chmod(stat.S_IMODE(about.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, on systems that can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
