"""The text area that SQL is written in, with the ghost drawn at its cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.document._document import Document, EditResult, Selection
from textual.document._edit import Edit
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from tui.asking import Answer, Question
from tui.folding import fold
from tui.highlight import MAX_CHARACTERS, highlights, syntax_theme
from tui.offer import Change, Offer

_OPENERS = frozenset(' (,."`[')
_OVER_BLANK = frozenset(" ,;)")  # typed over a blank that came with a word


class SqlEditor(TextArea):
    """Edits SQL; asks for completions as the user types and holds the offer on screen.

    It asks by posting `Asks` and is answered through `answer`. Every change of what is on offer is
    posted as `Offered`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sql-editor--ghost"}

    DEFAULT_CSS = """
    SqlEditor .sql-editor--ghost { color: $foreground 45%; text-style: italic; }
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class Asks(Message):
        """The editor wants a completion."""

        question: Question

    @dataclass
    class Offered(Message):
        """What is on offer has changed; None where nothing is."""

        editor: SqlEditor
        offer: Offer | None

    def __init__(self, text: str = "", *, dialect: str = "", id: str | None = None) -> None:
        self.dialect = dialect
        self._offer: Offer | None = None
        self._own_blank: int | None = None  # the cursor behind a blank that came with a word
        self._asked = 0
        self._explicit = False
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
        self.register_theme(syntax_theme())
        self.theme = "sqlcomplete"

    # What is on offer

    @property
    def offer(self) -> Offer | None:
        """The offer on screen."""
        return self._offer

    @property
    def ghost(self) -> str:
        """The text drawn dim at the cursor."""
        return self._offer.shown if self._offer else ""

    @property
    def cursor(self) -> int:
        """The cursor as an offset into `text`, in code points."""
        return self._lines.get_index_from_location(self.cursor_location)

    @property
    def _lines(self) -> Document:
        assert isinstance(self.document, Document)
        return self.document

    def speak(self, dialect: str) -> None:
        """Change the dialect that the text is read in."""
        self.dialect = dialect
        self._build_highlight_map()
        self.refresh()

    def move_to(self, offset: int) -> None:
        """Put the cursor at an offset into `text`."""
        offset = min(max(offset, 0), len(self.text))
        self.move_cursor(self._lines.get_location_from_index(offset))

    def ask(self, *, popup: bool, explicit: bool = False) -> None:
        """Ask for a completion at the cursor. A later question, or a dismissal, voids this one."""
        if self.selection.start != self.selection.end or self.read_only:
            return
        self._asked += 1
        self._explicit = explicit
        self.post_message(
            self.Asks(Question(self._asked, self.id or "", self.text, self.cursor, popup, explicit))
        )

    def answer(self, answer: Answer) -> None:
        """Show a completion, if it fits: the newest, or one whose ghost is being typed."""
        question = answer.question
        if question.number > self._asked or answer.completion is None or not self.has_focus:
            return
        if self.selection.start != self.selection.end or self._asked == 0:
            return
        text, cursor = self.text, self.cursor
        offer = Offer.of(question.text, question.cursor, answer.completion, popup=question.popup)
        if (question.text, question.cursor) != (text, cursor):
            inserted = text[question.cursor : cursor]
            if not inserted or question.number == self._asked:
                return
            offer = offer.typed(inserted)
            if (offer.text, offer.cursor) != (text, cursor) or not offer.ghost:
                return
            # The newer question stays: its answer will show whether there is more to say.
        elif question.number != self._asked:
            return
        self._show(None if offer.idle else offer)

    def dismiss(self) -> bool:
        """Take what is on offer away until the next edit. Returns whether there was anything."""
        self._asked += 1
        was = self._offer is not None
        self._show(None)
        return was

    def choose(self, index: int) -> None:
        """Choose an item of the popup by its place (a click on it)."""
        if self._offer and index < len(self._offer.listed):
            self._show(replace(self._offer, selected=index))

    def accept(self) -> bool:
        """Insert all that is on offer. Returns whether anything was."""
        return self._take(self._offer.whole() if self._offer else None)

    def _take(self, change: Change | None) -> bool:
        if change is None:
            return False
        self._apply(change)
        self._show(None)
        self.ask(popup=False)
        return True

    def _apply(self, change: Change) -> None:
        """Make the change as an undo step of its own."""
        locate = self._lines.get_location_from_index
        self.history.checkpoint()
        self._editing = True
        try:
            result = self.replace(
                change.insert,
                locate(change.start),
                locate(change.end),
                maintain_selection_offset=False,
            )
            self.move_cursor(result.end_location)
        finally:
            self._editing = False
        self.history.checkpoint()
        self._own_blank = self.cursor if change.insert.endswith(" ") else None

    def _show(self, offer: Offer | None) -> None:
        if offer == self._offer:
            return
        rows = self.ghost_rows
        self._offer = offer
        if rows != self.ghost_rows:
            self._refresh_size()
            self.refresh()
            self._reveal_ghost()
        else:
            self.refresh()
        self.post_message(self.Offered(self, offer))

    # Edits and movements

    def edit(self, edit: Edit) -> EditResult:
        if self._editing:
            return super().edit(edit)
        at_cursor = (
            edit.top == edit.bottom == self.cursor_location
            and self.selection.start == self.selection.end
        )
        self._editing = True
        try:
            result = super().edit(edit)
        finally:
            self._editing = False
        self._edited(edit.text if at_cursor else "")
        return result

    def _edited(self, inserted: str) -> None:
        """Shorten the offer by what was typed; ask where that leaves no ghost."""
        offer = self._offer.typed(inserted) if self._offer and inserted else None
        if offer is not None and offer.text != self.text:
            offer = None
        self._show(None if offer is None or offer.idle else offer)
        self._own_blank = None
        if offer is not None and offer.ghost:
            return
        self.ask(popup=self._wants_popup(inserted))

    def _wants_popup(self, inserted: str) -> bool:
        """A list helps inside a word and where a name begins, not at the start of a line."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if not before.strip():
            return False
        last = before[-1]
        return last.isalnum() or last == "_" or (bool(inserted) and last in _OPENERS)

    def watch_selection(self, old: Selection, new: Selection) -> None:
        if self._editing or old == new:
            return
        self._own_blank = None
        self.dismiss()

    def undo(self) -> None:
        self._quietly(super().undo)

    def redo(self) -> None:
        self._quietly(super().redo)

    def _quietly(self, step: Callable[[], None]) -> None:
        """Undo and redo bring text back; nobody asked for more of it."""
        self.dismiss()
        self._editing = True
        try:
            step()
        finally:
            self._editing = False

    def on_blur(self) -> None:
        self.dismiss()

    # Keys

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.accept():
            pass
        elif event.key == "enter" and self._offer and (change := self._offer.item()):
            self._take(change)
        elif event.key == "enter":
            self._new_line()
        elif event.character and event.character in _OVER_BLANK and self._at_own_blank():
            self._type_over_blank(event.character)
        elif event.key == "escape":
            if not self.dismiss():
                return  # the application's to use
        elif event.key in ("ctrl+@", "ctrl+space"):
            self.ask(popup=True, explicit=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _new_line(self) -> None:
        """A line break that keeps the indentation."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        indent = before[: len(before) - len(before.lstrip(" \t"))]
        if self._at_own_blank():
            self._type_over_blank("\n" + indent)
        else:
            self._replace_via_keyboard("\n" + indent, *self.selection)

    def _at_own_blank(self) -> bool:
        """Whether the cursor stands behind a blank that came with what was just accepted."""
        return self._own_blank == self.cursor and self.selection.start == self.selection.end

    def _type_over_blank(self, typed: str) -> None:
        """What is typed takes the place of the blank: a second one, a comma or a line break behind
        it is never meant."""
        row, column = self.cursor_location
        self._own_blank = None
        if typed != " ":
            self._replace_via_keyboard(typed, (row, column - 1), (row, column))

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self._offer and self._offer.listed:
            self._show(self._offer.choose(-1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if not select and self._offer and self._offer.listed:
            self._show(self._offer.choose(1))
        else:
            super().action_cursor_down(select)

    def action_cursor_word_right(self, select: bool = False) -> None:
        offer = self._offer
        change = offer.word() if offer and not select else None
        if offer is None or change is None:
            super().action_cursor_word_right(select)
            return
        self._apply(change)
        rest = offer.typed(change.insert) if change.start == offer.cursor == change.end else None
        if rest is not None and rest.ghost:
            self._show(rest)
        else:
            self._show(None)
            self.ask(popup=False)

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
        style = self.get_component_rich_style("sql-editor--ghost")
        style = Style(color=style.color, italic=style.italic)
        if below == 0 and self._theme.cursor_line_style:
            style = self._theme.cursor_line_style + style
        if self._theme.base_style:
            style = self._theme.base_style + style
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
        return strip.crop(0, self.size.width).extend_cell_length(self.size.width, style)

    def _refresh_size(self) -> None:
        super()._refresh_size()
        if self.ghost_rows:
            size = self.virtual_size
            self.virtual_size = Size(size.width, size.height + self.ghost_rows)

    def _reveal_ghost(self) -> None:
        """Scroll so far that every line of the ghost is on screen: what cannot be seen must not be
        accepted."""
        rows = self.ghost_rows
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

    def _build_highlight_map(self) -> None:
        self._line_cache.clear()
        self._highlights.clear()
        text = self.text
        if len(text) <= MAX_CHARACTERS:
            self._highlights.update(highlights(text, self.dialect))
