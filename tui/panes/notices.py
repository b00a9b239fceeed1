"""What must be known until it is over: text that is kept nowhere, files that others changed."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Notices(Static):
    """One line a notice, above the status line; no line where there is none."""

    DEFAULT_CSS = """
    Notices { height: auto; max-height: 4; display: none; padding: 0 1; color: $text-warning; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._said: dict[str, str] = {}

    @property
    def lines(self) -> tuple[str, ...]:
        """What it says."""
        return tuple(self._said.values())

    def tell(self, about: str, text: str | None) -> None:
        """Say `text` about a subject until it is replaced, or taken away by None."""
        if self._said.get(about) == text:
            return
        if text is None:
            self._said.pop(about, None)
        else:
            self._said[about] = text
        self.display = bool(self._said)
        self.update(Text("\n".join(f"! {line}" for line in self._said.values())))
