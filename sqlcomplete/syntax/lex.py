"""Cuts SQL text into tokens by the dialect's rules, whatever state the text is in.

One compiled pattern per family of dialects; every character that is not white space belongs to
exactly one token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlcomplete.dialects import Dialect, dialect_of
from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.syntax.placeholders import CALL, OPEN_CALL

_OPERATORS = (
    "!~~*", "->>", "#>>", "<=>", "<->", "~~*", "!~*", "!~~", "-|-", "@-@", "||/",
    "->", "#>", "#-", "<>", "<=", ">=", "!=", "||", "::", ":=", "=>", "==", "~*", "!~", "~~",
    "@>", "<@", "@@", "@?", "?|", "?&", "&&", "<<", ">>", "**", "//", "^@", "|/", "&<", "&>",
    "|>", "+=", "-=", "*=", "/=",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Lexer:
    """`lines` is the same pattern with strings that end with their line: what holds once a quote
    was found that nothing closes."""

    whole: re.Pattern[str]
    lines: re.Pattern[str]
    nested: bool


def is_keyword(word: str) -> bool:
    """Whether the word is one of SQL's; a name spelt like that may still need no quotes."""
    return word.upper() in KEYWORDS


def is_name(token: Token) -> bool:
    """Whether the token may name something: a quoted word, or one that is no keyword."""
    return token.kind is TokenKind.QUOTED or (
        token.kind is TokenKind.WORD and not is_keyword(token.text)
    )


def name_of(token: Token) -> str:
    """The name that a WORD or QUOTED token spells, without its quotes."""
    if token.kind is not TokenKind.QUOTED:
        return token.text
    opening = token.text[0]
    closing = "]" if opening == "[" else opening
    inner = token.text[1:-1] if token.closed else token.text[1:]
    return inner.replace(closing * 2, closing)


def _string(quote: str, escapes: bool, *, lines: bool) -> tuple[str, str]:
    """Patterns of a string inside `quote`: closed, and not closed."""
    stop = f"{quote}\\\\" if escapes else quote
    body = f"[^{stop}\n]" if lines else f"[^{stop}]"
    line = f"[^{stop}\n]"
    extra = (r"|\\." if lines else r"|\\[\s\S]") if escapes else ""
    unclosed_extra = r"|\\.?" if escapes else ""
    closed = f"{quote}(?:{body}++|{quote}{quote}{extra})*+{quote}"
    unclosed = f"{quote}(?:{line}++|{quote}{quote}{unclosed_extra})*+"
    return closed, unclosed


def _strings(dialect: Dialect, *, lines: bool) -> tuple[list[str], list[str]]:
    """Patterns of the dialect's strings: closed, and not closed."""
    escapes = dialect.backslash_escapes
    found = [("[nNbBxXrRuU]?&?", *_string("'", escapes, lines=lines))]
    if dialect.escape_strings:
        found.insert(0, ("[eE]", *_string("'", True, lines=lines)))
    if dialect.double_quoted_strings:
        found.append(("[rRbB]?", *_string('"', escapes, lines=lines)))
    return (
        [prefix + closed for prefix, closed, _ in found],
        [prefix + unclosed for prefix, _, unclosed in found],
    )


_QUOTED = {
    '"': (r'"(?:[^"\n]++|"")*+"', r'"\w*'),
    "`": (r"`(?:[^`\n]++|``)*+`", r"`\w*"),
    "[": (r"\[(?:[^\]\n]++|\]\])*+\]", r"\[\w*"),
}
"""Patterns of a quoted name by its opening quote: closed, and not closed."""


