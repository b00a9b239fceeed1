"""Difficulty that fits the student, from the teacher's and the student's losses on a record.

After DistilQwen2.5 (arXiv 2504.15027): train on what the teacher does better than the student, and
mix in what is hard for the student in later rounds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from distill.agents.settings import SettingsError

Losses = Mapping[str, tuple[float, float]]
"""Record id -> (teacher's loss, student's loss), mean nats a token."""


def read_losses(path: Path) -> dict[str, tuple[float, float]]:
    """The losses of a file of JSON lines {"id", "teacher", "student"}. Raises: SettingsError."""
    losses = {}
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    values = json.loads(line)
                    teacher, student = float(values["teacher"]), float(values["student"])
                    losses[str(values["id"])] = (teacher, student)
                except (ValueError, KeyError, TypeError) as error:
                    raise SettingsError(
                        f"{path}:{number}: expected id, teacher and student ({error})"
                    ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    return losses


def ceiling(student_losses: Iterable[float], progress: float) -> float:
    """The student's loss up to which records come in, when the share `progress` of the hardness
    is let in: all of them at 1, the easier half at 0.5."""
    ordered = sorted(student_losses)
    if progress >= 1 or not ordered:
        return float("inf")
    return ordered[max(math.ceil(len(ordered) * progress) - 1, 0)]
