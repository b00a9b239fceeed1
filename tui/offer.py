"""What is on offer at the cursor: a ghost and the items that agree with it, as one frozen value.

Every keystroke maps one offer to the next, so that what is drawn, what Tab inserts and what the
popup lists can never disagree. Nothing here knows of a screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlcomplete.completion import Completion, Item
from sqlcomplete.ghost.ending import is_visible

# A word of a ghost: the white space before it, then a dotted name or a run of other signs.
_WORD = re.compile(r"\s*(?:[\w.]+|[^\w\s]+)|\s+")


@dataclass(frozen=True, slots=True)
class Change:
    """`text[start:end]` becomes `insert`; the cursor goes behind it."""

    start: int
    end: int
    insert: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A completion as it stands for `text` at `cursor` (code points), shortened by what was typed.

    `ghost` is what remains of the completion's ghost, "" for none. `items` are those that still
    agree with the word being typed, their spans moved along. `popup` tells whether they are shown,
    `selected` which one the user chose with the arrows.
    """

    text: str
    cursor: int
    completion: Completion
    ghost: str
    items: tuple[Item, ...]
    popup: bool = False
    selected: int | None = None

    @classmethod
    def of(cls, text: str, cursor: int, completion: Completion, *, popup: bool) -> Offer:
        """The offer that a fresh answer makes. A list that repeats the typed word stays shut."""
        items = _worth_listing(completion.items, text, cursor)
        return cls(
            text=text,
            cursor=cursor,
            completion=completion,
            ghost=_seen(completion.ghost.text) if completion.ghost else "",
            items=items,
            popup=popup and bool(items),
        )

    @property
    def listed(self) -> tuple[Item, ...]:
        """The items on the screen."""
        return self.items if self.popup else ()

    @property
    def shown(self) -> str:
        """The text drawn dim at the cursor: what Tab would insert there."""
        item = self._chosen()
        if item is None:
            return self.ghost
        tail = self._tail(item)
        if tail is None:
            # It replaces something on the way, so it cannot be drawn as an addition.
            return f" → {item.insert}"
        return tail

    @property
    def idle(self) -> bool:
        """True where nothing of it is visible."""
        return not self.shown and not self.listed

    def typed(self, inserted: str) -> Offer:
        """The offer after `inserted` was typed at the cursor.

        Whatever does not begin with it is gone. Letters agree without regard to case.
        """
        text = self.text[: self.cursor] + inserted + self.text[self.cursor :]
        cursor = self.cursor + len(inserted)
        agrees = _begins(self.ghost, inserted)
        agreeing = tuple(
            replace(item, replace=(start, end + len(inserted)))
            for item in self.items
            for start, end in (item.replace,)
            if end >= self.cursor and _begins(item.insert, text[start:cursor])
        )
        items = _worth_listing(agreeing, text, cursor)
        ghost = _seen(self.ghost[len(inserted) :]) if agrees else ""
        return replace(
            self,
            text=text,
            cursor=cursor,
            ghost=ghost,
            items=items,
            popup=self.popup and bool(items),
            selected=None,
        )

    def choose(self, step: int) -> Offer:
        """Move the choice in the popup by `step`, around its ends."""
        if not self.listed:
            return self
        count = len(self.items)
        if self.selected is None:
            return replace(self, selected=0 if step > 0 else count - 1)
        return replace(self, selected=(self.selected + step) % count)

    def whole(self) -> Change | None:
        """What Tab does: the ghost, or the chosen item, or with no ghost the first item."""
        item = self._chosen()
        if item is None and self.ghost:
            return Change(self.cursor, self.cursor, self.ghost)
        if item is None and self.listed:
            item = self.items[0]
        return None if item is None else Change(*item.replace, item.insert)

    def word(self) -> Change | None:
        """What Ctrl+Right does: the first word of the ghost."""
        item = self._chosen()
        if item is not None and self._tail(item) is None:
            return Change(*item.replace, item.insert)
        match = _WORD.match(self.shown)
        return Change(self.cursor, self.cursor, match.group()) if match else None

    def item(self) -> Change | None:
        """What Enter does: the item chosen with the arrows, and only such a one."""
        if self.selected is None:
            return None
        item = self.items[self.selected]
        return Change(*item.replace, item.insert)

    def _chosen(self) -> Item | None:
        """The chosen item, where it is not the first with the ghost that extends it."""
        if self.selected is None:
            return None
        item = self.items[self.selected]
        if self.selected == 0 and self.ghost:
            tail = self._tail(item)
            if tail is not None and self.ghost.startswith(tail):
                return None
        return item

    def _tail(self, item: Item) -> str | None:
        """What the item adds at the cursor, None where it changes anything around it."""
        start, end = item.replace
        typed = self.text[start : self.cursor]
        if end != self.cursor or not item.insert.startswith(typed):
            return None
        return item.insert[len(typed) :]


def _seen(ghost: str) -> str:
    """The ghost, or nothing where it is not visible: what cannot be seen is not on offer."""
    return ghost if is_visible(ghost) else ""


def _worth_listing(items: tuple[Item, ...], text: str, cursor: int) -> tuple[Item, ...]:
    """The items, or none where the only one has nothing to add to what is typed but a blank."""
    if len(items) == 1 and items[0].insert.rstrip() == text[items[0].replace[0] : cursor]:
        return ()
    return items


def _begins(text: str, prefix: str) -> bool:
    return text[: len(prefix)].casefold() == prefix.casefold()
