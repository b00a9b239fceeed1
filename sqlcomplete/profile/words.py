"""A statement as words that compare across statements: values are `?`, aliases their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlcomplete.dialects.positions import ENDS_FROM, INTRODUCES_RELATION
from sqlcomplete.syntax.lex import is_keyword, is_name, name_of
from sqlcomplete.syntax.model import Token, TokenKind

VALUE = "?"
TEMPLATE = "{}"
SAME = "~"

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
COMPARE = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", ":="})


@dataclass(frozen=True, slots=True)
class Named:
    """`tables` maps each name that may qualify a column to its table, all lower case; `defined` are
    the places of the tokens that give an alias out."""

    tables: Mapping[str, str]
    defined: frozenset[int]


def named(tokens: Sequence[Token]) -> Named:
    """The relations that the tokens of one statement introduce, whatever their depth."""
    tables: dict[str, str] = {}
    defined: set[int] = set()
    opens = in_from = False
    at = 0
    while at < len(tokens):
        token = tokens[at]
        upper = token.upper if token.kind is TokenKind.WORD else token.text
        if upper in INTRODUCES_RELATION:
            opens, in_from = True, upper in ("FROM", "JOIN")
        elif upper in ENDS_FROM:
            opens = in_from = False
        elif upper == "," and in_from:
            opens = True
        elif opens and token.kind in _NAMES and (token.kind is TokenKind.QUOTED or is_name(token)):
            at = _relation(tokens, at, tables, defined)
            opens = False
            continue
        elif opens and upper not in ("ONLY", "LATERAL"):
            opens = False
        at += 1
    return Named(tables, frozenset(defined))


def _relation(tokens: Sequence[Token], at: int, tables: dict[str, str], defined: set[int]) -> int:
    while at + 2 < len(tokens) and tokens[at + 1].text == "." and tokens[at + 2].kind in _NAMES:
        at += 2
    table = name_of(tokens[at]).lower()
    tables.setdefault(table, table)
    at += 1
    if at < len(tokens) and tokens[at].upper == "AS":
        at += 1
    if at < len(tokens) and is_name(tokens[at]):
        tables[name_of(tokens[at]).lower()] = table
        defined.add(at)
        at += 1
    return at


def words(
    tokens: Sequence[Token],
    names: Named,
    habit: Mapping[str, str] | None = None,
    compared: str | None = None,
) -> list[str]:
    """One word a token.

    A qualifier and an alias being given become "@" and the table; `habit` tells the table of a
    qualifier that the statement has not introduced yet. A name that repeats the one last compared
    or assigned becomes SAME (`b` in `a.b = c.b`); `compared` is that name before the first token.
    """
    found: list[str] = []
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        kind = token.kind
        if kind in (TokenKind.STRING, TokenKind.PLACEHOLDER, TokenKind.NUMBER):
            found.append(token.text if _is_small(token) else VALUE)
        elif kind in _NAMES:
            word = token.text.lower() if kind is TokenKind.WORD else name_of(token).lower()
            qualifies = at < last and tokens[at + 1].text == "."
            if (qualifies or at in names.defined) and word in names.tables:
                word = "@" + names.tables[word]
            elif qualifies and habit and word in habit:
                word = "@" + habit[word]
            elif at < last and tokens[at + 1].text in COMPARE and not is_keyword(token.text):
                compared = word
            elif word == compared:
                word = SAME
            found.append(word)
        elif kind is TokenKind.TEMPLATE:
            found.append(TEMPLATE)
        else:
            found.append("<>" if token.text == "!=" else token.text)
    return found


def compared_before(tokens: Sequence[Token], end: int) -> str | None:
    """The name that a later one of `tokens[:end]` repeats when it becomes SAME, lower case."""
    for at in range(end - 2, -1, -1):
        if tokens[at + 1].text in COMPARE and tokens[at].kind in _NAMES:
            return name_of(tokens[at]).lower()
    return None


def _is_small(token: Token) -> bool:
    return token.kind is TokenKind.NUMBER and len(token.text) == 1
