"""The text area that SQL is written in, and what is on offer at its cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.message import Message

from sqlcomplete.completion import Completion
from tui.client import DEADLINE_MS
from tui.editing.asking import Answer, Question
from tui.editing.highlight import MAX_CHARACTERS, Highlight, highlights, syntax_theme
from tui.editing.lines import LineEdit, indent
from tui.editing.offer import Change, Offer
from tui.editing.textual_adapter import GhostArea

_OPENERS = frozenset(' (,."`[')
_OVER_BLANK = frozenset(" ,;)")  # typed over a blank that came with a word

Press = Callable[[str], Awaitable[bool]]
"""Does what a key stands for; false where it stands for nothing here."""
Known = Callable[[str, int], Completion | None]
"""The completion of a text and cursor that was asked for before."""


class SqlEditor(GhostArea):
    """Edits SQL; asks for completions as the user types and holds the offer on screen.

    It asks by posting `Asks` and is answered through `answer`. Every change of what is on offer is
    posted as `Offered`. Keys go to `press` first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sql-editor--ghost"}

    DEFAULT_CSS = """
    SqlEditor .sql-editor--ghost { color: $foreground 45%; text-style: italic; }
    """

    @dataclass
    class Asks(Message):
        """The editor wants a completion."""

        question: Question

    @dataclass
    class Offered(Message):
        """What is on offer has changed; None where nothing is."""

        editor: SqlEditor
        offer: Offer | None

    def __init__(
        self,
        text: str = "",
        *,
        dialect: str = "",
        press: Press,
        known: Known,
        id: str | None = None,
    ) -> None:
        self.dialect = dialect
        self.automatic = True
        self._press = press
        self._known = known
        self._offer: Offer | None = None
        self._own_blank: int | None = None  # the cursor behind a blank that came with a word
        self._asked = 0
        self._waiting = False  # for the answer to the newest question
        self._ahead: tuple[str, int] | None = None
        self._answered = asyncio.Event()
        super().__init__(text, theme=syntax_theme(), id=id)

    # What is on offer

    @property
    def offer(self) -> Offer | None:
        """The offer on screen."""
        return self._offer

    @property
    def ghost(self) -> str:
        return self._offer.shown if self._offer else ""

    def speak(self, dialect: str) -> None:
        """Change the dialect that the text is read in."""
        self.dialect = dialect
        self.recolour()

    def ask(self, *, popup: bool, explicit: bool = False) -> None:
        """Ask for a completion at the cursor. A later question, or a dismissal, voids this one."""
        start, end = self.selected
        if start != end or self.read_only or not (self.automatic or explicit):
            return
        self._asked += 1
        self._waiting = True
        self._answered.clear()
        self.post_message(
            self.Asks(Question(self._asked, self.id or "", self.text, end, popup, explicit))
        )

    def answer(self, answer: Answer) -> None:
        """Show a completion, if it fits: the newest, or one whose ghost is being typed."""
        question = answer.question
        if question.ahead:
            self._go_on()
            return
        if question.number == self._asked:
            self._waiting = False
            self._answered.set()
        if question.number > self._asked or answer.completion is None or not self.has_focus:
            return
        start, end = self.selected
        if start != end or self._asked == 0:
            return
        text, cursor = self.text, end
        offer = Offer.of(question.text, question.cursor, answer.completion, popup=question.popup)
        if (question.text, question.cursor) != (text, cursor):
            inserted = text[question.cursor : cursor]
            offer = offer.typed(inserted) if inserted else offer
            if (offer.text, offer.cursor) != (text, cursor):
                return
            if self._offer and self.ghost:
                # The ghost stays; the list that was asked for at the word's beginning comes to it.
                if offer.listed and not self._offer.popup:
                    self._show(self._offer.listing(offer.items))
                return
            if question.number == self._asked or not offer.ghost:
                return
            # The newer question stays: its answer will show whether there is more to say.
        elif question.number != self._asked:
            return
        if not offer.ghost and self._offer and self._offer.ghost:
            # A ghost stays while the typing agrees with it.
            offer = replace(
                offer, rest=self._offer.rest, completion=self._offer.completion, selected=None
            )
        self._offered(offer)

    def dismiss(self) -> bool:
        """Take what is on offer away until the next edit. Returns whether there was anything."""
        self._asked += 1
        self._waiting = False
        self._answered.set()
        was = self._offer is not None
        self._show(None)
        return was

    def choose(self, index: int) -> None:
        """Choose an item of the list by its place (a click on it)."""
        if self._offer and index < len(self._offer.listed):
            self._show(replace(self._offer, selected=index))

    def step(self, step: int) -> bool:
        """Move the choice in the list, entering it. Returns whether one is open."""
        if self._offer is None or not self._offer.listed:
            return False
        self._show(self._offer.choose(step))
        return True

    @property
    def in_list(self) -> bool:
        """Whether the list is open and was entered."""
        return self._offer is not None and self._offer.selected is not None

    def accept(self) -> bool:
        """Insert all that is on offer. Returns whether anything was."""
        return self._take(self._offer.whole() if self._offer else None)

    def accept_item(self) -> bool:
        """Insert the item that was chosen. Returns whether one was."""
        return self._take(self._offer.item() if self._offer else None)

    def accept_word(self) -> bool:
        """Insert the first word of the ghost. Returns whether there is one."""
        return self._take_part(self._offer.word() if self._offer else None)

    def accept_line(self) -> bool:
        """Insert the ghost's first line, where the cursor is at the end of its own."""
        row, column = self.cursor_location
        if column < len(self.document.get_line(row)):
            return False
        return self._take_part(self._offer.line() if self._offer else None)

    async def accept_or_indent(self) -> None:
        """What Tab does. An answer that is on its way is waited for, at most for the deadline."""
        start, end = self.selected
        if start != end:
            self.apply(indent(self.text, start, end, " " * self.indent_width))
            return
        if self.accept():
            return
        if self._waiting:
            try:
                await asyncio.wait_for(self._answered.wait(), DEADLINE_MS / 1000)
            except TimeoutError:
                pass
            else:
                if self.accept():
                    return
        self.write(self.spaces_to_tab_stop())

    def _take(self, change: Change | None) -> bool:
        if change is None or not self._in_sight():
            return change is not None
        self._insert(change)
        self._show(None)
        self._ask_or_know(popup=False)
        return True

    def _take_part(self, change: Change | None) -> bool:
        offer = self._offer
        if offer is None or change is None or not self._in_sight():
            return change is not None
        self._insert(change)
        own_blank = self._own_blank
        rest = offer.typed(change.insert) if change.start == offer.cursor == change.end else None
        if rest is not None and rest.ghost:
            self._offered(replace(rest, popup=False))
        else:
            self._show(None)
            self._ask_or_know(popup=False)
        self._own_blank = own_blank
        return True

    def _in_sight(self) -> bool:
        """Whether what would be accepted is on the screen; if not, it is brought there instead."""
        if self.cursor_in_view:
            return True
        self.scroll_cursor_visible()
        return False

    def _insert(self, change: Change) -> None:
        self.change(change.start, change.end, change.insert)
        self._own_blank = self.cursor if change.insert.endswith(" ") else None

    def _offered(self, offer: Offer) -> None:
        """Show an offer, and look ahead to what comes when its ghost is accepted."""
        self._show(None if offer.idle and not offer.rest else offer)
        if offer.rest and self.automatic and self._known(*offer.end) is None:
            if self._ahead != offer.end:
                self._ahead = offer.end
                text, cursor = offer.end
                self.post_message(
                    self.Asks(Question(self._asked, self.id or "", text, cursor, ahead=True))
                )
        else:
            self._go_on()

    def _go_on(self) -> None:
        """Where no more than a blank is left of the ghost, go on with what comes after it."""
        offer = self._offer
        if offer is None or not offer.rest or offer.ghost:
            return
        ahead = self._known(*offer.end)
        if ahead is not None and ahead.ghost is not None:
            self._offered(offer.lengthened(ahead))

    def _show(self, offer: Offer | None) -> None:
        if offer == self._offer:
            return
        rows = self.ghost_rows
        self._offer = offer
        self.ghost_changed(rows)
        self.post_message(self.Offered(self, offer))

    # Edits and movements

    def apply(self, edit: LineEdit | None) -> bool:
        """Make an edit of whole lines, and select what it says. Returns whether there was one."""
        if edit is None:
            return False
        self.dismiss()
        self.change(edit.start, edit.end, edit.insert)
        self.quietly(lambda: self.select_range(*edit.selection))
        return True

    def edited(self, inserted: str) -> None:
        """Shorten the offer by what was typed; ask where that leaves no ghost."""
        offer = self._offer.typed(inserted) if self._offer and inserted else None
        if offer is not None and offer.text != self.text:
            offer = None
        self._own_blank = None
        if offer is not None and offer.rest:
            self._offered(self._with_list(offer, popup=self._wants_popup(inserted)))
            if offer.ghost or self.ghost:
                if self._begins_word() and not (self._offer and self._offer.popup):
                    self.ask(popup=True)
                self._waiting = False
                return
        elif offer is None or offer.idle:
            if self._known_here(popup=self._wants_popup(inserted)):
                return
            self._show(None)
        elif not self._known_here(popup=self._wants_popup(inserted)):
            self._show(offer)
        else:
            return
        self.ask(popup=self._wants_popup(inserted))

    def _with_list(self, offer: Offer, *, popup: bool) -> Offer:
        """The offer with the list that was asked for ahead of time, where the cursor has come there
        and the same ghost goes on."""
        completion = self._known(offer.text, offer.cursor)
        if completion is None or completion.ghost is None or offer.popup:
            return offer
        fresh = Offer.of(offer.text, offer.cursor, completion, popup=popup)
        return fresh if fresh.rest.startswith(offer.rest) else offer

    def _ask_or_know(self, *, popup: bool) -> None:
        if not self._known_here(popup=popup):
            self.ask(popup=popup)

    def _known_here(self, *, popup: bool) -> bool:
        """Show at once what was asked for before. Returns whether that has a ghost."""
        start, cursor = self.selected
        completion = self._known(self.text, cursor) if self.automatic else None
        if completion is None or start != cursor or completion.ghost is None:
            return False
        self._asked += 1
        self._waiting = False
        self._offered(Offer.of(self.text, cursor, completion, popup=popup))
        return True

    def _wants_popup(self, inserted: str) -> bool:
        """A list helps inside a word and where a name begins, not at the start of a line."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if not before.strip():
            return False
        last = before[-1]
        return last.isalnum() or last == "_" or (bool(inserted) and last in _OPENERS)

    def _begins_word(self) -> bool:
        """Whether the cursor stands behind the first letter of a word inside a line, or where a
        name begins."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        last, above = before[-1:], before[-2:-1]
        if not before.strip() or (last.isspace() and not above.strip()):
            return False
        return last in _OPENERS or (last.isalnum() and not (above.isalnum() or above == "_"))

    def moved(self) -> None:
        self._own_blank = None
        self.dismiss()

    def undo(self) -> None:
        # Undo and redo bring text back; nobody asked for more of it.
        self.dismiss()
        self.quietly(super().undo)

    def redo(self) -> None:
        self.dismiss()
        self.quietly(super().redo)

    def on_blur(self) -> None:
        self.dismiss()

    # Keys

    async def pressed(self, event: events.Key) -> bool:
        if await self._press(event.key):
            return True
        if event.key == "enter":
            self._new_line()
            return True
        if event.character and event.character in _OVER_BLANK and self._at_own_blank():
            self._type_over_blank(event.character)
            return True
        return False

    def _new_line(self) -> None:
        """A line break that keeps the indentation."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        margin = before[: len(before) - len(before.lstrip(" \t"))]
        if self._at_own_blank():
            self._type_over_blank("\n" + margin)
        else:
            self.write("\n" + margin)

    def _at_own_blank(self) -> bool:
        """Whether the cursor stands behind a blank that came with what was just accepted."""
        return self._own_blank == self.cursor and self.selection.start == self.selection.end

    def _type_over_blank(self, typed: str) -> None:
        """What is typed takes the place of the blank: a second one, a comma or a line break behind
        it is never meant."""
        self._own_blank = None
        if typed != " ":
            self.rub_out(1, typed)

    def action_cursor_up(self, select: bool = False) -> None:
        if select or not self.in_list or not self.step(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if select or not self.in_list or not self.step(1):
            super().action_cursor_down(select)

    def colours(self) -> Mapping[int, list[Highlight]]:
        text = self.text
        return highlights(text, self.dialect) if len(text) <= MAX_CHARACTERS else {}
