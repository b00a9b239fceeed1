"""Cuts a DDL text into statements and these into tokens, in time linear in the text.

It never fails: a string, comment or quoted name that is not closed ends with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlcomplete.dialects import dialect_of

WORD, QUOTED, STRING, NUMBER, PUNCTUATION = "word", "quoted", "string", "number", "punctuation"

# Statements that say what a schema is; the rest is passed over without being cut into tokens.
_TELLING = re.compile(
    r"(?:CREATE|ALTER|DROP|COMMENT|RENAME|USE|SET|EXEC|EXECUTE|COPY)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DdlToken:
    """`text` is the source's slice; `value` is a word upper-cased, or what stands in quotes."""

    kind: str
    text: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DdlStatement:
    """The tokens of one statement, without comments and the closing semicolon."""

    tokens: tuple[DdlToken, ...]
    start: int


# What can only begin a statement where it begins a line, whether or not the one before was closed.
_FRESH = r"(?:CREATE\s+\w|ALTER\s+TABLE\b|GO[ \t]*\r?$)"
_FRESH_WORDS = re.compile(_FRESH, re.MULTILINE | re.IGNORECASE)


@lru_cache(maxsize=64)
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What cuts tokens, and what finds the end of a statement that is passed over."""
    dialect = dialect_of(name)
    comment = [r"--[^\n]*+", r"^\\[^\n]*+"]
    if dialect.versioned_comments:
        # MySQL runs what stands in /*!40101 ... */, so only the marks are comments.
        comment += [r"/\*!\d*", r"\*/", r"^DELIMITER\b[^\n]*+"]
    comment.append(r"/\*(?s:.*?)(?:\*/|\Z)")
    if dialect.hash_comments:
        comment.append(r"\#[^\n]*+")
    escaped = r"'(?s:[^'\\]++|''|\\.)*+'?"
    plain = escaped if dialect.backslash_escapes else r"'(?:[^']++|'')*+'?"
    string = [rf"(?<!\w)E{escaped}", rf"(?:(?<!\w)(?:[NBXR]|U&))?{plain}"]
    if dialect.dollar_quotes:
        string.append(r"(?<!\w)(?P<tag>\$(?:[^\W\d]\w*)?\$)(?s:.*?)(?:(?P=tag)|\Z)")
    quoted = [r'"(?:[^"]++|"")*+"?', r"`(?:[^`]++|``)*+`?"]
    if dialect.bracketed_names_in_ddl:
        quoted.append(r"(?<![\w\])])\[[^\]\[\n]{1,128}+\]")
    word = r"[\#@]{0,2}[^\W\d][\w$\#@]*+" if dialect.marked_names else r"[^\W\d][\w$]*+"
    flags = re.MULTILINE | re.IGNORECASE
    skip, strings, quotes = f"(?:\\s+|{'|'.join(comment)})+", "|".join(string), "|".join(quoted)
    token = re.compile(
        f"(?P<skip>{skip})|(?P<string>{strings})|(?P<quoted>{quotes})|(?P<word>{word})"
        r"|(?P<number>\d[\w.]*+)|(?P<end>;)|(?P<punctuation>.)",
        flags,
    )
    end = re.compile(
        f"(?P<end>;)|(?P<fresh>^[ \\t]*(?={_FRESH}))|{'|'.join(comment)}|{strings}|{quotes}", flags
    )
    return token, end


def statements(text: str, dialect: str) -> Iterator[DdlStatement]:
    """The statements of the text that may change a schema, in their order.

    Args:
        text: DDL, perhaps among other statements, dumped data and commands of a client.
        dialect: a sqlglot dialect's name.
    """
    pattern, end_pattern = _patterns(dialect)
    tokens: list[DdlToken] = []
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            at += 1
            continue
        start, at = match.span()
        raw = match.group()
        kind = next(k for k in _KINDS if match.group(k) is not None)
        if kind == "skip":
            continue
        if kind == "end":
            yield from _finished(tokens)
            if _copies_data(tokens):
                # pg_dump's rows follow, up to a line with \. alone.
                end = text.find("\n\\.", at)
                at = len(text) if end < 0 else end + 3
            tokens = []
            continue
        if kind == WORD:
            if tokens and "\n" in text[tokens[-1].end : start] and _FRESH_WORDS.match(text, start):
                yield from _finished(tokens)
                tokens = []
            if raw in ("GO", "go", "Go") and _FRESH_WORDS.match(text, start):
                continue  # T-SQL's end of a batch, alone on its line
            if not tokens and not _TELLING.match(raw):
                at = _passed(text, at, end_pattern)
                continue
        elif not tokens:
            continue  # no statement begins with anything but a word
        value = raw.upper() if kind == WORD else raw
        if kind in (STRING, QUOTED):
            value = _unquoted(raw, kind, dialect)
        tokens.append(DdlToken(kind, raw, value, start, at))
    yield from _finished(tokens)


def first_token(text: str, dialect: str) -> int | None:
    """Where the first token of the text stands, after white space and comments."""
    pattern, _ = _patterns(dialect)
    at = 0
    while (match := pattern.match(text, at)) is not None and match.group("skip") is not None:
        at = match.end()
    return at if at < len(text) else None


def expression_tokens(text: str, dialect: str) -> tuple[DdlToken, ...]:
    """The tokens of an expression, such as a CHECK's condition that a database gives."""
    pattern, _ = _patterns(dialect)
    tokens: list[DdlToken] = []
    for match in pattern.finditer(text):
        raw = match.group()
        kind = next(k for k in _KINDS if match.group(k) is not None)
        if kind in ("skip", "end"):
            continue
        value = raw.upper() if kind == WORD else raw
        if kind in (STRING, QUOTED):
            value = _unquoted(raw, kind, dialect)
        tokens.append(DdlToken(kind, raw, value, *match.span()))
    return tuple(tokens)


_KINDS = ("skip", WORD, PUNCTUATION, STRING, QUOTED, NUMBER, "end")


def _passed(text: str, at: int, end_pattern: re.Pattern[str]) -> int:
    """Where the statement ends that goes on at `at`."""
    while (match := end_pattern.search(text, at)) is not None:
        at = max(match.end(), at + 1) if match.lastgroup != "fresh" else match.end()
        if match.lastgroup in ("end", "fresh"):
            return at
    return len(text)


def _finished(tokens: list[DdlToken]) -> Iterator[DdlStatement]:
    if tokens and tokens[0].kind == WORD:
        yield DdlStatement(tuple(tokens), tokens[0].start)


def _copies_data(tokens: list[DdlToken]) -> bool:
    return bool(tokens) and tokens[0].value == "COPY" and any(t.value == "STDIN" for t in tokens)


def _unquoted(raw: str, kind: str, dialect: str) -> str:
    if raw.startswith("$"):
        tag = raw[: raw.index("$", 1) + 1]
        return raw[len(tag) :].removesuffix(tag)
    at = next(i for i, c in enumerate(raw) if c in "'\"`[")
    quote = "]" if raw[at] == "[" else raw[at]
    inner = raw[at + 1 :]
    inner = inner.removesuffix(quote).replace(quote * 2, quote)
    escapes = dialect_of(dialect).backslash_escapes or raw[:at] in ("e", "E")
    if kind == STRING and escapes and "\\" in inner:
        inner = re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)
    return inner