def _compile(dialect: Dialect, *, lines: bool) -> re.Pattern[str]:
    strings, open_strings = _strings(dialect, lines=lines)
    quoted = [_QUOTED[quote][0] for quote in sorted(dialect.identifier_quotes)]
    open_quoted = [_QUOTED[quote][1] for quote in sorted(dialect.identifier_quotes)]
    comments = [r"--[^\n]*"]
    if dialect.hash_comments:
        comments.append(r"\#[^\n]*")
    word = r"[^\W\d][\w$]*"
    if dialect.marked_names:
        word = r"\#{0,2}[^\W\d][\w$\#@]*"
    parts = [
        r"(?P<space>\s+)",
        rf"(?P<comment>{'|'.join(comments)})",
        r"(?P<block>/\*)",
        r"(?P<template>\{\{(?:[^}\n]|\}(?!\}))*+\}\}|\{%(?:[^%]|%(?!\}))*+%\}"
        r"|\{\#(?:[^\#]|\#(?!\}))*+\#\}|\$\{[^}\n]*\})",
        r"(?P<opentemplate>\{\{[^\n]*|\{%[^\n]*|\{\#[^\n]*|\$\{\w*)",
        rf"(?P<string>{'|'.join(strings)})",
        rf"(?P<openstring>{'|'.join(open_strings)})",
        rf"(?P<call>{CALL})",
        rf"(?P<opencall>{OPEN_CALL})",
        rf"(?P<word>{word})",
        r"(?P<number>0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?\w*)",
        rf"(?P<quoted>{'|'.join(quoted)})",
        rf"(?P<openquoted>{'|'.join(open_quoted)})",
    ]
    if dialect.dollar_quotes:
        parts.append(r"(?P<dollar>\$(?:[^\W\d]\w*)?\$)")
    parts += [
        r"(?P<placeholder>\$\w+|@@?\w+|%\(\w*\)s?|(?<![\w)\]])%s\b|(?<![:\w\])}'\"]):\w+|\?(?![|&]))",
        rf"(?P<operator>{'|'.join(re.escape(op) for op in _OPERATORS)}|[-+*/%<>=~!^&|\#@:])",
        r"(?P<punctuation>[\s\S])",
    ]
    return re.compile("|".join(parts))


@lru_cache(maxsize=64)
def _lexer(name: str) -> _Lexer:
    dialect = dialect_of(name)
    return _Lexer(
        _compile(dialect, lines=False), _compile(dialect, lines=True), dialect.nested_comments
    )


_KINDS = {
    "comment": (TokenKind.COMMENT, True),
    "template": (TokenKind.TEMPLATE, True),
    "opentemplate": (TokenKind.TEMPLATE, False),
    "string": (TokenKind.STRING, True),
    "openstring": (TokenKind.STRING, False),
    "call": (TokenKind.PLACEHOLDER, True),
    "opencall": (TokenKind.PLACEHOLDER, False),
    "word": (TokenKind.WORD, True),
    "number": (TokenKind.NUMBER, True),
    "quoted": (TokenKind.QUOTED, True),
    "openquoted": (TokenKind.QUOTED, False),
    "placeholder": (TokenKind.PLACEHOLDER, True),
    "operator": (TokenKind.OPERATOR, True),
    "punctuation": (TokenKind.PUNCTUATION, True),
}

_COMMENT_MARKS = re.compile(r"/\*|\*/")


def _block_end(text: str, start: int, nested: bool) -> tuple[int, bool]:
    """Where the block comment that begins at `start` ends, and whether it is closed."""
    if not nested:
        end = text.find("*/", start + 2)
        return (len(text), False) if end < 0 else (end + 2, True)
    depth = 1
    for mark in _COMMENT_MARKS.finditer(text, start + 2):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end(), True
    return len(text), False


def lex(text: str, dialect: str | None = None, start: int = 0) -> tuple[Token, ...]:
    """Tokens of `text` from offset `start` on, comments too; offsets count from the text's
    beginning. Never raises; an unknown dialect is read as the generic one. Linear in the text."""
    lexer = _lexer(dialect or "")
    pattern = lexer.whole
    match = pattern.match
    kinds = _KINDS
    tokens: list[Token] = []
    append = tokens.append
    pos, size = start, len(text)
    while pos < size:
        found = match(text, pos)
        if found is None:  # cannot be: the last alternative takes any character
            pos += 1
            continue
        group = found.lastgroup or "punctuation"
        end = found.end()
        if group == "space":
            pos = end
            continue
        if group == "block":
            end, closed = _block_end(text, pos, lexer.nested)
            append(Token(TokenKind.COMMENT, text[pos:end], pos, end, closed))
        elif group == "dollar":
            tag = found.group()
            close = text.find(tag, end)
            end = size if close < 0 else close + len(tag)
            append(Token(TokenKind.STRING, text[pos:end], pos, end, close >= 0))
        else:
            kind, closed = kinds[group]
            append(Token(kind, text[pos:end], pos, end, closed))
            if not closed and pattern is lexer.whole and kind is TokenKind.STRING:
                # Nothing closes this quote up to the text's end, so the string being typed ends
                # with its line; so does any later one (which also keeps the scan linear).
                pattern = lexer.lines
                match = pattern.match
        pos = end
    return tuple(tokens)
