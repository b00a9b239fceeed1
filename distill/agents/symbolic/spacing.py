"""Tokens side by side on one line, as people space them."""

from __future__ import annotations

from distill.agents.symbolic.reading import Reading
from distill.agents.symbolic.style import Style
from sqlcomplete.syntax.model import Token, TokenKind

# Words that stand before a parenthesis with a blank between; other words call something.
_NOT_CALLED = frozenset(
    """IN AND OR NOT AS ON USING VALUES OVER FROM JOIN WHERE BY SELECT EXISTS UNION
    EXCEPT INTERSECT FILTER GROUP INTO BETWEEN WHEN THEN ELSE CASE LIKE ILIKE SET HAVING DISTINCT IS
    RETURNING LIMIT OFFSET MATERIALIZED LATERAL CONFLICT KEY WITH WINDOW QUALIFY TOP ESCAPE
    RECURSIVE COLLATE CROSS INNER LEFT_ DEFAULT MATCHED INSERT SETS INTERVAL END""".split()  # noqa: SIM905
)
_SPACED = frozenset(
    """= <> != < > <= >= == <=> || := => += -= ~ !~ ~* !~* ~~ !~~ @> <@ && @@""".split()  # noqa: SIM905
)
_ARITHMETIC = frozenset("+ - * / % & | ^ << >>".split())  # noqa: SIM905
_STANDARD = frozenset(
    """COUNT SUM AVG MIN MAX COALESCE NULLIF ROUND ABS UPPER LOWER LENGTH SUBSTR SUBSTRING TRIM CAST
    CONCAT NOW EXTRACT ROW_NUMBER RANK DENSE_RANK LAG LEAD FIRST_VALUE LAST_VALUE NTILE DATE_TRUNC
    REPLACE STRING_AGG ARRAY_AGG GROUP_CONCAT FLOOR CEIL CEILING GREATEST LEAST IFNULL ISNULL DATE
    STRFTIME DATETIME JSON_AGG JSON_BUILD_OBJECT JSONB_AGG JSONB_BUILD_OBJECT TO_CHAR POWER SQRT MOD
    """.split()  # noqa: SIM905
)


def spelled(reading: Reading, at: int, style: Style) -> str:
    """The token's text in the style's case. Names, and functions that are not everybody's, stay."""
    token = reading.tokens[at]
    if token.kind is not TokenKind.WORD or reading.is_name(token):
        return token.text
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    before = reading.tokens[at - 1].text if at else ""
    if before in (".", "@") or (after is not None and after.text == "."):
        return token.text
    calls = after is not None and after.text == "("
    upper = token.upper
    if calls and upper in ("CAST", "EXTRACT", "TRY_CAST"):
        return _cased(token.text, style.keyword_case)
    if calls and upper in _STANDARD:
        return _cased(token.text, style.function_case)
    if calls and upper not in _NOT_CALLED:
        return token.text
    if reading.is_keyword(token):
        return _cased(token.text, style.keyword_case)
    return token.text


def _cased(text: str, case: str | None) -> str:
    if case is None:
        return text
    return text.upper() if case == "upper" else text.lower()


def gap(reading: Reading, at: int, style: Style) -> str:
    """The blank, or nothing, between the token at `at` and the one before it."""
    tokens = reading.tokens
    one, two = tokens[at - 1], tokens[at]
    touching = one.end == two.start
    first, second = one.text, two.text
    if second in (",", ";", ")", "]") or first in ("(", "[") or "." in (first, second):
        return ""
    if "::" in (first, second):
        return ""
    if first == ",":
        return " "
    if second == "[":
        return "" if touching else " "
    if second == "(":
        return _before_parenthesis(reading, at, style, touching)
    if first in _SPACED or second in _SPACED:
        return " "
    if second in _ARITHMETIC or first in _ARITHMETIC:
        operator = at if second in _ARITHMETIC else at - 1
        if operator == at - 1 and not _is_operand(reading, operator - 1):
            return "" if touching else " "  # a sign, or the star of SELECT * FROM
        if tokens[operator].text == "*" and not _is_operand(reading, operator - 1):
            return " "
        return " "
    if (_is_wordy(one) or first == ")") and _is_wordy(two):
        return " "
    return "" if touching else " "


def _is_wordy(token: Token) -> bool:
    return token.kind in (
        TokenKind.WORD, TokenKind.QUOTED, TokenKind.NUMBER, TokenKind.PLACEHOLDER, TokenKind.STRING
    )  # fmt: skip


def _is_operand(reading: Reading, at: int) -> bool:
    """Whether an operator after that token has it as its left side."""
    if at < 0:
        return False
    token = reading.tokens[at]
    if token.kind in (TokenKind.WORD, TokenKind.QUOTED):
        return reading.is_name(token) or not reading.is_keyword(token) or token.upper == "END"
    return token.text in (")", "]") or token.kind in (
        TokenKind.NUMBER, TokenKind.STRING, TokenKind.PLACEHOLDER
    )  # fmt: skip


def _before_parenthesis(reading: Reading, at: int, style: Style, touching: bool) -> str:
    before = reading.tokens[at - 1]
    if before.kind in (TokenKind.WORD, TokenKind.QUOTED):
        if reading.is_name(before):
            if is_insert_target(reading, at - 1):
                return " " if style.insert_space else ""
            return "" if touching else " "
        if before.upper == "ALL":
            return "" if touching else " "  # UNION ALL (...), or = ALL(...)
        return " " if before.upper in _NOT_CALLED else ""
    if before.kind is TokenKind.OPERATOR:
        if before.text in ("-", "+", "~", "@", "!") and not _is_operand(reading, at - 2):
            return "" if touching else " "
        return " "
    return "" if touching else " "


def is_insert_target(reading: Reading, at: int) -> bool:
    """Whether the name at that position is the table that an INSERT writes to."""
    tokens = reading.tokens
    while at >= 2 and tokens[at - 1].text == ".":
        at -= 2
    return at >= 1 and tokens[at - 1].upper == "INTO"


def inline(reading: Reading, first: int, last: int, style: Style) -> str:
    """Tokens [first, last) on one line."""
    parts: list[str] = []
    for at in range(first, last):
        if at > first:
            parts.append(gap(reading, at, style))
        parts.append(spelled(reading, at, style))
    return "".join(parts)
