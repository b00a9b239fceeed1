"""Breaks a ghost into the lines it is drawn on."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells

_MARK = "↪ "


def fold(ghost: str, first_room: int, room: int) -> list[str]:
    """The screen lines of `ghost`: `first_room` cells beside the cursor, `room` on every other.

    What is accepted must be seen, so a line longer than its room goes on below, behind a mark.
    """
    room = max(room, cell_len(_MARK) + 4)
    lines: list[str] = []
    left = max(first_room, 0)
    for line in ghost.split("\n"):
        mark = ""
        while cell_len(line) > left:
            piece = _fitting(line, left)
            lines.append(mark + piece)
            line = line[len(piece) :].lstrip(" ")
            mark, left = _MARK, room - cell_len(_MARK)
        lines.append(mark + line)
        left = room
    return lines


def _fitting(line: str, cells: int) -> str:
    """As much of the line as fits, cut behind a space where one is near."""
    if cells < 1:
        return ""
    piece = chop_cells(line, cells)[0]
    if cell_len(piece) > cells:  # a wide character in a single cell
        return ""
    space = piece.rfind(" ")
    return piece[: space + 1] if space >= 0 and len(piece) - space < 24 else piece
