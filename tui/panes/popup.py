"""The list of items under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widget import Widget

from sqlcomplete.completion import Item
from tui.editing.offer import Offer

_ROWS = 8
_WIDTH = 64
# A column for the kind, so that a table and a column of one name are told apart at a glance.
_MARKS = {
    "column": "col",
    "relation": "alias",
    "table": "table",
    "namespace": "space",
    "join": "join",
    "join condition": "on",
    "star": "*",
    "keyword": "word",
    "function": "func",
    "literal": "value",
    "type": "type",
    "grouping": "group",
    "ordering": "order",
    "column list": "list",
}
_MARK_WIDTH = 6


class Popup(Widget):
    """Draws the listed items of an offer, the chosen one marked, beside the editor's cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"popup--chosen", "popup--dim"}

    DEFAULT_CSS = """
    Popup .popup--chosen {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    Popup .popup--dim { color: $foreground 60%; }
    Popup {
        layer: popup; position: absolute; display: none; width: auto; height: auto;
        background: $panel; color: $foreground;
    }
    """

    @dataclass
    class Picked(Message):
        """An item was clicked."""

        index: int

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[Item, ...] = ()
        self._selected: int | None = None
        self._top = 0
        self._rows = _ROWS
        self._cells = 0

    @property
    def visible_items(self) -> tuple[Item, ...]:
        """The items it lists now, all of them."""
        return self._items if self.display else ()

    def show(
        self,
        offer: Offer | None,
        cursor: Offset,
        below: int,
        area: Region,
        written: Callable[[int], bool] = lambda row: False,
    ) -> None:
        """List the offer's items at the screen position `cursor`.

        `below` counts the screen rows under the cursor that the ghost takes. `area` is the region
        of the screen to stay in. `written` tells of a row, counted from the cursor's, whether
        something to read stands there: the list goes to the side where it hides less of that.
        """
        self._items = offer.listed if offer else ()
        self._selected = offer.marked if offer else None
        if not self._items or offer is None:
            self.display = False
            return
        rows = min(len(self._items), _ROWS)
        chosen = self._selected or 0
        widest = max(cell_len(_line(item)) for item in self._items)
        self._cells = min(widest + _MARK_WIDTH + 3, _WIDTH, area.width)
        typed = offer.cursor - self._items[0].replace[0]
        x = max(area.x, min(cursor.x - typed - _MARK_WIDTH - 1, area.right - self._cells))
        rows, y = _placed(rows, cursor.y, below, area, written)
        self._rows = rows
        self._top = min(max(self._top, chosen - rows + 1), chosen)
        self._top = max(0, min(self._top, len(self._items) - rows))
        self.styles.width = self._cells
        self.styles.height = rows
        self.styles.offset = (x, y)
        self.display = True
        self.refresh(layout=True)

    def render(self) -> Text:
        chosen = self.get_component_rich_style("popup--chosen")
        dim = Style(color=self.get_component_rich_style("popup--dim").color)
        lines = []
        for index in range(self._top, min(self._top + self._rows, len(self._items))):
            item = self._items[index]
            mark = _MARKS.get(item.kind, item.kind)[: _MARK_WIDTH - 1]
            text = Text(f" {mark:<{_MARK_WIDTH}}", style=dim)
            text = Text.assemble(text, (_flat(item.label), ""))
            detail = _flat(item.detail or "")
            room = self._cells - text.cell_len - 3
            if detail and room >= 4:
                if cell_len(detail) > room:
                    detail = set_cell_size(detail, room - 1).rstrip() + "…"
                text.append(" " * (room + 2 - cell_len(detail)) + detail, dim)
            text.truncate(self._cells, overflow="ellipsis", pad=True)
            if index == self._selected:
                text.stylize(chosen)
            lines.append(text)
        return Text("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Picked(self._top + event.y))


def _placed(
    rows: int, line: int, below: int, area: Region, written: Callable[[int], bool]
) -> tuple[int, int]:
    """How many rows are shown and where they begin; never on the cursor's line or the ghost."""
    under, over = max(area.bottom - line - 1 - below, 0), max(line - area.y, 0)
    hidden_under = sum(written(row) for row in range(1, rows + 1))
    hidden_over = sum(written(-row) for row in range(1, rows + 1))
    if under >= rows and (over < rows or hidden_under <= hidden_over):
        return rows, line + 1 + below
    if over >= rows or over > under:
        rows = min(rows, over)
        return rows, line - rows
    return max(min(rows, under), 1), line + 1 + below


def _line(item: Item) -> str:
    return _flat(item.label) + (f"  {_flat(item.detail)}" if item.detail else "")


def _flat(text: str) -> str:
    return " ".join(text.split())
