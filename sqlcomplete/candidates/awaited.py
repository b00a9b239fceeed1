"""Aliases that the statement uses and no FROM has given yet: `SELECT o.id FROM |` awaits an `o`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlcomplete.candidates.naming import is_alias_of
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.positions import BEFORE_TABLE
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_MOST = 12  # tables that an alias fits equally well: more say nothing
_GIVEN = frozenset({"excluded", "new", "old", "inserted", "deleted"})

Awaited = Mapping[str, frozenset[str]]


def awaited(here: Situation) -> Awaited:
    """Each such alias, lower case, with the columns that stand behind it."""
    found: dict[str, set[str]] = {}
    alone: set[str] = set()
    tokens = here.others
    for at, token in enumerate(tokens):
        if token.kind not in _NAMES:
            continue
        dotted = at + 1 < len(tokens) and tokens[at + 1].text == "."
        before = tokens[at - 1] if at else None
        if not dotted:
            if before is not None and before.text != ".":
                alone.add(bare(token))
            continue
        if before is not None and (before.text == "." or before.upper in BEFORE_TABLE):
            continue
        columns = found.setdefault(bare(token), set())
        if at + 2 < len(tokens) and tokens[at + 2].kind in _NAMES:
            columns.add(bare(tokens[at + 2]))
    given = alone | {r.name.lower() for r in here.relations} | _GIVEN
    given |= {name.lower() for name in here.index.namespaces}
    return {name: frozenset(columns) for name, columns in found.items() if name not in given}


def tables_awaited(here: Situation, alias: str, columns: frozenset[str]) -> tuple[Table, ...]:
    """Tables that people shorten to `alias` and that have the columns; none where too many fit."""
    found = [
        table
        for table in here.index.tables_matching(alias, limit=60)
        if is_alias_of(alias, table.name) and columns <= {c.name.lower() for c in table.columns}
    ]
    return tuple(found) if len(found) <= _MOST else ()


def fit_of(table: Table, waiting: Awaited) -> tuple[str, str] | None:
    """How the table may be what an alias waits for, with that alias: "awaited" where its name and
    columns fit, "awaited columns" where at least the columns do; None where none fits."""
    columns = {column.name.lower() for column in table.columns}
    fitting = [alias for alias, wanted in waiting.items() if wanted <= columns]
    for alias in fitting:
        if is_alias_of(alias, table.name):
            return "awaited", alias
    for alias in fitting:
        if waiting[alias]:
            return "awaited columns", alias
    return None
