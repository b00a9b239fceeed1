"""The keyword at an index of a frame's items, and the names that a bracket lists."""

from __future__ import annotations

from sqlcomplete.syntax.outline import Frame, Item


def word_at(items: list[Item], index: int) -> str:
    """The keyword at that place, "" where there is none."""
    return items[index].word if 0 <= index < len(items) else ""


def names_in(frame: Frame) -> tuple[str, ...]:
    """The names of a bracket's list, one an element."""
    names: list[str] = []
    fresh = True
    for item in frame.items:
        if item.sym == ",":
            fresh = True
        elif fresh and item.is_name and item.name:
            names.append(item.name)
            fresh = False
    return tuple(names)
