"""Places in a text as editors count them: a line, and units of the encoding both sides agreed on.

The engine counts code points. A line ends at LF, CR LF or CR and nowhere else, so that a form feed
or U+2028 inside a comment moves no line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum

from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\r|\n")


class Encoding(StrEnum):
    """What a position's `character` counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class Lines:
    """The lines of one text. Immutable; costs one pass over the text."""

    __slots__ = ("_starts", "_text", "_wide", "encoding")

    def __init__(self, text: str, encoding: Encoding) -> None:
        self._text = text
        self.encoding = encoding
        self._starts = [0, *(m.end() for m in _LINE_END.finditer(text))]
        self._wide = encoding is not Encoding.UTF32 and not text.isascii()

    def offset(self, position: types.Position) -> int:
        """The offset, in code points, of a position.

        A line past the last one is the text's end, a character past its line's end that end, and
        one inside a character the beginning of that character.
        """
        if position.line >= len(self._starts):
            return len(self._text)
        start, stop = self._span(max(position.line, 0))
        units = max(position.character, 0)
        if not self._wide:
            return min(start + units, stop)
        line = self._text[start:stop]
        if line.isascii():
            return min(start + units, stop)
        taken = 0
        for at, character in enumerate(line):
            taken += self._width(character)
            if taken > units:
                return start + at
        return stop

    def position(self, offset: int) -> types.Position:
        """The position of an offset in code points, which is moved into the text."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        start, stop = self._span(line)
        # Between CR and LF there is no position of its own.
        return types.Position(line, self._units(start, min(offset, stop)))

    def range(self, start: int, end: int) -> types.Range:
        """The range of `text[start:end]`."""
        return types.Range(self.position(start), self.position(end))

    def span(self, asked: types.Range) -> tuple[int, int]:
        """The offsets of a range, the smaller first."""
        one, two = self.offset(asked.start), self.offset(asked.end)
        return min(one, two), max(one, two)

    def _span(self, line: int) -> tuple[int, int]:
        """Where a line begins and ends, without what ends it."""
        start = self._starts[line]
        if line + 1 == len(self._starts):
            return start, len(self._text)
        stop = self._starts[line + 1] - 1
        if stop > start and self._text[stop - 1 : stop + 1] == "\r\n":
            stop -= 1
        return start, stop

    def _units(self, start: int, stop: int) -> int:
        if not self._wide:
            return stop - start
        part = self._text[start:stop]
        return len(part) if part.isascii() else sum(map(self._width, part))

    def _width(self, character: str) -> int:
        code = ord(character)
        if self.encoding is Encoding.UTF16:
            return 2 if code > 0xFFFF else 1
        if code < 0x80:
            return 1
        return 2 if code < 0x800 else 3 if code < 0x10000 else 4
