"""The questions the editor asks, each a small screen above it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class Choice(ModalScreen[str | None]):
    """Asks for one of several ways to go on, each with a letter of its own. Esc, Enter and every
    other answer but those letters change nothing: None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,n,q", "leave", "Leave")]

    def __init__(
        self, question: str, detail: str, ways: tuple[tuple[str, str], ...], leave: str
    ) -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._ways = ways
        self._leave = leave

    def compose(self) -> ComposeResult:
        hint = "      ".join(f"{key.upper()}  {label}" for key, label in self._ways)
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Static(self._detail, classes="detail", markup=False)
            yield Static(f"{hint}      Esc  {self._leave}", classes="hint", markup=False)

    def on_key(self, event: events.Key) -> None:
        for key, _ in self._ways:
            if event.key.lower() == key:
                event.stop()
                self.dismiss(key)

    def action_leave(self) -> None:
        self.dismiss(None)


class Confirm(Choice):
    """Asks whether to go on; only Y says yes, by "y"."""

    def __init__(
        self, question: str, detail: str, yes: str = "go on", leave: str = "leave it"
    ) -> None:
        super().__init__(question, detail, (("y", yes),), leave)


class AskLine(ModalScreen[str | None]):
    """Asks for one line; None when the user leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, title: str, value: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="title", markup=False)
            yield Input(self._value, placeholder=self._placeholder, select_on_focus=False)
            yield Static("Enter  go on      Esc  leave it", classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        self.dismiss(None)


class AskPath(AskLine):
    """Asks for a file's path."""

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__(title, value, "path/to/file.sql")
