"""Positions and edits in texts with emoji, CJK and every line end, against the plainest way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from serve.lsp.documents import Documents
from serve.lsp.positions import Encoding, Lines

CHARACTERS = st.sampled_from([*"ab '😀日語éß𝒳\t\n\r\x0b\x0c\u2028"]) | st.just("\r\n")
TEXTS = st.lists(CHARACTERS, max_size=40).map("".join)
ENCODINGS = st.sampled_from(list(Encoding))
CODECS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2)}


def units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32:
        return len(text)
    codec, size = CODECS[encoding]
    return len(text.encode(codec)) // size


def plain_position(text: str, offset: int, encoding: Encoding) -> types.Position:
    """By splitting what is left of the offset, as the protocol describes it."""
    left = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line = left.split("\n")[-1]
    return types.Position(left.count("\n"), units(line, encoding))


def splits_line_end(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n" and offset > 0


@given(TEXTS, ENCODINGS, st.data())
def test_an_offset_has_the_position_that_the_protocol_counts(
    text: str, encoding: Encoding, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if splits_line_end(text, offset):
        return
    lines = Lines(text, encoding)
    position = lines.position(offset)
    assert position == plain_position(text, offset, encoding)
    assert lines.offset(position) == offset


@given(TEXTS, ENCODINGS, st.integers(0, 50), st.integers(0, 60))
def test_any_position_is_a_place_in_the_text(
    text: str, encoding: Encoding, line: int, character: int
) -> None:
    lines = Lines(text, encoding)
    offset = lines.offset(types.Position(line, character))
    assert 0 <= offset <= len(text)
    assert not splits_line_end(text, offset)
    # What is inside a character, or past a line's end, moves left and never right.
    again = lines.position(offset)
    if line < text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1:
        assert again.line == line
        assert again.character <= character


@given(TEXTS, ENCODINGS, st.data())
@settings(max_examples=150)
def test_edits_give_the_text_that_the_client_has(
    text: str, encoding: Encoding, data: st.DataObject
) -> None:
    documents = Documents()
    documents.encoding = encoding
    documents.open("file:///a.sql", 1, text)
    changes: list[types.TextDocumentContentChangeEvent] = []
    for _ in range(data.draw(st.integers(1, 4))):
        places = [n for n in range(len(text) + 1) if not splits_line_end(text, n)]
        start, end = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
        new = data.draw(TEXTS)
        area = types.Range(
            plain_position(text, start, encoding), plain_position(text, end, encoding)
        )
        changes.append(types.TextDocumentContentChangePartial(area, new))
        text = text[:start] + new + text[end:]
    document = documents.change("file:///a.sql", 2, changes)
    assert document is not None
    assert (document.text, document.version) == (text, 2)
    assert documents.get("file:///a.sql") is document


@pytest.mark.parametrize(
    ("encoding", "character"), [(Encoding.UTF8, 15), (Encoding.UTF16, 13), (Encoding.UTF32, 12)]
)
def test_the_three_encodings_of_one_place(encoding: Encoding, character: int) -> None:
    text = "SELECT '😀', o"
    assert Lines(text, encoding).position(12) == types.Position(0, character)


def test_a_whole_text_may_come_instead_and_a_closed_one_is_left_alone() -> None:
    documents = Documents()
    documents.open("file:///a.sql", 1, "SELECT 1")
    whole = types.TextDocumentContentChangeWholeDocument("SELECT 2")
    changed = documents.change("file:///a.sql", 2, [whole])
    assert changed is not None and changed.text == "SELECT 2"
    documents.close("file:///a.sql")
    assert documents.change("file:///a.sql", 3, [whole]) is None
    assert list(documents) == []
