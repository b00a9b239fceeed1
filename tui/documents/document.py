"""One text and its file, as a frozen value: what was read, what is on disk, what is not saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from tui.documents.files import Outside as Outside
from tui.documents.files import Stamp, outside, read_bytes, write_atomically
from tui.documents.form import Form, decode, encode


@dataclass(frozen=True, slots=True)
class Document:
    r"""A text, its lines ended by "\n".

    `path` is its file, None for none. `saved` is the text that the file held when it was last read
    or written, and `stamp` that file's; both are None where it never was. `form` is how the file
    writes it.
    """

    text: str = ""
    path: Path | None = None
    form: Form = field(default_factory=Form)
    saved: str | None = None
    stamp: Stamp | None = None

    @classmethod
    def read(cls, path: Path) -> Document:
        """The document that a file holds.

        Raises:
            OSError: where the file cannot be read.
            TextFormError: where it is no text.
        """
        data, stamp = read_bytes(path)
        text, form = decode(data)
        return cls(text, path, form, text, stamp)

    @property
    def modified(self) -> bool:
        """Whether there is something in it that its file lacks. White space alone, in no file, is
        nothing."""
        if self.path is None or self.saved is None:
            return bool(self.text.strip())
        return self.text != self.saved

    def with_text(self, text: str) -> Document:
        """The document after an edit."""
        return self if text == self.text else replace(self, text=text)

    def outside(self, *, thorough: bool = True) -> Outside:
        """What others did to the file since it was read or written."""
        if self.path is None:
            return Outside.NOTHING
        return outside(self.path, self.stamp, thorough=thorough)

    def written(self, path: Path | None = None) -> Document:
        """Write it to its file, or to another that is its file from then on.

        It replaces whatever is there: who calls it has asked.

        Raises:
            OSError: where it cannot be written. The file is then as it was.
            TextFormError: where the file's encoding lacks a character.
        """
        path = path or self.path
        assert path is not None
        stamp = write_atomically(path, encode(self.text, self.form))
        form = self.form
        if form.mixed is not None:
            # The ends of the lines that are in the file now.
            form = decode(encode(self.text, form))[1]
        return replace(self, path=path, saved=self.text, stamp=stamp, form=form)
