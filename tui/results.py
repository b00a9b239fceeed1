"""The rows of the last statement, its message, or what went wrong."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from tui.database import Result

_CELL = 200  # characters of a value that are shown
_COLUMN = 48  # cells a column may take


class Results(Vertical):
    """A table over a line of text."""

    DEFAULT_CSS = """
    Results { height: 1fr; }
    Results > DataTable { height: 1fr; }
    Results > .message { height: auto; max-height: 4; padding: 0 1; color: $text-muted; }
    Results > .message.-error { color: $text-error; }
    """

    def compose(self) -> ComposeResult:
        yield DataTable(zebra_stripes=True, cursor_type="cell")
        yield Static("F5 runs the statement under the cursor", classes="message", markup=False)

    @property
    def message(self) -> str:
        """The line under the table."""
        return str(self.query_one(".message", Static).content)

    @property
    def table(self) -> DataTable[Text]:
        """The rows."""
        return self.query_one(DataTable)

    def say(self, text: str, *, error: bool = False) -> None:
        """Replace the line; the rows stay."""
        line = self.query_one(".message", Static)
        line.set_class(error, "-error")
        line.update(text)

    def fail(self, text: str) -> None:
        """Replace the rows by an error."""
        self.table.clear(columns=True)
        self.say(text, error=True)

    def show(self, result: Result, *, timings: bool = True) -> None:
        """Show what a statement gave."""
        table = self.table
        table.clear(columns=True)
        cells = [[cell_text(value) for value in row] for row in result.rows]
        for place, name in enumerate(result.columns):
            # Measured here, over plain lengths: the table's own measuring renders every cell.
            width = max((len(row[place].plain) for row in cells), default=0)
            table.add_column(name or " ", width=min(max(width, len(name), 1), _COLUMN))
        table.add_rows(cells)
        self.say(summary(result, timings=timings))


def summary(result: Result, *, timings: bool = True) -> str:
    """The line that tells what a statement did."""
    took = f"{result.elapsed_ms:.0f} ms" if result.elapsed_ms >= 1 else "<1 ms"
    if result.columns:
        count = len(result.rows)
        did = f"first {count:,} rows, there are more" if result.more else _counted(count)
    else:
        did = "done" if result.affected is None else f"{_counted(result.affected)} changed"
    return f"{did} · {took}" if timings else did


def _counted(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def cell_text(value: Any) -> Text:
    """One value on one line. NULL differs from the text by its style; numbers stand right."""
    if value is None:
        return Text("NULL", style="dim italic")
    if isinstance(value, bool):
        return Text("true" if value else "false")
    if isinstance(value, int | float):
        return Text(str(value), justify="right")
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        return Text(f"<{len(data)} bytes> {data[:16].hex(' ')}", style="dim")
    text = str(value)[: _CELL + 1]
    if len(text) > _CELL:
        text = text[:_CELL] + "…"
    # A control character would break the screen, a line break the row.
    text = text.replace("\r\n", "↵").replace("\n", "↵").replace("\t", "→")
    return Text("".join(c if c.isprintable() else "·" for c in text))
