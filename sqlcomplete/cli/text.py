"""Reads the SQL that a command works on, and the place in it that the user means."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sqlcomplete.errors import SqlcompleteError

MAX_TEXT_BYTES = 16 * 1024 * 1024


class TextError(SqlcompleteError):
    """A file is missing, unreadable, too large or not text."""


class CursorError(SqlcompleteError):
    """A cursor is not a place in the text."""


def read_text(name: str) -> str:
    """The text of a file, or of standard input where `name` is "-".

    A byte-order mark is dropped and does not count in offsets; line ends stay as they are.

    Raises:
        TextError: there is no such file, it is a folder, too large, or not UTF-8 text.
    """
    shown = "standard input" if name == "-" else name
    if "\x00" in name:
        raise TextError(f"{name!r}: no such file")
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_TEXT_BYTES + 1)
        else:
            path = Path(name)
            if path.is_dir():
                raise TextError(f"{shown}: is a folder; give a file of SQL")
            with path.open("rb") as file:
                data = file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise TextError(f"{shown}: {reason}") from None
    if len(data) > MAX_TEXT_BYTES:
        raise TextError(
            f"{shown}: larger than {MAX_TEXT_BYTES // 1024**2} MiB; give a shorter text"
        )
    if (zero := data.find(b"\x00")) >= 0:
        raise TextError(f"{shown}: not text: a zero byte at offset {zero}; expected SQL in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextError(
            f"{shown}: not UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start}"
        ) from None


_CURSOR = re.compile(r"\s*(?:(?P<offset>\d{1,12})|(?P<line>\d{1,9}):(?P<column>\d{1,9}))\s*")


def find_cursor(text: str, cursor: str | None) -> int:
    """The offset, in code points, that `cursor` means: "17", or "2:5" for line 2, column 5 (both
    from 1); None means the end of the text, before the line end that files and `echo` close with.

    Raises:
        CursorError: it is neither, or lies outside the text.
    """
    if cursor is None:
        return len(text.removesuffix("\n").removesuffix("\r"))
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise CursorError(f"--cursor {cursor[:40]!r}: give an offset (17) or line:column (2:5)")
    if match["offset"] is not None:
        offset = int(match["offset"])
        if offset > len(text):
            raise CursorError(
                f"--cursor {offset} lies outside the text: it has {len(text)} code points"
            )
        return offset
    return _offset_of(text, int(match["line"]), int(match["column"]))


def _offset_of(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        raise CursorError(f"--cursor {line}:{column}: the text has {len(lines)} lines")
    width = len(lines[line - 1].removesuffix("\r"))
    if not 1 <= column <= width + 1:
        raise CursorError(
            f"--cursor {line}:{column}: line {line} has {width} characters, "
            f"so columns 1 to {width + 1}"
        )
    return sum(len(earlier) + 1 for earlier in lines[: line - 1]) + column - 1
