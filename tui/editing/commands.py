"""The editing actions, on the text in front."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind
from tui.editing import lines
from tui.editing.layout import LayoutError, laid_out
from tui.editing.sql_editor import SqlEditor
from tui.panes.dialogs import AskLine
from tui.runner.statement import statement_to_run

_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Editing:
    """What the actions of the group "Editing" do. Each answers whether it applied."""

    def __init__(
        self, app: App[None], editor: Callable[[], SqlEditor], say: Callable[..., None]
    ) -> None:
        self._app = app
        self._editor = editor
        self._say = say

    def copy(self, *, cut: bool = False) -> None:
        """Put the selection, else the line, on the clipboard."""
        editor = self._editor()
        start, end = editor.selected
        text = editor.text
        if start == end:
            start, end = lines.lines_of(text, start, end)
            end = min(end + 1, len(text))
        self._app.copy_to_clipboard(text[start:end])
        if cut:
            editor.dismiss()
            editor.change(start, end, "")

    def select_all(self) -> None:
        """Select the whole text."""
        editor = self._editor()
        editor.select_range(0, len(editor.text))

    def comment(self) -> bool:
        """Comment the lines, or take their marks away."""
        return self._apply(lines.toggle_comment)

    def duplicate(self) -> bool:
        """Copy the lines below."""
        return self._apply(lines.duplicate)

    def move(self, step: int) -> bool:
        """Move the lines up or down."""
        return self._apply(lambda text, start, end: lines.move(text, start, end, step))

    def indent(self) -> bool:
        """Indent the lines."""
        by = " " * self._editor().indent_width
        return self._apply(lambda text, start, end: lines.indent(text, start, end, by))

    def dedent(self) -> bool:
        """Take indentation away; where there is none, nothing, and the focus stays."""
        width = self._editor().indent_width
        self._apply(lambda text, start, end: lines.dedent(text, start, end, width))
        return True

    def _apply(self, edit: Callable[[str, int, int], lines.LineEdit | None]) -> bool:
        editor = self._editor()
        editor.apply(edit(editor.text, *editor.selected))
        return True

    def format(self) -> None:
        """Lay out the selection, else the statement under the cursor."""
        editor = self._editor()
        start, end = editor.selected
        text = editor.text
        if start == end:
            found = statement_to_run(text, end, editor.dialect)
            if found is None:
                self._say("nothing to format here", error=True)
                return
            start, end = found.start, found.end
            # Comments right above belong to it and would otherwise be moved below its first word.
        try:
            made = laid_out(text[start:end], editor.dialect)
        except LayoutError as error:
            self._say(str(error), error=True)
            return
        if made != text[start:end]:
            editor.dismiss()
            editor.change(start, end, made)

    async def goto_line(self) -> None:
        """Ask for a line, or line and column, and go there."""
        editor = self._editor()
        row, column = editor.cursor_location
        count = editor.document.line_count
        answer = await self._app.push_screen_wait(
            AskLine(f"Go to line (1 to {count:,})", placeholder=f"{row + 1}:{column + 1}")
        )
        if answer is None:
            return
        parts = answer.replace(",", ":").split(":")
        if not all(part.strip().isdigit() for part in parts) or len(parts) > 2:
            self._say(f"{answer}: not a line; one looks like 12 or 12:3", error=True)
            return
        row = min(max(int(parts[0]), 1), count) - 1
        column = int(parts[1]) - 1 if len(parts) == 2 else 0
        editor.move_cursor(
            (row, min(max(column, 0), len(editor.document.get_line(row)))), center=True
        )

    def bracket(self) -> bool:
        """Go from the bracket at the cursor, or left of it, to its partner."""
        editor = self._editor()
        partner = matching_bracket(editor.text, editor.cursor, editor.dialect)
        if partner is None:
            self._say("no bracket here")
        else:
            editor.move_to(partner)
        return True


def matching_bracket(text: str, cursor: int, dialect: str) -> int | None:
    """The offset of the bracket that belongs to the one at the cursor, else to the one left of it.
    Brackets in strings and comments are none."""
    open_ones: list[tuple[str, int]] = []
    partners: dict[int, int] = {}
    for token in lex(text, dialect):
        if token.kind is not TokenKind.PUNCTUATION:
            continue
        if token.text in _PAIRS:
            open_ones.append((_PAIRS[token.text], token.start))
        elif open_ones and token.text == open_ones[-1][0]:
            start = open_ones.pop()[1]
            partners[start], partners[token.start] = token.start, start
    return next((partners[at] for at in (cursor, cursor - 1) if at in partners), None)
