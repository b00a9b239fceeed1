"""The one place that uses what Textual keeps to itself.

Textual is pinned in pyproject.toml to the versions whose single key presses
`tests/tui/test_adapter.py` proves. All else in this package uses only its public interface.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._text_area_theme import TextAreaTheme
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.document._document import Document, EditResult, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widgets import TextArea

from tui.editing.folding import fold
from tui.editing.highlight import Highlight

_CONTRAST = 1.6  # of ghost and background; less cannot be read at a glance


def use_bindings(app: App[Any], bindings: Iterable[Binding]) -> None:
    """Make these the application's keys, in the order in which they are tried."""
    app._bindings = BindingsMap(bindings)


class _Lines(str):
    """A text whose lines end at line feeds alone: a form feed or a Unicode separator inside a line
    stays there, as the file has it."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        lines = self.split("\n")
        if lines[-1] == "":
            lines.pop()
        return [f"{line}\n" for line in lines] if keepends else lines


class _LineDocument(Document):
    def __init__(self, text: str) -> None:
        super().__init__(_Lines(text))
        # Textual adds the empty last line only behind the line ends that it knows.
        self._lines = text.split("\n")
        self._newline = "\n"

    def replace_range(self, start: tuple[int, int], end: tuple[int, int], text: str) -> EditResult:
        return super().replace_range(start, end, _Lines(text))


class GhostArea(TextArea):
    """A text area that draws a ghost at its cursor and counts in offsets.

    What derives from it answers `ghost`, hears of edits by `edited` and of the cursor by `moved`.
    """

    def __init__(self, text: str, *, theme: TextAreaTheme, id: str | None) -> None:
        self._editing = False
        self._without_cursor = False
        super().__init__(
            text,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="indent",
            max_checkpoints=1000,
            id=id,
        )
        # Undo goes by words, and a pause in the middle of one is no step.
        self.history.checkpoint_timer = inf
        self.register_theme(theme)
        self.theme = theme.name

    # What derives from it gives

    @property
    def ghost(self) -> str:
        """The text drawn dim at the cursor."""
        return ""

    def edited(self, inserted: str) -> None:
        """The user has edited; `inserted` is what was typed at the cursor, "" for other edits."""

    def moved(self) -> None:
        """The cursor or the selection has moved without an edit."""

    def colours(self) -> Mapping[int, list[Highlight]]:
        """The coloured spans of each line."""
        return {}

    # Offsets

    @property
    def _lines(self) -> Document:
        assert isinstance(self.document, Document)
        return self.document

    @property
    def cursor(self) -> int:
        """The cursor as an offset into `text`, in code points."""
        return self._lines.get_index_from_location(self.cursor_location)

    @property
    def selected(self) -> tuple[int, int]:
        """The selection as offsets, the smaller first; equal where nothing is selected."""
        offset = self._lines.get_index_from_location
        a, b = offset(self.selection.start), offset(self.selection.end)
        return min(a, b), max(a, b)

    def move_to(self, offset: int) -> None:
        """Put the cursor at an offset into `text`."""
        offset = min(max(offset, 0), len(self.text))
        self.move_cursor(self._lines.get_location_from_index(offset))

    def select_range(self, start: int, end: int) -> None:
        """Select from one offset to another, where the cursor is put."""
        locate = self._lines.get_location_from_index
        self.selection = Selection(locate(start), locate(end))

    def change(self, start: int, end: int, insert: str) -> None:
        """Replace a range, as an undo step of its own; the cursor goes behind it. Nothing is asked
        or dismissed for it."""
        locate = self._lines.get_location_from_index
        self.history.checkpoint()
        self._editing = True
        try:
            result = self.replace(
                insert, locate(start), locate(end), maintain_selection_offset=False
            )
            self.move_cursor(result.end_location)
        finally:
            self._editing = False
        self.history.checkpoint()

    def quietly(self, step: Callable[[], None]) -> None:
        """Do what edits or moves, without `edited` or `moved`."""
        self._editing = True
        try:
            step()
        finally:
            self._editing = False

    def write(self, text: str) -> None:
        """Put text in place of the selection, as if typed."""
        self._replace_via_keyboard(text, *self.selection)

    def rub_out(self, count: int, insert: str) -> None:
        """Put text in place of the `count` characters left of the cursor, as if typed."""
        row, column = self.cursor_location
        self._replace_via_keyboard(insert, (row, column - count), (row, column))

    def spaces_to_tab_stop(self) -> str:
        """What Tab inserts where there is nothing to accept."""
        if self.indent_type == "tabs":
            return "\t"
        return " " * self._find_columns_to_next_tab_stop()

    # Edits and movements

    def edit(self, edit: Edit) -> EditResult:
        edit.text = edit.text.replace("\r\n", "\n").replace("\r", "\n")
        if self._editing:
            return super().edit(edit)
        at_cursor = (
            edit.top == edit.bottom == self.cursor_location
            and self.selection.start == self.selection.end
        )
        if at_cursor and len(edit.text) == 1 and not edit.text.isspace():
            row, column = self.cursor_location
            if self.document.get_line(row)[:column][-1:].isspace():
                self.history.checkpoint()
        self._editing = True
        try:
            result = super().edit(edit)
        finally:
            self._editing = False
        self.edited(edit.text if at_cursor else "")
        return result

    def watch_selection(self, old: Selection, new: Selection) -> None:
        if not self._editing and old != new:
            self.moved()

    def _set_document(self, text: str, language: str | None) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        document = _LineDocument(text)
        self.document = document
        self.wrapped_document = WrappedDocument(document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    async def pressed(self, event: events.Key) -> bool:
        """Whether a key was made use of, before the text area does."""
        return False

    async def _on_key(self, event: events.Key) -> None:
        """All keys are acted on here, in the order they came. Textual would run bindings only when
        the event has bubbled up to the application, behind letters that were typed after it."""
        self._restart_blink()
        handled = await self.pressed(event)
        if not handled:
            for binding in self._bindings.key_to_bindings.get(event.key, ()):
                if await self.app.run_action(binding.action, self):
                    handled = True
                    break
        # Left to Textual, Esc would move the focus, and the typing with it.
        if handled or event.key in ("escape", "tab"):
            event.stop()
            event.prevent_default()

    def _build_highlight_map(self) -> None:
        self._line_cache.clear()
        self._highlights.clear()
        self._highlights.update(self.colours())

    def recolour(self) -> None:
        """Read the colours anew."""
        self._build_highlight_map()
        self.refresh()

    # Drawing

    @property
    def _ghost_lines(self) -> list[str]:
        """The ghost as it is drawn, folded at the right edge; empty where there is none."""
        ghost = self.ghost.replace("\t", " " * self.indent_width)
        if not ghost:
            return []
        room = self.size.width - self.gutter_width
        return fold(ghost, room - self._cursor_offset[0] + self.scroll_offset.x, room)

    @property
    def ghost_rows(self) -> int:
        """How many screen lines the ghost adds below the cursor's."""
        return max(len(self._ghost_lines) - 1, 0)

    @property
    def cursor_in_view(self) -> bool:
        """Whether the cursor's line is on the screen."""
        return 0 <= self.cursor_location[0] - self.scroll_offset.y < max(self.size.height, 1)

    @property
    def _draw_cursor(self) -> bool:
        return not self._without_cursor and super()._draw_cursor

    def render_line(self, y: int) -> Strip:
        lines = self._ghost_lines
        below = y + self.scroll_offset.y - self.cursor_location[0]
        if not lines or below < 0:
            return super().render_line(y)
        if below >= len(lines):
            return super().render_line(y - len(lines) + 1)
        return self._render_ghost(y - below, lines[below], below, last=below == len(lines) - 1)

    def _render_ghost(self, y: int, ghost: str, below: int, *, last: bool) -> Strip:
        """One line of the ghost: what stands left of the cursor goes before its first line, what
        stands right of it after its last."""
        self._without_cursor = True
        try:
            line = self._render_line(y)
        finally:
            self._without_cursor = False
        gutter = self.gutter_width
        row, column = self.cursor_location
        split = max(gutter, gutter + self._cursor_offset[0] - self.scroll_offset.x)
        ground = self._theme.base_style or Style()
        if below == 0 and self._theme.cursor_line_style:
            ground = ground + self._theme.cursor_line_style
        style = self._ghost_style(ground)
        if below == 0:
            head = line.crop(0, split)
        else:
            head = Strip([Segment(" " * gutter, self._theme.gutter_style)]).apply_style(
                self._theme.base_style or Style()
            )
        body = [Segment(ghost, style)] if ghost else []
        if below == 0 and self._draw_cursor and self._theme.cursor_style:
            first = ghost[:1] or " "
            body = [Segment(first, style + self._theme.cursor_style), Segment(ghost[1:], style)]
        parts = [head, Strip(body)]
        if last and column < len(self.document.get_line(row)):
            parts.append(line.crop(split))
        strip = Strip.join(parts)
        return strip.crop(0, self.size.width).extend_cell_length(self.size.width, ground)

    def _ghost_style(self, ground: Style) -> Style:
        dim = self.get_component_rich_style("sql-editor--ghost")
        style = ground + Style(color=dim.color, italic=dim.italic)
        system = self.app.console.color_system
        if self.app.no_color or not readable(style, system):
            return ground + Style(underline=True)
        return style

    def _refresh_size(self) -> None:
        super()._refresh_size()
        if self.ghost_rows:
            size = self.virtual_size
            self.virtual_size = Size(size.width, size.height + self.ghost_rows)

    def ghost_changed(self, rows_before: int) -> None:
        """Draw anew, after the ghost had `rows_before` rows below the cursor's; scroll so far that
        every line of it is on screen: what cannot be seen must not be accepted."""
        rows = self.ghost_rows
        if rows != rows_before:
            self._refresh_size()
        self.refresh()
        if rows:
            top = self.cursor_location[0]
            self.scroll_to_region(
                Region(self.scroll_offset.x, top, 1, min(rows + 1, self.size.height)),
                animate=False,
                force=True,
            )

    def get_target_document_location(self, event: events.MouseEvent) -> tuple[int, int]:
        row = self.cursor_location[0]
        below = event.y + self.scroll_offset.y - self.gutter.top - row
        rows = self.ghost_rows
        if rows and below > 0:
            if below <= rows:
                return self.cursor_location
            line = min(row + below - rows, self.document.line_count - 1)
            x = event.x - self.gutter_width + self.scroll_offset.x - self.gutter.left
            return self.wrapped_document.offset_to_location(Offset(max(x, 0), line))
        return super().get_target_document_location(event)


def readable(style: Style, system: str | None) -> bool:
    """Whether text in this style stands out from its background and from the text around it, on a
    terminal with this many colours ("truecolor", "256", "standard", "windows", None for none)."""
    if system not in ("truecolor", "256"):
        # Of sixteen colours the terminal's owner chose every one: no two are known to differ.
        return False
    wanted = ColorSystem.TRUECOLOR if system == "truecolor" else ColorSystem.EIGHT_BIT
    front, back = style.color, style.bgcolor
    if front is None or back is None:
        return front is not None
    return _contrast(front.downgrade(wanted), back.downgrade(wanted)) >= _CONTRAST


def _contrast(one: Color, other: Color) -> float:
    """The ratio of two colours' brightness, as WCAG counts it: 1 for none to 21."""
    lights = []
    for colour in (one, other):
        parts = [part / 255 for part in colour.get_truecolor()]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)
