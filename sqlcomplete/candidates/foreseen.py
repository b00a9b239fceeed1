"""Tables that FROM has yet to name, told by the columns that the projection already uses."""

from __future__ import annotations

from sqlcomplete.candidates.awaited import tables_awaited
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.dialects.positions import BEFORE_NO_COLUMN, OPENS_BODY
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import Relation, TokenKind

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


def mentioned_names(here: Situation, qualifier: str) -> tuple[str, ...]:
    """Names that stand in the statement as columns which no known relation has, as written: behind
    `qualifier`, or behind none where it is empty; and those of INSERT's list."""
    known = {c.name.lower() for r in here.relations for c in r.columns}
    known |= {r.name.lower() for r in here.relations} | {
        c.name.lower() for c in here.analysis.scope.ctes
    }
    found: dict[str, str] = {}
    if here.clause in (Clause.SET, Clause.ON_CONFLICT, Clause.RETURNING, Clause.WHERE):
        found.update((name.lower(), name) for name in here.analysis.scope.insert_columns)
    tokens = here.others
    for at, token in enumerate(tokens):
        if token.kind not in _NAMES or token.upper in KEYWORDS:
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if after in (".", "(") or before is None or before.upper in BEFORE_NO_COLUMN:
            continue
        owner = bare(tokens[at - 2]) if before.text == "." and at > 1 else ""
        if owner == qualifier and bare(token) not in known:
            if before.kind in _NAMES and before.upper not in KEYWORDS:
                continue  # an alias
            if not owner and at > 1 and tokens[at - 2].upper in BEFORE_NO_COLUMN:
                continue
            found.setdefault(bare(token), name_of(token))
    return tuple(found.values())


def awaits_from(here: Situation) -> bool:
    """Whether a SELECT around the cursor has no FROM yet: its aliases are still to be given."""
    selects = [False]
    for token in here.left:
        if token.text == "(":
            selects.append(False)
        elif token.text == ")" and len(selects) > 1:
            selects.pop()
        elif token.upper == "SELECT":
            selects[-1] = True
        elif token.upper == "FROM":
            selects[-1] = False
    return any(selects)


def is_inside(here: Situation, cte: Relation) -> bool:
    """Whether the cursor stands in the CTE's own body."""
    depth, body, before = 0, False, ""
    for token in here.left:
        if token.start <= cte.start:
            continue
        if token.text == "(":
            body = body or (not depth and before in OPENS_BODY)
            depth += 1
        elif token.text == ")":
            depth -= 1
            if body and not depth:
                return False
        before = token.upper
    return body


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
    if here.expectation.qualifier:
        by_qualifier.setdefault(here.expectation.qualifier[-1].lower(), [])
    for qualifier, names in by_qualifier.items():
        table = here.index.table(qualifier) if qualifier else None
        tables: tuple[Table, ...] = () if table is None else (table,)
        if not tables and qualifier:
            tables = tables_awaited(here, qualifier, frozenset(names))
        if not tables:
            tables = fitting_tables(here, tuple(names))
        if tables:
            found[qualifier] = tables
    return found
