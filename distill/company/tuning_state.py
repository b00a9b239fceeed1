"""A tuning's checkpoint: written beside the old one and put in its place at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from sqlcomplete.errors import SqlcompleteError

CHECKPOINT_FILE = "tuning.pt"


class TuningError(SqlcompleteError):
    """A tuning that cannot go on: the message says why, and what to do."""


@dataclass(slots=True)
class TuningState:
    """Where a run stands. `weights` and `best` map the trained parameters' names to values, `best`
    as they were when the watched loss was least; `looks` lists (share done, watched loss)."""

    step: int = 0
    spent: float = 0.0
    tokens: int = 0
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    best: dict[str, torch.Tensor] = field(default_factory=dict)
    best_loss: float = float("inf")
    looks: list[tuple[float, float]] = field(default_factory=list)
    optimiser: dict[str, Any] = field(default_factory=dict)
    supply: Any = None
    finished: bool = False


def save_state(folder: Path, key: str, state: TuningState) -> None:
    """Writes the checkpoint of the run that `key` names.

    Raises: TuningError, when the disk is full or cannot be written; the old one stands then.
    """
    target = folder / CHECKPOINT_FILE
    fresh = folder / f"{CHECKPOINT_FILE}.new"
    document = {"key": key, **{name: getattr(state, name) for name in TuningState.__slots__}}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            torch.save(document, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except (OSError, RuntimeError) as error:
        # torch reports a full disk as a RuntimeError of its own.
        fresh.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) else None
        raise TuningError(
            f"{folder}: the checkpoint cannot be written: "
            f"{(reason or str(error).splitlines()[0]).lower()}; make room and run the same command "
            "again, it goes on from the last checkpoint; the model in use stays"
        ) from error


def load_state(folder: Path, key: str) -> TuningState | None:
    """The checkpoint of the run that `key` names; None where there is none, it is damaged, or it is
    of a run on other data or with other settings."""
    try:
        document: Mapping[str, Any] = torch.load(folder / CHECKPOINT_FILE, weights_only=True)
        if document["key"] != key:
            return None
        return TuningState(**{name: document[name] for name in TuningState.__slots__})
    except (OSError, RuntimeError, EOFError, KeyError, TypeError, ValueError):
        return None
    except Exception:  # an unpickler's errors have no common base, and a torn file is no checkpoint
        return None
