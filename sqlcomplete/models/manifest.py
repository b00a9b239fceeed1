"""What a model's folder says of itself: `manifest.json`, and how its files are held to it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlcomplete.model.errors import ModelError

MANIFEST_FILE = "manifest.json"
FORMAT = 1

_PLAIN_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file's SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape that the engine must find in the graph."""

    layers: int
    key_value_heads: int
    head_size: int
    vocabulary: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model: what it is called, what it was made from, and what it was measured at.

    `made` is an ISO 8601 time in UTC; `base` the SHA-256 of the graph that the tuning started
    from, `base_name` its name; `data` counts what was trained on, by kind; `settings` are the
    training's; `gate` holds the figures before and after, as the gate wrote them.
    """

    name: str
    version: int
    made: str
    base: str
    base_name: str
    architecture: Architecture
    files: Mapping[str, FileEntry]
    data: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    gate: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name and version, as commands take it."""
        return f"{self.name}@{self.version}"

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(entry.bytes for entry in self.files.values())

    def to_json(self) -> dict[str, Any]:
        """What stands in the file."""
        return {"format": FORMAT, **asdict(self)}


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`.

    Raises: ModelError, when it is missing, or says something other than a manifest.
    """
    path = folder / MANIFEST_FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ModelError(
                f"{path}: format {document['format']!r} is of another version of sqlcomplete"
            )
        files = {
            str(name): FileEntry(str(entry["sha256"]), int(entry["bytes"]))
            for name, entry in document["files"].items()
        }
        # A name with a path in it would have us read, or write, outside of the folder.
        if not files or not all(_PLAIN_FILE.fullmatch(name) for name in files):
            raise ModelError(f"{path}: names no files, or files outside of its folder")
        return Manifest(
            name=str(document["name"]),
            version=int(document["version"]),
            made=str(document["made"]),
            base=str(document["base"]),
            base_name=str(document["base_name"]),
            architecture=Architecture(**{k: int(v) for k, v in document["architecture"].items()}),
            files=files,
            data=dict(document["data"]),
            settings=dict(document["settings"]),
            gate=dict(document["gate"]),
        )
    except FileNotFoundError:
        raise ModelError(f"{folder}: no {MANIFEST_FILE} here, so no model") from None
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: not a model's manifest ({error})") from error


def hash_file(path: Path) -> FileEntry:
    """Hash and size of a file. Raises: OSError."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
            size += len(part)
    return FileEntry(digest.hexdigest(), size)


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Holds every file to the size and the hash that the manifest states.

    Raises: ModelError, naming the first file that differs.
    """
    for name, wanted in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != wanted.bytes:
                raise ModelError(
                    f"{path}: {size} bytes, the manifest says {wanted.bytes}: damaged; "
                    f"remove the model or train it anew"
                )
            if hash_file(path).sha256 != wanted.sha256:
                raise ModelError(
                    f"{path}: its SHA-256 is not the manifest's: damaged; "
                    f"remove the model or train it anew"
                )
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ModelError(f"{path}: {reason}") from error
