"""The keys that matter, at the foot of the screen; each can be clicked."""

from __future__ import annotations

from textual.widgets import Static

_KEYS = (
    ("F1", "Help", "app.help"),
    ("F5", "Run", "app.run"),
    ("F2", "Catalog", "app.catalog"),
    ("F6", "Pane", "app.next_pane(1)"),
    ("^R", "Reload", "app.refresh_schema"),
    ("^S", "Save", "app.save"),
    ("^O", "Open", "app.open"),
    ("^N", "New tab", "app.new_tab"),
    ("^Q", "Quit", "app.quit"),
)


class Keys(Static):
    """One line of keys, cut on the right where the screen is narrow."""

    DEFAULT_CSS = """
    Keys {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap;
        link-style: none; link-color: $text-muted; link-background-hover: $panel;
    }
    """

    def __init__(self) -> None:
        super().__init__(
            "   ".join(
                f"[@click={action}][bold $accent]{key}[/] {label}[/]"
                for key, label, action in _KEYS
            )
        )
