"""Lines of a script that no database sees: a client's own commands, and the data behind a COPY."""

from __future__ import annotations

import re
from bisect import bisect_right

from sqlcomplete.syntax.lex import lex

_LINE = re.compile(r"^[ \t]*(?:\\[A-Za-z!?][^\n]*|GO(?:[ \t]+\d+)?[ \t]*\r?)$", re.M | re.I)
# psql runs what stands before one of these, as a semicolon does.
_ENDING = re.compile(r"\\(?:g|gset|gx|gexec|gdesc|crosstabview|watch|bind)\b[^\n]*")
_COPY = re.compile(r"^[ \t]*COPY\b[^;]{1,2000}\bFROM\s+STDIN\b[^;]{0,2000};[^\n]*\n", re.M | re.I)
_COPY_END = "\n\\."
_QUOTES = frozenset("'\"`$[/")
_READ_ANEW = 50  # times that a text is read again since a line with a quote is gone from it


def without_client_lines(text: str, dialect: str) -> str:
    """The text with those lines blank, so that every offset stays; each ends the statement above
    it. Lines inside strings and comments stay as they are."""
    text = _without_data(text)
    anew = 0
    spans = None
    for pattern in (_LINE, _ENDING):
        at = 0
        while (found := pattern.search(text, at)) is not None:
            at = max(found.end(), found.start() + 1)
            if spans is None:
                spans = _spans(text, dialect)
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            number = bisect_right(spans, (start, len(text) + 1)) - 1
            if number >= 0 and spans[number][0] < start < spans[number][1]:
                continue
            line = ";" + " " * (found.end() - start - 1)
            text = text[:start] + line + text[found.end() :]
            if _QUOTES & set(found[0]) and anew < _READ_ANEW:
                anew += 1
                spans = None
    return text


def _spans(text: str, dialect: str) -> list[tuple[int, int]]:
    """Where strings and comments are: all tokens of which a line may be a part."""
    return [(token.start, token.end) for token in lex(text, dialect) if token.end - token.start > 1]


def _without_data(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (found := _COPY.search(text, at)) is not None:
        end = text.find(_COPY_END, found.end() - 1)
        if end < 0:
            break
        end += len(_COPY_END)
        parts.append(text[at : found.end()])
        parts.append(re.sub(r"[^\n]", " ", text[found.end() : end]))
        at = end
    return "".join((*parts, text[at:]))
