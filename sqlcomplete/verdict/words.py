"""Names of a ghost in a statement that no parser reads, by the words before them."""

from __future__ import annotations

from itertools import pairwise

from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.verdict.draft import Draft

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)


def unknown_word(draft: Draft, index: SchemaIndex) -> str | None:
    """For a statement that sqlglot cannot read: the ghost's words after FROM, JOIN, INTO and UPDATE
    must be tables or CTEs, its dotted words columns of a table that the statement names."""
    joined = draft.joined
    tokens = joined.tokens
    defined = {
        _plain(one)
        for one, two in pairwise(tokens)
        if one.kind in _NAMES and two.upper in ("AS", "(")
    }
    elsewhere = {_plain(t) for t in (*tokens[: joined.first], *tokens[joined.stop :])}
    for at in range(max(joined.first, 1), joined.stop):
        token = tokens[at]
        if token.kind not in _NAMES:
            continue
        before = tokens[at - 1].upper
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        name = _plain(token)
        known = index.table(name) is not None or name in defined
        if before in ("FROM", "JOIN", "INTO", "UPDATE") and after not in (".", "("):
            if not known and token.upper not in KEYWORDS:
                return f"no table {name}"
        elif before in ("AS", "::") or after == "(" or token.upper in KEYWORDS or known:
            continue
        elif not index.tables_with_column(name, limit=1) and name not in elsewhere:
            return f"no column {name} in any table"
    return None


def _plain(token: Token) -> str:
    return token.text.strip('"`[]').lower()
