"""Finds the statement under the cursor, and the comment above it that says what it should do."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.keywords import LINE_VERBS
from sqlcomplete.dialects.positions import CONTINUED_BY_VERB, MAIN_VERBS
from sqlcomplete.syntax.model import Statement, Token, TokenKind

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_MARKS = re.compile(r"^(?:--+|#+|/\*+)[ \t]?|\s*\*+/$")
_STAR_LINE = re.compile(r"^\s*\*+(?!/)[ \t]?", re.MULTILINE)


def split(text: str, tokens: Sequence[Token], dialect: str) -> list[tuple[int, int]]:
    """Ranges of token indexes, one a statement, in order: each ends before its semicolon.

    A statement ends at a semicolon outside brackets' reach, or where, after a blank line, a line
    begins with a verb that cannot go on with the statement above.
    """
    ranges: list[tuple[int, int]] = []
    begin = 0
    first = ""  # the statement's first word
    verbs: set[str] = set()
    previous: Token | None = None
    depth = 0
    before_comments = 0  # index of the first comment of a run right above the token
    for number, token in enumerate(tokens):
        if token.kind is TokenKind.COMMENT:
            continue
        if token.text == ";":
            ranges.append((begin, number))
            begin, first, previous = number + 1, "", None
            before_comments = number + 1
            verbs = set()
            depth = 0
            continue
        if token.kind is TokenKind.PUNCTUATION:
            if token.text == "(":
                depth += 1
            elif token.text == ")" and depth:
                depth -= 1
        if token.kind is TokenKind.WORD:
            word = token.upper
            if word in LINE_VERBS:
                if previous is not None and _splits(
                    text, token, previous, word, first, verbs, dialect
                ):
                    cut = before_comments
                    ranges.append((begin, cut))
                    begin, first = cut, word
                    verbs = set()
                    depth = 0
                if depth == 0:
                    verbs.add(word)
            if not first:
                first = word
        previous = token
        before_comments = number + 1
    ranges.append((begin, len(tokens)))
    return ranges


def _splits(
    text: str,
    token: Token,
    previous: Token,
    word: str,
    first: str,
    verbs: set[str],
    dialect: str,
) -> bool:
    gap = text[previous.end : token.start]
    if "\n" not in gap:
        return False
    line = text.rfind("\n", 0, token.start) + 1
    if text[line : token.start].strip():
        return False
    blank = _BLANK_LINE.search(gap) is not None
    if not blank and not dialect_of(dialect).splits_on_line:
        return False
    above = previous.upper
    if above in CONTINUED_BY_VERB:
        return False
    if word == "SELECT":
        if "WITH" in verbs and not verbs & {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"}:
            return False
        if first in {"INSERT", "REPLACE"} and "SELECT" not in verbs:
            return False
    elif word in {"INSERT", "UPDATE", "DELETE", "MERGE"}:
        if first == "WITH" and previous.text == ")":
            return False
    elif word == "WITH" and first in {"INSERT", "CREATE"} and not verbs & {"SELECT", "VALUES"}:
        return False
    return True


def at_cursor(text: str, tokens: Sequence[Token], cursor: int, dialect: str) -> Statement:
    """The statement the cursor stands in: an empty one between two statements."""
    ranges = split(text, tokens, dialect)
    starts = [_limits(text, tokens, span)[0] for span in ranges]
    chosen = max(bisect_left(starts, cursor + 1) - 1, 0)
    begin, stop = ranges[chosen]
    significant = [t for t in tokens[begin:stop] if t.kind is not TokenKind.COMMENT]
    comments = [t for t in tokens[begin:stop] if t.kind is TokenKind.COMMENT]
    if significant:
        opening = significant[0].start
        if cursor <= opening and "\n" in text[cursor:opening] and cursor < opening:
            # White space or comments above a statement: a new one begins here.
            above = [t for t in comments if t.start < cursor]
            return Statement(cursor, cursor, (), tuple(above))
        last = significant[-1]
        tail = [t for t in comments if last.end < t.start and t.end <= cursor]
        if (
            cursor > last.end
            and tail
            and _is_complete(significant)
            and _BLANK_LINE.search(text, last.end, tail[0].start)
        ):
            # A comment below a finished statement speaks of the next one.
            return Statement(cursor, cursor, (), tuple(tail))
        return Statement(opening, max(last.end, opening), tuple(significant), tuple(comments))
    return Statement(cursor, cursor, (), tuple(t for t in comments if t.start < cursor))


def _is_complete(tokens: Sequence[Token]) -> bool:
    """Whether a statement could end with these tokens."""
    last = tokens[-1]
    if last.upper in CONTINUED_BY_VERB or last.kind is TokenKind.OPERATOR:
        return False
    if tokens[0].upper != "WITH":
        return True
    depth = 0
    for token in tokens:
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0 and token.upper in MAIN_VERBS:
            return True
    return False


def _limits(text: str, tokens: Sequence[Token], span: tuple[int, int]) -> tuple[int, int]:
    """Where the statement's region begins and ends in the text."""
    begin, stop = span
    if begin == 0:
        return 0, len(text)
    before = tokens[begin - 1]
    if before.text == ";":
        return before.end, len(text)
    return (tokens[begin].start if begin < stop else before.end), len(text)


def instruction(text: str, statement: Statement, cursor: int) -> str | None:
    """The text of the comments right above the statement, without their marks."""
    first = statement.tokens[0].start if statement.tokens else cursor
    above = [c for c in statement.comments if c.end <= first and c.start < cursor]
    if not above:
        return None
    lines: list[str] = []
    below = first
    for comment in reversed(above):
        if _BLANK_LINE.search(text, comment.end, below) and lines:
            break  # a comment further up speaks of something else
        body = _MARKS.sub("", comment.text)
        body = _MARKS.sub("", body)
        if comment.text.startswith("/*"):
            body = _STAR_LINE.sub("", body)
        lines.append(" ".join(body.split()))
        below = comment.start
    joined = " ".join(line for line in reversed(lines) if line).strip()
    return joined or None
