"""Documents under the screen: forms kept as found, files replaced whole, journals of each own."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.documents import files
from tui.documents.document import Document, Outside
from tui.documents.form import Form, TextFormError, decode, encode
from tui.documents.journal import Buffer, Journal, Session

_ENDS = re.compile(r"\r\n|\n|\r")


@pytest.mark.parametrize(
    ("data", "text", "notes"),
    [
        (b"a\nb", "a\nb", ()),
        (b"a\r\nb\r\n", "a\nb\n", ("CRLF",)),
        (b"a\rb", "a\nb", ("CR",)),
        (b"a\r\nb\nc\r\n", "a\nb\nc\n", ("mixed line ends",)),
        (b"\xef\xbb\xbfa\n", "a\n", ("BOM",)),
        ("\ufeffé".encode("utf-16-le"), "é", ("UTF-16-LE", "BOM")),
        (b"caf\xe9 \x80", "café €", ("CP1252",)),
        (b"\x81\xe9", "\x81é", ("LATIN-1",)),
    ],
)
def test_a_file_is_written_as_it_was_found(data: bytes, text: str, notes: tuple[str, ...]) -> None:
    found, form = decode(data)
    assert found == text
    assert form.notes == notes
    assert encode(found, form) == data


@given(st.binary(max_size=60))
def test_whatever_can_be_opened_goes_back_byte_for_byte(data: bytes) -> None:
    try:
        text, form = decode(data)
    except TextFormError:
        return
    assert encode(text, form) == data


@given(st.lists(st.sampled_from(["a\n", "b\r\n", "c\r", "\n"]), max_size=12), st.data())
def test_an_edit_leaves_the_line_ends_of_other_lines(lines: list[str], data: st.DataObject) -> None:
    raw = "".join(lines)
    text, form = decode(raw.encode())
    kept = text.split("\n")
    at = data.draw(st.integers(0, len(kept) - 1))
    kept[at] = "edited"
    again = encode("\n".join(kept), form).decode()
    before, after = _ENDS.findall(raw), _ENDS.findall(again)
    assert len(after) == len(before)
    before[at : at + 1] = after[at : at + 1] = []
    assert after == before


def test_a_character_that_the_encoding_lacks_is_named_with_its_line() -> None:
    with pytest.raises(TextFormError, match=r"line 2: CP1252 has no character '日'"):
        encode("a\n日", Form("cp1252"))


def test_a_link_stays_and_the_permissions_too(tmp_path: Path) -> None:
    real, link = tmp_path / "real.sql", tmp_path / "link.sql"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    Document.read(link).with_text("new").written()
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        Document("x").written(tmp_path / "a.sql")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.sql").stat().st_mode) == 0o644


def test_a_full_disk_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sql"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Document.read(path).with_text("new").written()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_change_outside_is_seen_also_at_the_same_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text("SELECT 1")
    document = Document.read(path)
    assert document.outside() is Outside.NOTHING
    about = path.stat()
    path.write_text("SELECT 2")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert document.outside() is Outside.CHANGED
    path.write_text("SELECT 1")
    assert document.outside() is Outside.NOTHING  # touched, not changed
    path.unlink()
    assert document.outside() is Outside.REMOVED


def test_a_file_too_large_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(OSError, match="larger than 20 MB"):
        Document.read(path)


def test_sessions_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\n")
    read = Document.read(path)
    session = Session(
        (
            Buffer(Document("a\x0c\ud800b"), 2),
            Buffer(read, 1),
            Buffer(read.with_text("other"), 1, path),
        ),
        1,
    )
    one = Journal("k", tmp_path / "state")
    one.save(session)
    one.close()
    assert Journal("k", tmp_path / "state").load() == session


def test_two_journals_of_one_key_are_two_files_and_the_dead_are_inherited(tmp_path: Path) -> None:
    first, second = Journal("k", tmp_path), Journal("k", tmp_path)
    first.save(Session((Buffer(Document("one")),)))
    second.save(Session((Buffer(Document("two")),)))
    assert Journal("k", tmp_path).load() is None  # both live
    first.close()
    second.close()
    third = Journal("k", tmp_path)
    session = third.load()
    assert session is not None
    assert [b.document.text for b in session.buffers] == ["one", "two"]
    assert len(list(tmp_path.glob("*.json"))) == 2  # until it is kept elsewhere, nothing goes
    third.save(session)
    assert len(list(tmp_path.glob("*.json"))) == 1
    third.close()


def test_more_editors_than_anyone_opens_still_have_a_journal_each(tmp_path: Path) -> None:
    journals = [Journal("k", tmp_path) for _ in range(25)]
    assert len({journal.path for journal in journals}) == 25


def test_unsaved_text_of_a_file_is_found_from_another_connection(tmp_path: Path) -> None:
    path = tmp_path / "q.sql"
    path.write_text("SELECT 1")
    one = Journal("one", tmp_path / "state")
    one.save(Session((Buffer(Document.read(path).with_text("SELECT 2")),)))
    other = Journal("other", tmp_path / "state")
    assert other.drafts_of(path) == ()  # its editor lives and has it
    one.close()
    assert [b.document.text for b in other.drafts_of(path)] == ["SELECT 2"]
