"""The keys that matter, at the foot of the screen; each can be clicked."""

from __future__ import annotations

from rich.markup import escape
from textual.widgets import Static

from tui.actions.keymap import Keymap
from tui.actions.registry import BAR, BY_ID, key_name


class Keys(Static):
    """One line of keys, cut on the right where the screen is narrow."""

    DEFAULT_CSS = """
    Keys {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap;
        link-style: none; link-color: $text-muted; link-background-hover: $panel;
    }
    """

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(
            "  ".join(
                f"[@click=app.do('{name}')][bold $accent]{escape(_short(keymap[name][0]))}[/]"
                f" {BY_ID[name].bar}[/]"
                for name in BAR
                if keymap[name]
            )
        )


def _short(key: str) -> str:
    return key_name(key).replace("Ctrl+", "^")
