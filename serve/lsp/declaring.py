"""Where tables and their columns are declared: CREATE statements in DDL, found by their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlcomplete.syntax.lex import lex, name_of
from sqlcomplete.syntax.model import Token, TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_OBJECTS = frozenset({"TABLE", "VIEW"})
# What may stand between CREATE and TABLE, and between TABLE and the name.
_BEFORE = frozenset(
    """OR REPLACE GLOBAL LOCAL TEMP TEMPORARY UNLOGGED EXTERNAL FOREIGN VIRTUAL MATERIALIZED
    RECURSIVE TRANSIENT VOLATILE FORCE EDITIONABLE""".split()  # noqa: SIM905
)
_AFTER = frozenset({"IF", "NOT", "EXISTS"})


@dataclass(frozen=True, slots=True)
class Created:
    """A table or view that a text creates. Offsets are those of its name and, by lower-case name,
    of its columns' names."""

    namespace: str | None
    name: str
    start: int
    end: int
    columns: tuple[tuple[str, int, int], ...] = ()


def created(text: str, dialect: str) -> tuple[Created, ...]:
    """All that the text creates, in its order."""
    tokens = [t for t in lex(text, dialect) if t.kind is not TokenKind.COMMENT]
    return tuple(_created(tokens))


def _created(tokens: Sequence[Token]) -> Iterator[Created]:
    at = 0
    while at < len(tokens):
        if tokens[at].kind is not TokenKind.WORD or tokens[at].upper != "CREATE":
            at += 1
            continue
        at += 1
        while at < len(tokens) and tokens[at].upper in _BEFORE:
            at += 1
        if at >= len(tokens) or tokens[at].upper not in _OBJECTS:
            continue
        at += 1
        while at < len(tokens) and tokens[at].upper in _AFTER:
            at += 1
        names: list[Token] = []
        while at < len(tokens) and tokens[at].kind in _NAMES:
            names.append(tokens[at])
            at += 1
            if at >= len(tokens) or tokens[at].text != ".":
                break
            at += 1
        if not names:
            continue
        columns: tuple[tuple[str, int, int], ...] = ()
        if at < len(tokens) and tokens[at].text == "(":
            columns = tuple(_columns(tokens, at))
        yield Created(
            name_of(names[-2]) if len(names) > 1 else None,
            name_of(names[-1]),
            names[-1].start,
            names[-1].end,
            columns,
        )


def _columns(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int, int]]:
    """The names that open the elements of the bracket at `at`; a constraint's keyword may be one,
    which no column asked for is called."""
    depth = 0
    for number in range(at, len(tokens)):
        text = tokens[number].text
        if text == "(":
            depth += 1
        elif text == ")":
            depth -= 1
            if depth == 0:
                return
        elif text == ";":
            return
        opens = depth == 1 and tokens[number - 1].text in ("(", ",") and number > at
        if opens and tokens[number].kind in _NAMES:
            yield name_of(tokens[number]).lower(), tokens[number].start, tokens[number].end


def find(
    declared: Sequence[Created], name: str, namespace: str | None, column: str | None
) -> tuple[int, int] | None:
    """The span of the table's name, or of its column's where one is asked for and found."""
    same = [one for one in declared if one.name.lower() == name.lower()]
    if namespace is not None:
        wanted = namespace.lower()
        exact = [one for one in same if (one.namespace or "").lower() == wanted]
        # A dump that sets its search path names no namespace.
        same = exact or [one for one in same if one.namespace is None]
    for one in same:
        for low, start, end in one.columns:
            if column is not None and low == column.lower():
                return start, end
    return (same[0].start, same[0].end) if same else None
