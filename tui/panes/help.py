"""The keys, from the list of actions."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions.keymap import Keymap
from tui.actions.registry import ACTIONS, key_name

_KEYS = 22  # cells
_SHOWN = 2  # keys of an action


class Help(ModalScreen[None]):
    """Every action that has a key, by group; the list scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter,question_mark", "leave", "Leave"),
    ]

    def __init__(self, keymap: Keymap, *notes: str) -> None:
        super().__init__()
        self._keymap = keymap
        self._notes = notes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            with VerticalScroll():
                yield Static(help_text(self._keymap))
                for note in self._notes:
                    yield Static(note, classes="hint", markup=False)
            yield Static("Up, Down  scroll      Esc  close", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def help_text(keymap: Keymap) -> Text:
    """The lines of the help."""
    text = Text()
    group = ""
    for action in ACTIONS:
        keys = keymap[action.id]
        if not keys:
            continue
        if action.group != group:
            text.append(("\n" if group else "") + f"{action.group}\n", "bold")
            group = action.group
        names = list(dict.fromkeys(key_name(key) for key in keys))[:_SHOWN]
        text.append(f"  {', '.join(names):<{_KEYS}}", "bold")
        text.append(f"{action.help}\n")
    return text
