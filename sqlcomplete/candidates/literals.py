"""Values: those an enum or CHECK admits, booleans, NULL, the next placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlcomplete.candidates.columns import type_family
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.model import Kind, OutputColumn, Token, TokenKind
from sqlcomplete.syntax.placeholders import CALLS, SQLC, NamedPlaceholder, named_placeholder

_OF_LIMIT = ("limit", "offset")
_PLAIN = re.compile(r"[A-Za-z_]\w*")


def literals(here: Situation) -> Iterator[Candidate]:
    """Literals that fit the column compared with, assigned to or inserted into."""
    expectation = here.expectation
    if expectation.literal_open:
        yield from _closing(here)
        return
    if Kind.LITERAL not in here.kinds or expectation.quote:
        return
    if expectation.qualifier:
        if expectation.qualifier == (SQLC,):
            yield from _calls(here)
        return
    begun = named_placeholder(here.typed)
    if begun is not None:
        yield from _named_placeholders(here, begun)
        return
    compared = expectation.compared
    if compared is not None:
        yield from _values(here, compared)
        yield from _booleans(here, compared)
        if here.clause in (Clause.VALUES, Clause.SET):
            yield from _written_words(here, compared)
    if not here.typed:
        yield from _placeholder(here)


def _closing(here: Situation) -> Iterator[Candidate]:
    """Inside a string: the quote is open, the value comes with its closing one."""
    expectation = here.expectation
    compared = expectation.compared
    values = compared.column.values if compared is not None and compared.column else ()
    for value in values:
        if here.fits(value):
            text = _quoted(value)
            opening = here.analysis.text[expectation.replace[0] : expectation.replace[0] + 1]
            insert = text if opening == "'" else text[1:]
            yield Candidate(text, insert, Kind.LITERAL, value, "value", frozenset({"value"}))


def _values(here: Situation, compared: OutputColumn) -> Iterator[Candidate]:
    """The values that an enum or CHECK admits."""
    for value in compared.column.values if compared.column is not None else ():
        text = value if _is_number(value) else _quoted(value)
        if here.fits(value) or here.fits(text):
            match = value if here.fits(value) else text
            detail = f"value of {compared.name}"
            yield Candidate(text, text, Kind.LITERAL, match, detail, frozenset({"value"}))


def _booleans(here: Situation, compared: OutputColumn) -> Iterator[Candidate]:
    """TRUE and FALSE, for a column that holds them."""
    declared = compared.column
    kind = compared.type or (declared.type if declared is not None else None)
    if kind is not None and type_family(kind) == "bool" and dialect_of(here.dialect).booleans:
        for word in ("TRUE", "FALSE"):
            if here.fits(word):
                text = here.keyword(word)
                yield Candidate(text, text, Kind.LITERAL, word, kind, frozenset({"boolean"}))


def _written_words(here: Situation, compared: OutputColumn) -> Iterator[Candidate]:
    """DEFAULT and NULL, where a value is written to the column."""
    declared = compared.column
    words = ["DEFAULT"] if declared is not None and declared.default is not None else []
    if declared is None or declared.nullable:
        words.append("NULL")
    for word in words:
        if here.fits(word):
            text = here.keyword(word)
            yield Candidate(text, text, Kind.LITERAL, word, None, frozenset({"word"}))


def _placeholder(here: Situation) -> Iterator[Candidate]:
    style = placeholder_style(here)
    known = style is not None
    if style is None:
        style = dialect_of(here.dialect).first_placeholder
    compared = here.expectation.compared
    if style == "named":
        last = named_placeholder(next(_placeholders(here)).text)
        if compared is None or last is None or not _PLAIN.fullmatch(compared.name):
            return
        text = last.renamed(compared.name)
    elif style is None:
        return
    else:
        text = placeholder_after(style, _highest(here))
    yield Candidate(
        text, text, Kind.LITERAL, text, "placeholder",
        frozenset({"placeholder", "in use"} if known else {"placeholder"}),
    )  # fmt: skip


def _named_placeholders(here: Situation, begun: NamedPlaceholder) -> Iterator[Candidate]:
    """Placeholders that open as `begun` does: named as the column that the value is for, by the
    clause, as one that the text has, as a column in scope."""
    compared = here.expectation.compared
    names: dict[str, str] = {}
    if compared is not None:
        names[compared.name.lower()] = compared.name
    if here.clause is Clause.LIMIT:
        before = here.left[-1].upper if here.left else ""
        for name in sorted(_OF_LIMIT, key=lambda n: n.upper() != before):
            names.setdefault(name, name)
    for token in _placeholders(here):
        other = named_placeholder(token.text)
        if other is not None and other.opening == begun.opening and (
            token.end < here.analysis.cursor
        ):  # fmt: skip
            names.setdefault(other.name.lower(), other.name)
    for relation in here.near:
        for column in relation.columns:
            names.setdefault(column.name.lower(), column.name)
    for place, name in enumerate(names.values()):
        text = begun.renamed(name)
        if _PLAIN.fullmatch(name) and here.fits(text):
            features = {"placeholder", "another name" if place else "in use"}
            yield Candidate(text, text, Kind.LITERAL, text, "placeholder", frozenset(features))


def _calls(here: Situation) -> Iterator[Candidate]:
    """What follows `sqlc.`, with the name of the column that the value is for."""
    compared = here.expectation.compared
    plain = compared is not None and _PLAIN.fullmatch(compared.name)
    closed = f"{plain.group()})" if plain else ""
    for call in CALLS:
        text = f"{call}({closed}"
        if here.fits(text):
            yield Candidate(
                text, text, Kind.LITERAL, text, "placeholder", frozenset({"placeholder", "in use"})
            )


def placeholder_style(here: Situation) -> str | None:
    """`$`, `?`, `%s` or `named`, as the text's last placeholder is; None where it has none."""
    last = next(_placeholders(here), None)
    if last is None:
        return None
    if named_placeholder(last.text) is not None:
        return "named"
    return "%s" if last.text[0] == "%" else last.text[0]


def _placeholders(here: Situation) -> Iterator[Token]:
    """The placeholders near the cursor, the last first."""
    for token in reversed(here.analysis.tokens[-400:]):
        if token.kind is TokenKind.PLACEHOLDER:
            yield token


def placeholder_after(style: str, count: int) -> str:
    """The placeholder that follows `count` others in that style."""
    return f"${count + 1}" if style == "$" else style


def _highest(here: Situation) -> int:
    numbers = [
        int(t.text[1:])
        for t in here.others
        if t.kind is TokenKind.PLACEHOLDER and t.text[0] == "$" and t.text[1:].isdigit()
    ]
    return max(numbers, default=0)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
