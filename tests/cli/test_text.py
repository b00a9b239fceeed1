"""The text and the cursor that a command is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invoking import Here

from sqlcomplete.cli.text import CursorError, TextError, find_cursor, read_text


def test_text_is_read_as_it_stands_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(b"\xef\xbb\xbfSELECT '\xf0\x9f\x98\x80'\r\n")
    assert read_text(str(path)) == "SELECT '😀'\r\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"SELECT \x00", "not text: a zero byte at offset 7"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8 text: byte 0x89 at offset 0"),
        ("SELECT".encode("utf-16"), "zero byte"),
        (b"x" * (16 * 1024 * 1024 + 1), "larger than 16 MiB"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(content)
    with pytest.raises(TextError, match=says):
        read_text(str(path))


def test_files_that_cannot_be_read(here: Here, tmp_path: Path) -> None:
    for name, says in [
        (str(tmp_path), "is a folder"),
        (str(tmp_path / "gone.sql"), "no such file"),
        (str(tmp_path / ("x" * 300)), "file name too long"),
        ("a\x00b", "no such file"),
    ]:
        ended = here("complete", name)
        assert ended.code == 2
        assert says in ended.err
        assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("cursor", "offset"),
    [(None, 9), ("0", 0), ("9", 9), ("1:1", 0), ("1:3", 2), ("2:1", 4), ("2:4", 7), ("3:2", 9)],
)
def test_a_cursor_is_an_offset_or_a_line_and_column(cursor: str | None, offset: int) -> None:
    assert find_cursor("a😀\r\nbcd\nx", cursor) == offset


@pytest.mark.parametrize(
    "cursor", ["10", "-1", "x", "", "1:4", "0:1", "1:0", "4:1", "1:", ":1", "9" * 30, "1.0", "٣:x"]
)
def test_a_cursor_outside_the_text_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        find_cursor("a😀\r\nbcd\nx", cursor)


@pytest.mark.parametrize(
    ("text", "offset"), [("", 0), ("ab", 2), ("ab\n", 2), ("ab\r\n", 2), ("ab\n\n", 3)]
)
def test_without_a_cursor_the_closing_line_end_is_left_out(text: str, offset: int) -> None:
    assert find_cursor(text, None) == offset


@given(st.text(alphabet=st.sampled_from("ab\n😀é"), max_size=40), st.data())
def test_line_and_column_name_the_same_place_as_the_offset(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    assert find_cursor(text, f"{line}:{column}") == offset == find_cursor(text, str(offset))
