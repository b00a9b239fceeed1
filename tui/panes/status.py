"""The line at the bottom: the connection on the left, on the right what is known of the ghost."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.editing.offer import Offer


class Status(Horizontal):
    """Two texts on one line; the right one never covers the left."""

    DEFAULT_CSS = """
    Status { height: 1; background: $panel; color: $text-muted; }
    Status > .left { width: 1fr; padding: 0 1; }
    Status > .right { width: auto; max-width: 70%; padding: 0 1; }
    """

    def __init__(self, *, timings: bool = True) -> None:
        super().__init__()
        self._timings = timings
        self._warning: str | None = None
        self._offer: Offer | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        yield Static("", classes="left", markup=False)
        yield Static("", classes="right", markup=False)

    @property
    def text(self) -> str:
        """All it says, for tests and readers of the screen."""
        return " ".join(str(part.content) for part in self.query(Static))

    def connection(self, *parts: str) -> None:
        """Set the left side."""
        self.query_one(".left", Static).update(" · ".join(part for part in parts if part))

    def warn(self, warning: str | None) -> None:
        """Set the danger of the statement under the cursor."""
        if warning != self._warning:
            self._warning = warning
            self._refresh()

    def note(self, text: str) -> None:
        """Say one thing until the next offer."""
        self._note = text
        self._refresh()

    def offer(self, offer: Offer | None) -> None:
        """Say where the ghost comes from."""
        self._offer = offer
        self._note = ""
        self._refresh()

    def _refresh(self) -> None:
        text = Text()
        warnings = [self._warning] if self._warning else []
        ghost = self._offer.completion.ghost if self._offer and self._offer.ghost else None
        if ghost is not None:
            warnings += [warning for warning in ghost.verdict.warnings if warning not in warnings]
        for warning in warnings:
            text.append(f"▲ {warning}  ", "bold yellow")
        if self._note:
            text.append(self._note)
        elif ghost is not None and self._offer is not None:
            text.append(f"{ghost.source} {ghost.confidence:.0%}")
            if self._timings:
                text.append(f" · {self._offer.completion.timings_ms.total:.0f} ms")
        self.query_one(".right", Static).update(text)
