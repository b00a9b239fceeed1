"""The questions the editor asks, each a small screen above it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_KEYS = """\
Write
  Tab             accept all that is shown dim
  Ctrl+Right      accept one word of it
  Up, Down        choose in the list; Enter then accepts
  Esc             dismiss, until the next edit
  Ctrl+Space      ask for a completion here
  Ctrl+Z, Ctrl+Y  undo, redo

Run
  F5, Ctrl+J      run the statement under the cursor
  Esc             stop what runs
  Ctrl+R          read the schema again

Files and panes
  Ctrl+S, Ctrl+O  save to a file, open one
  Ctrl+N, F10     new tab, close tab
  F3, Shift+F3    next tab, previous tab
  F2              catalog; Enter inserts a column
  F6, Shift+F6    next pane, previous pane
  Ctrl+Q          quit; what you wrote is kept"""


class Confirm(ModalScreen[bool]):
    """Asks whether to go on; only Y says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,enter,q", "answer(False)", "No"),
    ]

    def __init__(self, question: str, detail: str) -> None:
        super().__init__()
        self._question = question
        self._detail = detail

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Static(self._detail, classes="detail", markup=False)
            yield Static("Y  run it      N, Esc  leave it", classes="hint", markup=False)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class AskPath(ModalScreen[str | None]):
    """Asks for a file's path; None when the user leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="title", markup=False)
            yield Input(self._value, placeholder="path/to/file.sql")
            yield Static("Enter  go on      Esc  leave it", classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        self.dismiss(None)


class Help(ModalScreen[None]):
    """The keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "leave", "Leave")]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Keys", classes="title")
            yield Static(_KEYS, markup=False)
            yield Static("Esc  close", classes="hint")

    def action_leave(self) -> None:
        self.dismiss(None)
