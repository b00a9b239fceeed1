"""A statement as it may be kept: without values, once for all its repetitions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """One statement without its values, in the layout it was logged in.

    Where a value stood, `sql` has a typed placeholder (`:text`, `:number`, `:date`, ...; see
    `distill.company.redact`). `count` is how often it ran, in all its repetitions; `first_seen`
    and `last_seen` are seconds since 1970, None where no log says. `order` numbers the statements
    by their first appearance.
    """

    sql: str
    fingerprint: str
    count: float = 1.0
    first_seen: float | None = None
    last_seen: float | None = None
    order: int = 0
