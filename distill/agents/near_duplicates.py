"""Which records repeat an earlier one. The same words against another schema, in another dialect or
in another style (lines, case of keywords, leading commas) are another lesson."""

from __future__ import annotations

import re
from functools import lru_cache

from distill.agents.record import Record
from distill.data.near import NearIndex, shingles_of
from sqlcomplete.syntax.lex import is_keyword, lex
from sqlcomplete.syntax.model import TokenKind

_LEADING_COMMA = re.compile(r"^\s*,", re.MULTILINE)


class NearDuplicates:
    """Records seen so far. Holds schemas by identity: pass equal schemas as one object."""

    def __init__(self, similarity: float) -> None:
        self._index = NearIndex(similarity)

    def add(self, record: Record) -> tuple[str, float] | None:
        """Id of the earlier record most like it and their similarity, where it is one too many;
        else None, and the record is among the seen from now on."""
        group = (id(record.schema), record.dialect, style_of(record.sql, record.dialect))
        twin = self._index.add_new(record.id, shingles_of(record.sql, record.dialect), group)
        return None if twin is None else (str(twin.key), twin.similarity)


@lru_cache(maxsize=65536)
def style_of(sql: str, dialect: str) -> tuple[bool, bool, bool]:
    """Whether keywords are in upper case, it is on several lines, commas lead their line."""
    words = [t.text for t in lex(sql, dialect) if t.kind is TokenKind.WORD and is_keyword(t.text)]
    upper = sum(word.isupper() for word in words) * 2 > len(words)
    return upper, "\n" in sql.strip(), bool(_LEADING_COMMA.search(sql))
