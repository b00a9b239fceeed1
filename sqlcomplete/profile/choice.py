"""Which profile belongs to a schema: the one asked for, else the one whose tables it has."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.store import ABOUT, profiles_folder, read_profile
from sqlcomplete.schema.model import Schema

VARIABLE = "SQLCOMPLETE_PROFILE"
"""Names the profile to use, or says `none`."""

_SHARE = 0.9  # of a profile's tables that a schema must have: tables come and go


def profile_for(schema: Schema) -> Profile | None:
    """The profile of that schema, None where none was trained.

    Raises: ProfileError, where it cannot be read, or $SQLCOMPLETE_PROFILE names none.
    """
    from sqlcomplete.profile.store import load_profile

    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen.lower() in ("none", "off", "0"):
        return None
    if chosen:
        return load_profile(chosen)
    try:
        found = sorted(profiles_folder().glob(f"*/{ABOUT}"))
    except OSError:
        return None
    if not found:
        return None
    here = {table.name.lower() for table in schema.tables}
    best: tuple[int, float, Path] | None = None
    for about in found:
        known = _tables(about, schema.dialect)
        shared = sum(name in here for name in known)
        if known and shared >= _SHARE * len(known):
            rank = (shared, _time(about), about)
            best = rank if best is None else max(best, rank)
    if best is None:
        return None
    file = best[2].with_name("profile.json")
    return _read(str(file), _time(file))


def _tables(about: Path, dialect: str) -> list[str]:
    """The tables that the profile beside the file was mined of, without namespaces; none where it
    is for another dialect."""
    try:
        document = json.loads(about.read_text(encoding="utf-8"))
        if document["dialect"] != dialect:
            return []
        return [str(name).rpartition(".")[2] for name in document["tables"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _time(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


@lru_cache(maxsize=8)
def _read(file: str, time: float) -> Profile:
    """The profile in a file, read once as long as the file stays what it was."""
    return read_profile(Path(file))
