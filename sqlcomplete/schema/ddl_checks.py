"""The values that a CHECK admits for a column, where it lists them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlcomplete.schema.ddl_lexer import NUMBER, QUOTED, STRING, WORD, DdlToken

# A longer condition lists more values than anyone wants offered, or is none at all.
_MAX_TOKENS = 4000


def checked_values(
    tokens: Sequence[DdlToken], columns: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """What a CHECK's condition lists, by column.

    Reads `a IN ('x', 'y')`, `a = ANY (ARRAY['x'::text, ...])` as PostgreSQL prints it, and
    `a = 'x' OR a = 'y'`; a single `a = 'x'` says too little.

    Args:
        tokens: the condition.
        columns: the names of the table's columns in lower case.
    """
    if len(tokens) > _MAX_TOKENS:
        return {}
    listed: dict[str, list[str]] = {}
    compared: dict[str, list[str]] = {}
    for at, token in enumerate(tokens):
        column = None
        if token.kind == WORD and token.value == "IN":
            column = _column_before(tokens, at, columns)
            values = _values_between(tokens, at + 1, "(", ")")
        elif token.kind == WORD and token.value == "ARRAY":
            column = _column_before(tokens, at, columns)
            values = _values_between(tokens, at + 1, "[", "]")
        elif token.text == "=" and at + 1 < len(tokens):
            value = _value(tokens, at + 1)
            before = tokens[at - 1].text if at else ""
            if value is not None and before not in ("<", ">", "!"):
                column = _column_before(tokens, at, columns)
                if column is not None:
                    compared.setdefault(column, []).append(value)
            continue
        if column is not None and values:
            listed.setdefault(column, []).extend(values)
    for column, values in compared.items():
        if len(values) > 1:
            listed.setdefault(column, []).extend(values)
    return {column: tuple(dict.fromkeys(values)) for column, values in listed.items()}


def _column_before(tokens: Sequence[DdlToken], at: int, columns: Collection[str]) -> str | None:
    """The nearest column named before an operator; None where NOT stands between."""
    for back in range(at - 1, max(-1, at - 14), -1):
        token = tokens[back]
        if token.kind == WORD and token.value in ("NOT", "AND", "OR"):
            return None
        if token.kind in (WORD, QUOTED):
            cast = back > 0 and tokens[back - 1].text == ":"
            name = (token.text if token.kind == WORD else token.value).lower()
            if name in columns and not cast:
                return name
    return None


def _values_between(tokens: Sequence[DdlToken], at: int, opening: str, closing: str) -> list[str]:
    if at >= len(tokens) or tokens[at].text != opening:
        return []
    values: list[str] = []
    depth = 0
    for place in range(at, len(tokens)):
        text = tokens[place].text
        if tokens[place].kind == "punctuation":
            depth += (text in "([") - (text in ")]")
            if depth == 0 and text == closing:
                break
        if tokens[place - 1].text in (opening, ",", "(") and (text != "("):
            value = _value(tokens, place)
            # A cast's length, as in 'x'::varchar(10), is deeper than the values are.
            if value is not None and (depth == 1 or tokens[place].kind == STRING):
                values.append(value)
    return values


def _value(tokens: Sequence[DdlToken], at: int) -> str | None:
    token = tokens[at]
    if token.kind == STRING:
        return token.value
    if token.kind == NUMBER:
        return token.text
    if token.text == "-" and at + 1 < len(tokens) and tokens[at + 1].kind == NUMBER:
        return "-" + tokens[at + 1].text
    return None
