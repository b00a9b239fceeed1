"""Edits of whole lines: each is a pure function from a text and a selection to one change."""

from __future__ import annotations

import re
from dataclasses import dataclass

_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """`text[start:end]` becomes `insert`; afterwards `selection` is selected, as offsets into the
    new text, the cursor at its second. All are in code points."""

    start: int
    end: int
    insert: str
    selection: tuple[int, int]


def lines_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the whole lines that a selection touches, without the last line's end. A
    selection that ends at a line's very beginning does not touch that line."""
    if end > start and text[end - 1] == "\n":
        end -= 1
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return first, len(text) if last < 0 else last


def indent(text: str, start: int, end: int, by: str) -> LineEdit:
    """Put `by` before every line that is not blank."""
    first, last = lines_of(text, start, end)
    lines = text[first:last].split("\n")
    return _over(text, start, end, first, last, [by + line if line else line for line in lines])


def dedent(text: str, start: int, end: int, width: int) -> LineEdit | None:
    """Take up to `width` cells of indentation, or a tab, from every line; None where there is
    none."""
    first, last = lines_of(text, start, end)
    lines = [re.sub(rf"^(?:\t| {{1,{width}}})", "", x) for x in text[first:last].split("\n")]
    if "\n".join(lines) == text[first:last]:
        return None
    return _over(text, start, end, first, last, lines)


def toggle_comment(text: str, start: int, end: int, mark: str = "--") -> LineEdit | None:
    """Comment the lines, or where all of them are comments take the marks away. Blank lines stay;
    None where there is nothing else."""
    first, last = lines_of(text, start, end)
    lines = text[first:last].split("\n")
    written = [line for line in lines if line.strip()]
    if not written:
        return None
    if all(line.lstrip().startswith(mark) for line in written):
        pattern = re.compile(rf"^([ \t]*){re.escape(mark)} ?")
        changed = [pattern.sub(r"\1", line) for line in lines]
    else:
        margin = min(len(_INDENT.match(line).group()) for line in written)  # type: ignore[union-attr]
        changed = [f"{x[:margin]}{mark} {x[margin:]}" if x.strip() else x for x in lines]
    return _over(text, start, end, first, last, changed)


def duplicate(text: str, start: int, end: int) -> LineEdit:
    """The lines once more below, the selection on the copy."""
    first, last = lines_of(text, start, end)
    block = text[first:last]
    by, end = len(block) + 1, min(end, last)
    return LineEdit(last, last, f"\n{block}", (start + by, end + by))


def move(text: str, start: int, end: int, step: int) -> LineEdit | None:
    """The lines one up (-1) or down (1), None at the text's edge."""
    first, last = lines_of(text, start, end)
    block, end = text[first:last], min(end, last)
    if step < 0:
        if first == 0:
            return None
        above = text.rfind("\n", 0, first - 1) + 1
        other, by = text[above : first - 1], above - first
        return LineEdit(above, last, f"{block}\n{other}", (start + by, end + by))
    if last == len(text):
        return None
    below = text.find("\n", last + 1)
    below = len(text) if below < 0 else below
    other = text[last + 1 : below]
    by = len(other) + 1
    return LineEdit(first, below, f"{other}\n{block}", (start + by, end + by))


def _over(text: str, start: int, end: int, first: int, last: int, lines: list[str]) -> LineEdit:
    """The change to `lines`, the selection on the same letters as before."""
    old = text[first:last].split("\n")

    def shifted(offset: int) -> int:
        at, new_at = first, first
        for before, after in zip(old, lines, strict=True):
            if offset <= at + len(before):
                # What changed stands in the line's indentation: letters keep their distance from
                # the line's end.
                return new_at + max(0, len(after) - (at + len(before) - offset))
            at += len(before) + 1
            new_at += len(after) + 1
        return new_at + offset - at

    insert = "\n".join(lines)
    left = first if start == first and end > start else shifted(start)
    return LineEdit(first, last, insert, (left, shifted(end)))
