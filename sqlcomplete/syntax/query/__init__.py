"""The clauses of a query and the relations it reads, from the items of one frame."""

from sqlcomplete.syntax.query.items import names_in, word_at
from sqlcomplete.syntax.query.model import CommonTable, Core, Query, Segment
from sqlcomplete.syntax.query.reader import read
from sqlcomplete.syntax.query.relations import FromState, Reference, read_from

__all__ = [
    "CommonTable",
    "Core",
    "FromState",
    "Query",
    "Reference",
    "Segment",
    "names_in",
    "read",
    "read_from",
    "word_at",
]
