"""The clauses of a query and the relations it reads, from the items of one frame."""

from sqlcomplete.syntax.query.from_state import FromAt, FromState, Reference
from sqlcomplete.syntax.query.items import names_in, word_at
from sqlcomplete.syntax.query.model import CommonTable, Core, Query, Segment
from sqlcomplete.syntax.query.reader import read
from sqlcomplete.syntax.query.relations import read_from

__all__ = [
    "CommonTable",
    "Core",
    "FromAt",
    "FromState",
    "Query",
    "Reference",
    "Segment",
    "names_in",
    "read",
    "read_from",
    "word_at",
]
