"""How one connection's people write SQL: mined from their logs, kept on disk, used by ranking.

The names below load at their first use, as those of `sqlcomplete.schema` do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlcomplete.profile.choice import profile_for
    from sqlcomplete.profile.document import profile_from_json, profile_to_json
    from sqlcomplete.profile.enrich import with_mined_joins
    from sqlcomplete.profile.habits import Habits
    from sqlcomplete.profile.model import Profile
    from sqlcomplete.profile.store import (
        ProfileError,
        load_profile,
        profile_names,
        read_profile,
        remove_profile,
        save_profile,
    )

_HOMES = {
    "Habits": "habits",
    "Profile": "model",
    "ProfileError": "store",
    "load_profile": "store",
    "profile_for": "choice",
    "profile_from_json": "document",
    "profile_names": "store",
    "profile_to_json": "document",
    "read_profile": "store",
    "remove_profile": "store",
    "save_profile": "store",
    "with_mined_joins": "enrich",
}

__all__ = [
    "Habits",
    "Profile",
    "ProfileError",
    "load_profile",
    "profile_for",
    "profile_from_json",
    "profile_names",
    "profile_to_json",
    "read_profile",
    "remove_profile",
    "save_profile",
    "with_mined_joins",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
