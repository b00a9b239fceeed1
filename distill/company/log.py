"""What tuning is given of a company: its schema, and its statements in two parts by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from distill.company.kept import KeptStatement
from distill.data.near import without_near
from sqlcomplete.schema.model import Schema

TRAIN_SHARE = 0.7
"""How much of the log, from its beginning, may be trained on."""


@dataclass(frozen=True, slots=True)
class CompanyLog:
    """A company's log as tuning and the gate see it.

    `name` is the connection's; `schema` is enriched by the joins that were mined. `train` and
    `held_out` are statements without values, in order of time; nothing of `held_out` is a
    near-duplicate of a statement of `train`. `left_out` counts those taken out of `held_out`
    because they were.
    """

    name: str
    schema: Schema
    train: tuple[KeptStatement, ...]
    held_out: tuple[KeptStatement, ...]
    left_out: int = 0


def split_log(
    name: str,
    schema: Schema,
    statements: Sequence[KeptStatement],
    *,
    train_share: float = TRAIN_SHARE,
) -> CompanyLog:
    """Splits the statements by when each was first seen (by order where the log has no times)."""
    ordered = sorted(statements, key=lambda s: (s.first_seen or 0.0, s.order))
    cut = round(len(ordered) * train_share)
    train, rest = ordered[:cut], ordered[cut:]
    places = without_near([s.sql for s in rest], [s.sql for s in train], schema.dialect)
    held_out = tuple(rest[place] for place in places)
    return CompanyLog(name, schema, tuple(train), held_out, len(rest) - len(held_out))
