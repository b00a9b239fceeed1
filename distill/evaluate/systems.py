"""The systems that can be measured, by name."""

from __future__ import annotations

from distill.evaluate.system import System, SystemUnavailable
from sqlcomplete.profile.model import Profile

OURS = ("ours", "ours-no-model")
NAMES = ("ours", "ours-no-model", "pysqlsuggestions", "pgcli")


WITH_PROFILE = "+profile"
"""What the names of our systems end in where they know a profile."""


def system(
    name: str,
    *,
    model: str = "embedded",
    deadline_ms: float | None = None,
    profile: Profile | None = None,
) -> System:
    """The system of that name. `model` is what `ours` runs: "embedded" or a path; `deadline_ms` is
    for ours too, and so is `profile`, for names that end in WITH_PROFILE.

    Raises: SystemUnavailable, for an unknown name or one that is not installed.
    """
    plain = name.removesuffix(WITH_PROFILE)
    if plain in OURS:
        from distill.evaluate.ours import OurSystem

        known = profile if name != plain else None
        return OurSystem(name, model if plain == "ours" else None, deadline_ms, known)
    if name == "pysqlsuggestions":
        from distill.evaluate.peers.pysqlsuggestions import PysqlsuggestionsSystem

        return PysqlsuggestionsSystem()
    if name == "pgcli":
        from distill.evaluate.peers.pgcli import PgcliSystem

        return PgcliSystem()
    raise SystemUnavailable(f"no system {name!r}; choose from {', '.join(NAMES)}")
