"""Writes files and folders so that they are whole or not there, also after a power cut."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from sqlcomplete.models.manifest import FileEntry


def copy_hashed(source: Path, target: Path) -> FileEntry:
    """Copies a file, synced to the disk; returns what was written. Raises: OSError."""
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while part := reader.read(1 << 20):
            writer.write(part)
            digest.update(part)
            size += len(part)
        writer.flush()
        os.fsync(writer.fileno())
    return FileEntry(digest.hexdigest(), size)


def write_replacing(path: Path, text: str) -> None:
    """Puts `text` in the place of the file at once. Raises: OSError; the old file stands then."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def put_folder(stage: Path, target: Path) -> bool:
    """Renames a folder to a place where none is yet; False where one is. Raises: OSError."""
    sync_folder(stage)
    try:
        stage.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Makes a folder's entries last; a system that cannot sync a folder is left alone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
