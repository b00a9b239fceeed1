"""Tables that FROM has yet to name, told by the columns that the projection already uses."""

from __future__ import annotations

from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_MOST = 12  # tables that fit equally well: more say nothing


def written_columns(here: Situation) -> tuple[tuple[str, str], ...]:
    """(qualifier or the empty text, column) of each name since the last SELECT, lower case."""
    tokens = here.left
    begun = 0
    for place, token in enumerate(tokens):
        if token.upper == "SELECT":
            begun = place + 1
    found: list[tuple[str, str]] = []
    for at in range(begun, len(tokens)):
        token = tokens[at]
        if token.kind not in _NAMES:
            continue
        before = tokens[at - 1] if at > begun else None
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if after in (".", "(") or (before is not None and before.upper == "AS"):
            continue
        dotted = before is not None and before.text == "." and at - 2 >= begun
        found.append((bare(tokens[at - 2]) if dotted else "", bare(token)))
    return tuple(found)


def fitting_tables(here: Situation, columns: tuple[str, ...]) -> tuple[Table, ...]:
    """Tables that have all of `columns` that any table has; none where that says too little."""
    known = [name for name in columns if here.index.tables_with_column(name, limit=1)]
    if not known:
        return ()
    # The longest name is the rarest: its tables are the fewest to look at.
    rarest = max(known, key=len)
    wanted = set(known)
    fit = [
        table
        for table in here.index.tables_with_column(rarest, limit=60)
        if wanted <= {column.name.lower() for column in table.columns}
    ]
    return tuple(fit) if len(fit) <= _MOST else ()


def foreseen(here: Situation) -> dict[str, tuple[Table, ...]]:
    """The tables that each qualifier of the projection may come to mean, the last written first;
    the empty text stands for columns without one."""
    by_qualifier: dict[str, list[str]] = {}
    for qualifier, name in reversed(written_columns(here)):
        by_qualifier.setdefault(qualifier, []).append(name)
    found: dict[str, tuple[Table, ...]] = {}
    for qualifier, names in by_qualifier.items():
        table = here.index.table(qualifier) if qualifier else None
        tables = (table,) if table is not None else fitting_tables(here, tuple(names))
        if tables:
            found[qualifier] = tables
    return found
