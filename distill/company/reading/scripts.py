"""Statements of a file of SQL, one by one, without holding the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from distill.company.entry import LogEntry, Unread

LONGEST = 200_000
"""Characters of one statement: what is longer is no statement a person would type."""

_COPY = re.compile(r"\s*COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"\\[a-z]|GO\s*$", re.IGNORECASE)


def read_script(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """Pieces that end in a semicolon outside strings and comments; a piece may hold more than one
    statement. What the data of a COPY holds is skipped."""
    buffer: list[str] = []
    size = 0
    copying = False
    for line in lines:
        if copying:
            copying = line.rstrip() != "\\."
            continue
        if not buffer and _META.match(line):
            continue
        buffer.append(line)
        size += len(line)
        if size > LONGEST:
            yield Unread(f"longer than {LONGEST} characters")
            buffer, size = [], 0
        elif line.rstrip().endswith(";") or line.rstrip().startswith("GO "):
            text = "".join(buffer)
            if _is_whole(text):
                copying = _COPY.match(text) is not None
                if not copying:
                    yield LogEntry(text)
                buffer, size = [], 0
    text = "".join(buffer)
    if text.strip():
        yield LogEntry(text)


def _is_whole(text: str) -> bool:
    """Whether no string, dollar quote or comment is open at the text's end."""
    if text.count("'") % 2 == 0 and "$" not in text and "/*" not in text and "--" not in text:
        return True
    from sqlcomplete.syntax.lex import lex

    tokens = lex(text, "postgres")
    return bool(tokens) and tokens[-1].closed and tokens[-1].text == ";"
