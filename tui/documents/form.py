"""How a text is written in its file: encoding, byte order mark, line ends; kept as found."""

from __future__ import annotations

import codecs
import difflib
import re
from dataclasses import dataclass

from sqlcomplete.errors import SqlcompleteError

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMPARED = 20_000  # lines; beyond, the changed middle of a text with mixed line ends gets one kind


class TextFormError(SqlcompleteError):
    """The bytes are no text, or the text has a character that the file's encoding lacks."""


@dataclass(frozen=True, slots=True)
class Form:
    """`encoding` is Python's name of it, `mark` the byte order mark the file begins with, `newline`
    the line end that new lines get. `mixed` holds the ends of all lines with the text they stood
    in, only where they differ from one another."""

    encoding: str = "utf-8"
    mark: bytes = b""
    newline: str = "\n"
    mixed: tuple[str, tuple[str, ...]] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is unusual about it, in words for the status line."""
        names = {"\r\n": "CRLF", "\r": "CR"}
        encoding = self.encoding.upper() if self.encoding != "utf-8" else ""
        mark = "BOM" if self.mark else ""
        ends = "mixed line ends" if self.mixed else names.get(self.newline, "")
        return tuple(note for note in (encoding, mark, ends) if note)


def decode(data: bytes) -> tuple[str, Form]:
    r"""The text of a file, its lines ended by "\n", and the form it was found in.

    Bytes that are not UTF-8 and have no mark are read as Windows-1252, or as Latin-1 where that has
    no such character; both give every byte back when written.

    Raises:
        TextFormError: for bytes that are no text.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    body = data[len(mark) :]
    if b"\0" in body and not encoding.startswith(("utf-16", "utf-32")):
        raise TextFormError("it is not text")
    try:
        raw = body.decode(encoding)
    except UnicodeDecodeError:
        if mark:
            raise TextFormError(f"it begins as {encoding.upper()} and is not") from None
        raw, encoding = _single_byte(body)
    ends = tuple(_LINE_END.findall(raw))
    kinds = sorted(set(ends), key=ends.count, reverse=True)
    text = _LINE_END.sub("\n", raw)
    mixed = (text, ends) if len(kinds) > 1 else None
    return text, Form(encoding, mark, kinds[0] if kinds else "\n", mixed)


def encode(text: str, form: Form) -> bytes:
    r"""The bytes of a text, lines ended by "\n", in the given form.

    Lines that the file had keep the ends that they had; new ones get the file's usual one.

    Raises:
        TextFormError: where the encoding lacks a character of the text.
    """
    raw = text if form.newline == "\n" and form.mixed is None else _with_ends(text, form)
    try:
        return form.mark + raw.encode(form.encoding)
    except UnicodeEncodeError as error:
        sign = raw[error.start]
        line = text.count("\n", 0, error.start) + 1
        shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
        raise TextFormError(
            f"line {line}: {form.encoding.upper()} has no character {shown!r}"
        ) from None


def _single_byte(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _with_ends(text: str, form: Form) -> str:
    if form.mixed is None:
        return text.replace("\n", form.newline)
    was, ends = form.mixed
    old, new = was.split("\n"), text.split("\n")
    found = [form.newline] * (len(new) - 1)
    for old_at, new_at, size in _common(old, new):
        for step in range(size):
            if new_at + step < len(found) and old_at + step < len(ends):
                found[new_at + step] = ends[old_at + step]
    return "".join(line + end for line, end in zip(new, [*found, ""], strict=True))


def _common(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (place in old, place in new, how many)."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    runs = [(0, 0, head), (len(old) - tail, len(new) - tail, tail)]
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(map(len, middle)) <= _COMPARED:
        matcher = difflib.SequenceMatcher(None, *middle, autojunk=False)
        runs += [(head + a, head + b, size) for a, b, size in matcher.get_matching_blocks()]
    return runs
