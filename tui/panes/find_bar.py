"""The bar under the text that finds and replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Checkbox, Input, Static

from tui.editing.search import PatternError, Search, nearest
from tui.editing.sql_editor import SqlEditor


class FindBar(Horizontal):
    """Looks for what is typed in it, in the tab in front, and selects what it finds there."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; background: $panel; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0 1; background: $surface; }
    FindBar Input:focus { border: none; background: $boost; }
    FindBar Checkbox { border: none; padding: 0 1; height: 1; background: $panel; }
    FindBar Checkbox:focus { border: none; }
    FindBar .count { width: auto; padding: 0 1; color: $text-muted; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+a", "replace_all", "Replace all"),
        Binding("alt+x", "flip('regex')", "Regular expression"),
        Binding("alt+c", "flip('case')", "Case"),
    ]

    def __init__(self, editor: Callable[[], SqlEditor]) -> None:
        super().__init__()
        self._editor = editor

    def compose(self) -> ComposeResult:
        yield Input(placeholder="find", id="find", compact=True)
        yield Input(placeholder="replace by (Enter one, Alt+A all)", id="replace", compact=True)
        yield Checkbox("regex", id="regex", compact=True)
        yield Checkbox("case", id="case", compact=True)
        yield Static("", classes="count", markup=False)

    @property
    def search(self) -> Search:
        """What it looks for."""
        return Search(
            self.query_one("#find", Input).value,
            self.query_one("#regex", Checkbox).value,
            self.query_one("#case", Checkbox).value,
        )

    @property
    def said(self) -> str:
        """What it says of the search."""
        return str(self.query_one(".count", Static).content)

    def open(self, *, replace: bool = False) -> None:
        """Show it; a selection of one line becomes what is looked for."""
        self.display = True
        field = self.query_one("#find", Input)
        editor = self._editor()
        if (chosen := editor.selected_text) and "\n" not in chosen:
            field.value = chosen
        field.select_all()
        self.query_one("#replace", Input).focus() if replace and field.value else field.focus()

    def close(self) -> None:
        """Hide it and go back to the text."""
        self.display = False
        self._editor().focus()

    def step(self, *, backwards: bool = False) -> bool:
        """Select the next place, or the one before. Returns whether there is one."""
        editor = self._editor()
        try:
            places = self.search.places(editor.text)
        except PatternError as error:
            self._say(str(error))
            return False
        found = nearest(places, *editor.selected, backwards=backwards)
        if found is None:
            self._say("not found" if self.search.wanted else "")
            return False
        editor.dismiss()
        editor.select_range(*places[found])
        editor.scroll_cursor_visible(center=True)
        self._say(f"{found + 1} of {len(places)}")
        return True

    def go_on(self, *, backwards: bool = False) -> None:
        """As `step`; where nothing was looked for yet, ask for it."""
        if self.search.wanted:
            self.step(backwards=backwards)
        else:
            self.open()

    @on(Input.Changed, "#find")
    @on(Checkbox.Changed)
    def _changed(self) -> None:
        if not self.display:
            return
        editor = self._editor()
        start, _ = editor.selected
        # While it is being typed, the same place may go on matching.
        editor.quietly(lambda: editor.select_range(start, start))
        self.step()

    @on(Input.Submitted, "#find")
    def _next(self) -> None:
        self.step()

    @on(Input.Submitted, "#replace")
    def _replace(self) -> None:
        editor = self._editor()
        start, end = editor.selected
        try:
            if (start, end) in self.search.places(editor.text):
                by = self.query_one("#replace", Input).value
                editor.change(start, end, self.search.replaced(editor.text, start, end, by))
        except PatternError as error:
            self._say(str(error))
            return
        self.step()

    def action_replace_all(self) -> None:
        """Replace every place, as one step to undo."""
        editor = self._editor()
        by = self.query_one("#replace", Input).value
        try:
            text, count = self.search.all_replaced(editor.text, by)
        except PatternError as error:
            self._say(str(error))
            return
        if count:
            cursor = editor.cursor
            editor.change(0, len(editor.text), text)
            editor.quietly(lambda: editor.move_to(cursor))
        self._say(f"{count:,} replaced")

    def action_flip(self, name: str) -> None:
        """Switch one of the ways to look."""
        self.query_one(f"#{name}", Checkbox).toggle()

    def _say(self, text: str) -> None:
        self.query_one(".count", Static).update(text)
