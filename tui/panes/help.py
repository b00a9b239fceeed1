"""The keys, from the list of actions."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions.keymap import Keymap
from tui.actions.registry import ACTIONS, key_name

_KEYS = 20  # cells
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
                for group, rows in help_rows(self._keymap):
                    yield Static(group, classes="title", markup=False)
                    yield Static(_table(rows), classes="rows")
                for note in self._notes:
                    yield Static(note, classes="hint", markup=False)
            yield Static("Up, Down  scroll      Esc  close", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def help_rows(keymap: Keymap) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each group with its keys and what they do; actions without a key are in the palette."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in ACTIONS:
        if keys := keymap[action.id]:
            names = list(dict.fromkeys(key_name(key) for key in keys))[:_SHOWN]
            groups.setdefault(action.group, []).append((", ".join(names), action.help))
    return list(groups.items())


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_KEYS, style="bold")
    table.add_column(ratio=1)
    for keys, help_line in rows:
        table.add_row(Text(keys), Text(help_line))
    return table
