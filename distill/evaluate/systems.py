"""The systems that can be measured, by name."""

from __future__ import annotations

from distill.evaluate.system import System, SystemUnavailable

NAMES = ("ours", "ours-no-model", "pysqlsuggestions", "pgcli")


def system(name: str, *, model: str = "embedded", deadline_ms: float | None = None) -> System:
    """The system of that name. `model` is what `ours` runs: "embedded" or a path; `deadline_ms` is
    for ours too.

    Raises: SystemUnavailable, for an unknown name or one that is not installed.
    """
    if name in ("ours", "ours-no-model"):
        from distill.evaluate.ours import OurSystem

        return OurSystem(name, model if name == "ours" else None, deadline_ms)
    if name == "pysqlsuggestions":
        from distill.evaluate.peers.pysqlsuggestions import PysqlsuggestionsSystem

        return PysqlsuggestionsSystem()
    if name == "pgcli":
        from distill.evaluate.peers.pgcli import PgcliSystem

        return PgcliSystem()
    raise SystemUnavailable(f"no system {name!r}; choose from {', '.join(NAMES)}")
