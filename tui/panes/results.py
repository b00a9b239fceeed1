"""The rows of the last statement, its message, or what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static, Tab, Tabs

from tui.runner.database import Result

_CELL = 200  # characters of a value that are shown
_COLUMN = 48  # cells a column may take
_LABEL = 18  # characters of a statement on its tab


@dataclass(frozen=True, slots=True)
class _Shown:
    result: Result
    message: str
    label: str


class Results(Vertical):
    """A table over a line of text; over both a tab for each of several results."""

    DEFAULT_CSS = """
    Results { height: 1fr; }
    Results > Tabs { display: none; }
    Results > DataTable { height: 1fr; }
    Results > .message { height: auto; max-height: 4; padding: 0 1; color: $text-muted; }
    Results > .message.-error { color: $text-error; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[_Shown] = []
        self._front = 0
        self._run = 0

    def compose(self) -> ComposeResult:
        yield Tabs()
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

    @property
    def count(self) -> int:
        """How many results there are."""
        return len(self._shown)

    def say(self, text: str, *, error: bool = False) -> None:
        """Replace the line; the rows stay."""
        line = self.query_one(".message", Static)
        line.set_class(error, "-error")
        line.update(text)

    def fail(self, text: str, *, keep: bool = False) -> None:
        """Replace the rows by an error, or only the line below them."""
        if not keep:
            self.begin()
            self.table.clear(columns=True)
        self.say(text, error=True)

    def begin(self) -> None:
        """Forget the results of the run before."""
        self._shown = []
        self._run += 1
        self.query_one(Tabs).display = False
        self.query_one(Tabs).clear()

    async def show(
        self, result: Result, *, timings: bool = True, number: int = 1, of: int = 1, sql: str = ""
    ) -> None:
        """Show what a statement gave, the `number`th of `of`."""
        message = summary(result, timings=timings)
        if of > 1:
            message = f"{number} of {of}: {message}"
        label = f"{number} {' '.join(sql.split())[:_LABEL]}"
        self._shown.append(_Shown(result, message, label))
        if of > 1:
            tabs = self.query_one(Tabs)
            tabs.display = True
            name = f"result-{self._run}-{len(self._shown) - 1}"
            await tabs.add_tab(Tab(Text(label), id=name))
            tabs.active = name
        self._bring(len(self._shown) - 1)

    def next(self) -> bool:
        """Bring the next of several results to the front. Returns whether there are several."""
        if len(self._shown) < 2:
            return False
        name = f"result-{self._run}-{(self._front + 1) % len(self._shown)}"
        self.query_one(Tabs).active = name
        return True

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        event.stop()
        name = event.tab.id or "result-0-0"
        _, run, place = name.split("-")
        # The first tab activates itself, and says so when another may be in front already.
        if name == event.tabs.active and int(run) == self._run and int(place) != self._front:
            self._bring(int(place))

    def _bring(self, place: int) -> None:
        self._front = place
        shown = self._shown[place]
        table = self.table
        table.clear(columns=True)
        cells = [[cell_text(value) for value in row] for row in shown.result.rows]
        for column, name in enumerate(shown.result.columns):
            # Measured here, over plain texts: the table's own measuring renders every cell.
            width = max((cell_len(row[column].plain) for row in cells), default=0)
            table.add_column(name or " ", width=min(max(width, cell_len(name), 1), _COLUMN))
        table.add_rows(cells)
        self.say(shown.message)


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
