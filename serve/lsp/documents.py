"""The texts that are open in the editor, as immutable snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from serve.lsp.positions import Encoding, Lines


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one text. Work on another thread keeps the snapshot that it was given."""

    uri: str
    version: int
    text: str
    lines: Lines = field(repr=False, compare=False)

    @property
    def path(self) -> Path | None:
        """Where the text is on disk; None for one that is not saved."""
        return path_of(self.uri)


class Documents:
    """The open texts by URI, kept as the client edits them. Used from the event loop."""

    def __init__(self) -> None:
        self.encoding = Encoding.UTF16
        self._open: dict[str, Document] = {}

    def open(self, uri: str, version: int, text: str) -> Document:
        """Adds a text, or replaces the one at that URI."""
        made = self._open[uri] = Document(uri, version, text, Lines(text, self.encoding))
        return made

    def change(
        self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """Applies edits in their order, each to what those before it left; None for a text that
        is not open."""
        document = self._open.get(uri)
        if document is None:
            return None
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = document.lines.span(change.range)
                text = document.text[:start] + change.text + document.text[end:]
            else:
                text = change.text
            document = Document(uri, version, text, Lines(text, self.encoding))
        self._open[uri] = document
        return document

    def close(self, uri: str) -> None:
        """Forgets a text."""
        self._open.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """The newest version of a text."""
        return self._open.get(uri)

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))


def path_of(uri: str) -> Path | None:
    """The file that a URI names; None where it names none."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return None if not path else Path(path)
