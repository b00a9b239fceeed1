"""A candidate: something schema and syntax prove may stand at the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.syntax.model import Kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """`insert` takes the place of the expectation's `replace` span, quoted and cased as needed.
    `label` is what the popup shows; `match` is the text that `typed` is compared with. `features`
    name what speaks for it (for example "primary key", "foreign key", "in projection", "used")."""

    label: str
    insert: str
    kind: Kind
    match: str
    detail: str | None = None
    features: frozenset[str] = frozenset()
