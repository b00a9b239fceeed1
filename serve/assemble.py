"""Puts generated text together: whole characters only, and nothing from a stop string on."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Assembler:
    """Takes bytes as they come and gives the text that is certain: a part that could become a stop
    string is held back until it does not.

    `stopped` is the stop string that was met.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped: str | None = None

    def add(self, data: bytes) -> str:
        """The text that is certain now."""
        return self._take(self._decoder.decode(data))

    def finish(self) -> str:
        """What was held back, at the end."""
        if self.stopped is not None:
            return ""
        text = self._take(self._decoder.decode(b"", final=True))
        held, self._held = self._held, ""
        return text + held

    def _take(self, new: str) -> str:
        if self.stopped is not None:
            return ""
        text = self._held + new
        found = [(text.find(stop), stop) for stop in self._stops if stop in text]
        if found:
            place, self.stopped = min(found, key=lambda f: (f[0], -len(f[1])))
            self._held = ""
            return text[:place]
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of the text begin the stop string."""
    for length in range(min(len(stop) - 1, len(text)), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
