"""What may be named at the cursor: relations, CTEs and projections of the whole statement."""

from sqlcomplete.syntax.scope.columns import find_column
from sqlcomplete.syntax.scope.cursor import scope_of
from sqlcomplete.syntax.scope.elements import chain, elements, skip_modifiers
from sqlcomplete.syntax.scope.places import place_in, query_frame, segment_at

__all__ = [
    "chain",
    "elements",
    "find_column",
    "place_in",
    "query_frame",
    "scope_of",
    "segment_at",
    "skip_modifiers",
]
