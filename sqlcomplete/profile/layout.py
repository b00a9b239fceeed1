"""The white space that people write after a word: what they would type next in any case comes with
the word that they choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlcomplete.syntax.lex import is_keyword, is_name
from sqlcomplete.syntax.model import Token, TokenKind

_SURE = 0.9
"""The share of its uses in which a word must be followed by the same white space."""

_LEAST = 2.0  # statements (by weight) that must have the word
_NAME = "a name"  # no token is written so

Key = tuple[str, str]
"""A clause and a keyword in lower case, or a clause and `_NAME`."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A statement: its tokens, the clause at each of them, what it counts for."""

    sql: str
    tokens: Sequence[Token]
    clauses: Sequence[str]
    weight: float


class Layout:
    """What stands between a word and the next. Immutable once built."""

    def __init__(self, statements: Iterable[Laid]) -> None:
        seen: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for one in statements:
            for at, (token, after) in enumerate(pairwise(one.tokens)):
                gap = one.sql[token.end : after.start]
                for key in _keys(token, one.clauses[at]):
                    seen[key]["\n" if "\n" in gap else " " if gap else ""] += one.weight
        self._gaps = _sure(seen)

    def after(self, text: str, tokens: Sequence[Token], clause: str) -> str:
        """What people write after `text`, a blank or a line break; nothing where that is not sure.

        Args:
            text: What is to be inserted.
            tokens: Those of the text.
            clause: The clause at the cursor.
        """
        if not tokens or text[-1:].isspace():
            return ""
        last = tokens[-1]
        found = [self._gaps[key] for key in _keys(last, clause) if key in self._gaps]
        return found[0] if found else ""


def _keys(token: Token, clause: str) -> tuple[Key, ...]:
    if token.kind is TokenKind.WORD and is_keyword(token.text):
        return ((clause, token.text.lower()), ("", token.text.lower()))
    if is_name(token):
        return ((clause, _NAME),)
    if token.text in (",", "=", "<", ">", "<=", ">=", "<>", "!="):
        return ((clause, token.text), ("", token.text))
    return ()


def _sure(seen: Mapping[Key, Mapping[str, float]]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for key, gaps in seen.items():
        total = sum(gaps.values())
        gap = max(gaps, key=lambda g: gaps[g])
        if total >= _LEAST and gaps[gap] >= _SURE * total:
            found[key] = gap
    return found
