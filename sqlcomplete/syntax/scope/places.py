"""Where an item stands: its clause, its select, its query."""

from __future__ import annotations

from sqlcomplete.syntax.outline import Frame
from sqlcomplete.syntax.query import Query, Segment


def core_at(query: Query, index: int) -> int:
    """The number of the core that the item at `index` belongs to."""
    return segment_at(query, index).core


def segment_at(query: Query, index: int) -> Segment:
    """The clause in which the item at `index` stands; a keyword stands in the clause before it."""
    chosen = query.segments[0]
    for segment in query.segments:
        if segment.key >= index:
            break
        chosen = segment
    return chosen


def query_frame(frame: Frame) -> Frame:
    """The nearest frame that is a query, the frame itself included."""
    while not frame.query and frame.parent is not None:
        frame = frame.parent
    return frame


def place_in(outer: Frame, inner: Frame) -> int:
    """The index among `outer`'s items of the bracket that holds `inner`."""
    while inner.parent is not None and inner.parent is not outer:
        inner = inner.parent
    return inner.index


def inside(frame: Frame, outer: Frame) -> bool:
    """Whether `frame` is `outer`, or stands in one of its brackets."""
    walk: Frame | None = frame
    while walk is not None:
        if walk is outer:
            return True
        walk = walk.parent
    return False
