"""The signature of the call at a cursor, or the columns that VALUES fills there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sqlcomplete.candidates.functions import catalogue
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import Analysis, Token, TokenKind

_REACH = 2000  # tokens looked at left of the cursor


@dataclass(frozen=True, slots=True)
class Signature:
    """`parameters` are spans of `label`, in UTF-16 units as the protocol counts them there;
    `active` is the parameter at the cursor, None where there is none."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    active: int | None

    def text(self, parameter: tuple[int, int]) -> str:
        """A parameter's own text."""
        units = self.label.encode("utf-16-le", "surrogatepass")
        return units[parameter[0] * 2 : parameter[1] * 2].decode("utf-16-le", "surrogatepass")


def signature_at(text: str, cursor: int, index: SchemaIndex) -> Signature | None:
    """The innermost call around the cursor whose signature is known.

    Strings do not hide it, since an argument may be one; comments do.
    """
    analysis = analyse(text, cursor, index)
    tokens = [t for t in analysis.tokens if t.kind is not TokenKind.COMMENT]
    if any(t.kind is TokenKind.COMMENT and t.start < cursor < t.end for t in analysis.tokens):
        return None
    end = bisect_left(tokens, cursor, key=lambda t: t.start)
    commas = depth = 0
    for at in range(end - 1, max(end - _REACH, -1), -1):
        token = tokens[at]
        if token.kind not in (TokenKind.PUNCTUATION, TokenKind.OPERATOR):
            continue
        if token.text == ")":
            depth += 1
        elif token.text == ";":
            return None
        elif depth and token.text == "(":
            depth -= 1
        elif not depth and token.text == ",":
            commas += 1
        elif not depth and token.text == "(":
            found = _call(analysis, tokens, at, commas)
            if found is not None:
                return found
            commas = 0
    return None


def _call(analysis: Analysis, tokens: Sequence[Token], at: int, commas: int) -> Signature | None:
    """The signature of what stands before the bracket at `at`."""
    if at == 0:
        return None
    before = tokens[at - 1]
    if before.upper == "VALUES" or before.text == ",":
        return _inserted(analysis, tokens, at, commas)
    if before.kind is not TokenKind.WORD or (at > 1 and tokens[at - 2].text == "."):
        return None
    arguments = catalogue(analysis.dialect).get(before.text.lower())
    if arguments is None or arguments == "…" or before.upper == "EXISTS":
        return None
    return _signature(before.text, tuple(filter(None, arguments.split(", "))), commas)


def _inserted(
    analysis: Analysis, tokens: Sequence[Token], at: int, commas: int
) -> Signature | None:
    """The columns that the row of VALUES opened at `at` fills."""
    target = analysis.scope.target
    start = analysis.statement.start
    first = next((n for n, t in enumerate(tokens) if t.start >= start), at)
    words = [t.upper for t in tokens[first:at]]
    if target is None or "VALUES" not in words or words[0] not in ("INSERT", "REPLACE", "WITH"):
        return None
    listed = _column_list(tokens[first : first + words.index("VALUES")])
    columns = listed or tuple(column.name for column in target.columns)
    if not columns:
        return None
    types = {column.name.lower(): column.type for column in target.columns}
    shown = tuple(f"{c} {types.get(c.lower()) or ''}".rstrip() for c in columns)
    return _signature(target.name, shown, commas)


def _column_list(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The names in the last bracket."""
    if not tokens or tokens[-1].text != ")":
        return ()
    names: list[str] = []
    for token in reversed(tokens[:-1]):
        if token.text == "(":
            break
        if token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            names.append(name_of(token))
    return tuple(reversed(names))


def _signature(name: str, parameters: Sequence[str], commas: int) -> Signature:
    label = f"{name}("
    spans = []
    for number, parameter in enumerate(parameters):
        label += ", " if number else ""
        start = _units(label)
        label += parameter
        spans.append((start, _units(label)))
    active: int | None = commas
    if commas >= len(spans):
        # Past the last one stands what `…` repeats, or nothing.
        active = len(spans) - 1 if parameters and parameters[-1] == "…" else None
    return Signature(label + ")", tuple(spans), active)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
