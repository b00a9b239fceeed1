"""Takes every value out of a statement, and refuses what cannot be made safe.

What stays: keywords, names, operators, placeholders, white space; the integers 0, 1, 2 and 100;
integers of at most four digits after LIMIT, OFFSET, TOP and FETCH; ordinals in GROUP BY and ORDER
BY; a type's sizes; strings that are SQL's own words (units of time, formats of dates, separators,
the empty string) and those that the schema declares as a column's values. Every other string,
number, date or document becomes a placeholder that tells its kind: `:text`, `:pattern`, `:number`,
`:date`, `:timestamp`, `:interval`, `:uuid`, `:json`, `:blob`. Comments are dropped. A double-quoted
word that is no name of the schema's and no alias counts as a string, as databases read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from distill.company.known import KnownWords
from distill.company.secrets import secret_kinds
from distill.data.words import fingerprint
from sqlcomplete.syntax.lex import lex, name_of
from sqlcomplete.syntax.model import Token, TokenKind

VALUE_KINDS = ("text", "pattern", "number", "date", "timestamp", "interval", "uuid", "json", "blob")
PLACEHOLDERS = frozenset(f":{kind}" for kind in (*VALUE_KINDS, "template"))
"""The placeholders that stand where a value was."""

_VERBS = frozenset(
    {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "FROM", "("}
)
_LONGEST = 20_000  # characters: longer statements are made by programs, not typed

_SMALL = frozenset({"0", "1", "2", "100", "0.0", "1.0", "100.0"})
_ROWS = frozenset({"LIMIT", "OFFSET", "TOP", "FIRST", "NEXT"})
_SIZED = frozenset(
    """VARCHAR CHAR CHARACTER VARYING NVARCHAR NCHAR NUMERIC DECIMAL DEC NUMBER TIMESTAMP
    TIMESTAMPTZ TIME DATETIME DATETIME2 FLOAT VARBINARY BINARY BIT VECTOR STRING""".split()  # noqa: SIM905
)
_TYPE_BEFORE = frozenset({"DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIME", "DATETIME", "INTERVAL"})

_UNIT = (
    r"(?:micro|milli)?seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?"
    r"|century|millennium|dow|isodow|doy|isoyear|epoch|utc|secs?|mins?|hrs?|mons?|yrs?"
)
_OWN = re.compile(
    rf"(?:{_UNIT})|\d{{1,2}} (?:{_UNIT})|true|false|null|null|localtime|now|unixepoch|start of "
    r"(?:day|month|year)|[+-]\d{1,2} (?:day|month|year|hour|minute)s?"
    r"|(?:%[YmdHMSfjwWsFTyB]|YYYY|YY|MM|Month|Mon|DD|Day|Dy|HH24|HH12|HH|MI|SS|MS|US|TZ|IW|IYYY|Q"
    r"|D|W|[-/:. TZ,_])+",
    re.IGNORECASE,
)
_SEPARATORS = frozenset({"", " ", ",", ", ", ";", "; ", "-", " - ", "/", ":", "|", ".", "_", "%",
                         "\\", "\n", "\t", "{}", "[]", "$", "#"})  # fmt: skip
_KINDS_OF_TEXT = (
    ("timestamp", re.compile(r"\d{4}-\d\d?-\d\d?[ T]\d\d?:.*", re.DOTALL)),
    ("date", re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?|\d{8}|\d\d?[./]\d\d?[./]\d{4}")),
    ("uuid", re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)),
    ("json", re.compile(r"\s*[{\[].*[}\]]\s*", re.DOTALL)),
    ("number", re.compile(r"[-+]?\d+(?:\.\d+)?")),
    ("interval", re.compile(rf"[-+]?\d+(?:\.\d+)? *(?:{_UNIT})", re.IGNORECASE)),
    ("pattern", re.compile(r".*%.*", re.DOTALL)),
)
_BODY = re.compile(r"(?is)(?P<prefix>[a-z&]{0,2})(?P<quote>'|\"|\$[^$]*\$)(?P<body>.*)(?P=quote)")
_REFERENCE = re.compile(
    r"""\{\{-?\s*(?:ref|source)\s*\(\s*(?:['"][\w.-]+['"]\s*,\s*)?['"](?P<name>\w+)['"]"""
    r"""(?:\s*,\s*(?:v|version)\s*=\s*\d+)?\s*\)\s*-?\}\}"""
)
_ALIAS = re.compile(r"[^\W\d][\w ]{0,39}")
_WORDY = (TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING, TokenKind.QUOTED)
_BLANK_LINES = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)*")


@dataclass(frozen=True, slots=True)
class Redacted:
    """`sql` without values, in its own layout, and what it is known by."""

    sql: str
    fingerprint: str
    replaced: int


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason` is why a statement is not kept; `secret` says that it would have given away what it
    names."""

    reason: str
    secret: bool = False


def redact(
    tokens: Sequence[Token], text: str, dialect: str, known: KnownWords
) -> Redacted | Refused:
    """One statement without its values.

    Args:
        tokens: The statement's, of `lex(text, dialect)`; comments may be among them.
        text: The whole text that the tokens' offsets count in.
        dialect: A sqlglot dialect's name.
        known: What the schema gives away.
    """
    tokens = [t for t in tokens if t.kind is not TokenKind.COMMENT]
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    while tokens and tokens[0].kind is TokenKind.TEMPLATE:  # dbt's configuration of a model
        tokens.pop(0)
    if tokens and tokens[0].upper == "EXPLAIN":
        tokens = _without_explain(tokens)
    if not tokens:
        return Refused("empty")
    if tokens[0].upper not in _VERBS:
        return Refused("not a query")
    if tokens[-1].end - tokens[0].start > _LONGEST:
        return Refused(f"longer than {_LONGEST} characters")
    if any(not token.closed for token in tokens):
        return Refused("cut short inside a string or a quoted name")
    if any(_is_doubtful(token, after) for token, after in pairwise((*tokens, tokens[-1]))):
        return Refused("a string that another dialect would end elsewhere")
    pieces = _pieces(tokens, text, known)
    sql = "".join(gap + word for gap, word, _ in pieces).strip()
    sql = _BLANK_LINES.sub("\n", sql)
    found = secret_kinds(sql, known.names)
    if found:
        return Refused(found[0], secret=True)
    again = lex(sql, dialect)
    return Redacted(sql, fingerprint(again), sum(changed for _, _, changed in pieces))


def _without_explain(tokens: list[Token]) -> list[Token]:
    at = 1
    if at < len(tokens) and tokens[at].text == "(":
        while at < len(tokens) and tokens[at].text != ")":
            at += 1
        at += 1
    while at < len(tokens) and tokens[at].upper in ("ANALYZE", "VERBOSE", "QUERY", "PLAN", "FOR"):
        at += 1
    return tokens[at:]


def _is_doubtful(token: Token, after: Token) -> bool:
    """Whether the string may end elsewhere in another dialect, so that what follows is a value that
    looks like words: it ends in a backslash before its quote, or runs into a word."""
    if token.kind is not TokenKind.STRING:
        return False
    if after.start == token.end and after.kind in _WORDY:
        return True
    return token.text.endswith("\\'") and token.text not in ("'\\'", "E'\\\\'", "'\\\\'")


_Piece = tuple[str, str, bool]  # (white space before, what is written, whether it was replaced)


def _pieces(tokens: list[Token], text: str, known: KnownWords) -> list[_Piece]:
    aliases = _aliases(tokens)
    written: list[_Piece] = []
    before = tokens[0].start
    for at, token in enumerate(tokens):
        gap = text[before : token.start]
        if gap.strip():  # comments stood here
            gap = "\n" if "\n" in gap else " "
        before = token.end
        word = _word(tokens, at, known, aliases)
        changed = word != token.text
        if word == "" or (changed and written and written[-1][1] == word and written[-1][2]):
            continue  # 'a' 'b' is one string
        if changed and word in PLACEHOLDERS and written and _is_typed(written, tokens, at):
            written.pop()  # DATE '2024-01-01': the placeholder tells the type
        written.append((gap if written else "", word, changed))
        _collapse(written)
    return written


def _is_typed(written: list[_Piece], tokens: list[Token], at: int) -> bool:
    if tokens[at].kind is not TokenKind.STRING or written[-1][1].upper() not in _TYPE_BEFORE:
        return False
    return len(written) < 2 or written[-2][1] not in ("::", ".")


def _collapse(written: list[_Piece]) -> None:
    """Drops a value that repeats the one before the comma, and a row of VALUES that does."""
    if len(written) >= 3 and written[-1][2] and written[-1][1] in PLACEHOLDERS:
        one, comma, two = (piece[1] for piece in written[-3:])
        if comma == "," and one == two and written[-3][2] and _in_list(written):
            del written[-2:]
    elif written[-1][1] == ")" and len(written) >= 7:
        row = _row_back(written, len(written) - 1)
        if row is None or row < 2 or written[row - 1][1] != ",":
            return
        earlier = _row_back(written, row - 2)
        if earlier is None or written[row - 2][1] != ")":
            return
        same = [p[1] for p in written[row:]] == [p[1] for p in written[earlier : row - 1]]
        if same and any(piece[2] for piece in written[row:]):
            del written[row - 1 :]


def _in_list(written: list[_Piece]) -> bool:
    """Whether the values stand in IN (...) or ARRAY[...]: elsewhere each has its own place."""
    depth = 0
    for at in range(len(written) - 1, -1, -1):
        word = written[at][1]
        depth += (word in ")]") - (word in "([")
        if depth < 0:
            return at > 0 and written[at - 1][1].upper() in ("IN", "ANY", "ARRAY", "=")
    return False


def _row_back(written: list[_Piece], end: int) -> int | None:
    depth = 0
    for at in range(end, -1, -1):
        depth += (written[at][1] == ")") - (written[at][1] == "(")
        if depth == 0:
            return at
    return None


def _aliases(tokens: list[Token]) -> frozenset[str]:
    """Quoted names that the statement itself gives out: behind AS, or behind a name in FROM."""
    return frozenset(
        name_of(token).lower()
        for before, token in pairwise(tokens)
        if token.kind is TokenKind.QUOTED and before.upper == "AS"
    )


def _word(tokens: list[Token], at: int, known: KnownWords, aliases: frozenset[str]) -> str:
    token = tokens[at]
    if token.kind is TokenKind.STRING:
        return _string(tokens, at, known)
    if token.kind is TokenKind.NUMBER:
        return token.text if _may_stay(tokens, at) else ":number"
    if token.kind is TokenKind.QUOTED:
        name = name_of(token).lower()
        if name in known.names or (name in aliases and _ALIAS.fullmatch(name)):
            return token.text
        if tokens[at - 1].upper == "AS" if at else False:
            return "result"  # an alias that holds more than a name
        dotted = at + 1 < len(tokens) and tokens[at + 1].text == "."
        qualified = at > 0 and tokens[at - 1].text == "."
        if (dotted or qualified or _names_a_relation(tokens, at)) and _ALIAS.fullmatch(name):
            return token.text
        return ":text"
    if token.kind is TokenKind.TEMPLATE:
        reference = _REFERENCE.fullmatch(token.text)
        if reference:
            return reference["name"]
        return "" if token.text.startswith(("{%", "{#")) else ":template"
    return token.text


def _names_a_relation(tokens: list[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].upper in ("FROM", "JOIN", "INTO", "UPDATE")


def _string(tokens: list[Token], at: int, known: KnownWords) -> str:
    token = tokens[at]
    found = _BODY.fullmatch(token.text)
    if found is None:
        return ":text"
    if found["prefix"].lower() in ("x", "b"):
        return ":blob"
    body = found["body"]
    if body in known.values or body in _SEPARATORS or _OWN.fullmatch(body):
        return token.text
    if at and tokens[at - 1].upper == "ESCAPE" and len(body) <= 2:
        return token.text
    for kind, form in _KINDS_OF_TEXT:
        if form.fullmatch(body):
            return f":{kind}"
    if at and tokens[at - 1].upper in _TYPE_BEFORE:
        return f":{tokens[at - 1].text.lower()}" if tokens[at - 1].upper == "INTERVAL" else ":date"
    return ":text"


def _may_stay(tokens: list[Token], at: int) -> bool:
    text = tokens[at].text
    if text in _SMALL or (at and tokens[at - 1].text == "?" and len(text) <= 2):
        return True
    if not text.isdigit():
        return False
    before = tokens[at - 1].upper if at else ""
    if len(text) <= 4 and before in _ROWS:
        return True
    if len(text) <= 4 and before == "(" and at > 1 and tokens[at - 2].upper in (*_SIZED, "TOP"):
        return True
    if len(text) <= 2 and before == "," and at > 3 and tokens[at - 4].upper in _SIZED:
        return True
    return len(text) <= 2 and before in ("BY", ",") and _is_ordinal(tokens, at)


def _is_ordinal(tokens: list[Token], at: int) -> bool:
    """Whether only ordinals stand between the number and BY."""
    for place in range(at - 1, -1, -1):
        token = tokens[place]
        if token.upper == "BY":
            return True
        if (
            token.text != ","
            and token.upper not in ("ASC", "DESC")
            and not (token.text.isdigit() and len(token.text) <= 2)
        ):
            return False
    return False
