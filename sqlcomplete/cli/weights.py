"""What the embedded model's files are: name, size and hash, without loading them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from sqlcomplete.errors import SqlcompleteError


class WeightsError(SqlcompleteError):
    """The model's files are not where they should be."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`sha256` is over the files in the order of their names; `bytes` is their sum."""

    name: str
    path: Path
    bytes: int
    sha256: str


def weights_folder() -> Path:
    """Where the package keeps its model."""
    import sqlcomplete.model

    return Path(sqlcomplete.model.__path__[0]) / "weights"


def describe_weights(folder: Path | None = None) -> Weights:
    """The files of the embedded model.

    Raises:
        WeightsError: there are none.
    """
    folder = folder or weights_folder()
    files = sorted(path for path in folder.glob("*") if path.is_file())
    if not any(".onnx" in path.name for path in files):
        raise WeightsError(f"{folder}: no model is here; reinstall sqlcomplete")
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    size = sum(path.stat().st_size for path in files)
    return Weights(_name(folder), folder, size, digest.hexdigest())


def _name(folder: Path) -> str:
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return str(about["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return "unnamed"
