"""A completion drawn for a person: the ghost in its line, the popup's items, warnings, times."""

from __future__ import annotations

from dataclasses import dataclass

import click

from sqlcomplete.completion import Completion, Ghost, Item, Timings

# How far the ghost's line is shown on either side of the cursor.
MAX_SIDE = 100
MAX_CELL = 60


@dataclass(frozen=True, slots=True)
class Marks:
    """What surrounds a ghost, and what stands for the cursor where there is none."""

    open: str
    close: str
    cursor: str
    cut: str


UNICODE_MARKS = Marks(
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{BOX DRAWINGS LIGHT VERTICAL}",
    "\N{HORIZONTAL ELLIPSIS}",
)
ASCII_MARKS = Marks("<<", ">>", "|", "...")


def marks_for(encoding: str | None) -> Marks:
    """The marks that a terminal of that encoding can show."""
    try:
        "".join((UNICODE_MARKS.open, UNICODE_MARKS.cursor, UNICODE_MARKS.cut)).encode(
            encoding or "ascii"
        )
    except (UnicodeEncodeError, LookupError):
        return ASCII_MARKS
    return UNICODE_MARKS


def render_completion(completion: Completion, text: str, cursor: int, marks: Marks) -> str:
    """The whole answer, several lines, styled (click strips styles where there is no terminal)."""
    lines = [_line(text, cursor, completion.ghost, marks)]
    if completion.ghost is not None:
        lines.append(_about(completion.ghost))
        lines += [
            click.style(f"warning: {warning}", fg="yellow")
            for warning in completion.ghost.verdict.warnings
        ]
    if completion.items:
        lines += ["", *_table(completion.items)]
    elif completion.ghost is None:
        lines.append("nothing to offer here")
    lines += ["", click.style(_times(completion.timings_ms), dim=True)]
    return "\n".join(lines)


def visible(text: str) -> str:
    """The text without control characters: what a file says must not drive the terminal."""
    return "".join(
        " " if c == "\t" else ("\N{REPLACEMENT CHARACTER}" if not c.isprintable() else c)
        for c in text
    )


def _line(text: str, cursor: int, ghost: Ghost | None, marks: Marks) -> str:
    start = text.rfind("\n", 0, cursor) + 1
    end = text.find("\n", cursor)
    left = text[start:cursor]
    right = text[cursor : len(text) if end < 0 else end].removesuffix("\r")
    number = text.count("\n", 0, cursor) + 1
    if len(left) > MAX_SIDE:
        left = marks.cut + left[-MAX_SIDE:]
    if len(right) > MAX_SIDE:
        right = right[:MAX_SIDE] + marks.cut
    gutter = f"{number} | "
    if ghost is None:
        middle = click.style(marks.cursor, bold=True)
    else:
        # Further lines of the ghost stand below the first, behind an empty gutter.
        below = "\n" + " " * (len(gutter) - 2) + "| "
        body = below.join(visible(part) for part in ghost.text.split("\n"))
        middle = click.style(marks.open + body + marks.close, fg="cyan")
    return click.style(gutter, dim=True) + visible(left) + middle + visible(right)


def _about(ghost: Ghost) -> str:
    verdict = ghost.verdict
    detail = f" ({visible(verdict.detail)})" if verdict.detail else ""
    line = f"ghost: {ghost.confidence:.0%} sure, from {ghost.source}, {verdict.status}{detail}"
    return click.style(line, dim=True)


def _table(items: tuple[Item, ...]) -> list[str]:
    rows = [
        (visible(item.label)[:MAX_CELL], str(item.kind), visible(item.detail or "")[:MAX_CELL])
        for item in items
    ]
    label, kind, detail = (max(len(row[column]) for row in rows) for column in range(3))
    return [
        f"{number:>3}  {click.style(row[0].ljust(label), bold=True)}  {row[1].ljust(kind)}  "
        f"{row[2].ljust(detail)}  {item.score:6.3f}  {click.style(item.source, dim=True)}"
        for number, (row, item) in enumerate(zip(rows, items, strict=True), 1)
    ]


def _times(timings: Timings) -> str:
    return (
        f"{timings.total:.1f} ms (scope {timings.scope:.1f}, candidates {timings.candidates:.1f}, "
        f"model {timings.model:.1f}, verdict {timings.verdict:.1f})"
    )
