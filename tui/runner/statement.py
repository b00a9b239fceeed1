"""What runs: the statement under the cursor, and whether it is one to ask about first."""

from __future__ import annotations

from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Statement, TokenKind
from sqlcomplete.syntax.statement import at_cursor, split

_WRITES_SCHEMA = frozenset({"CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE", "ATTACH", "DETACH"})
_OTHER_VERBS = frozenset(
    {"SELECT", "INSERT", "MERGE", "CREATE", "ALTER", "GRANT", "REVOKE", "EXPLAIN"}
)


def unfiltered_write(statement: Statement) -> str | None:
    """ "UPDATE" or "DELETE" where the statement is one that has no WHERE of its own, else None."""
    depth = 0
    verb: str | None = None
    for token in statement.tokens:
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0:
            word = token.upper
            if verb is None and word in ("UPDATE", "DELETE"):
                verb = word
            elif word in (_OTHER_VERBS if verb is None else ("WHERE", "LIMIT")):
                return None
    return verb


def danger(statement: Statement) -> str | None:
    """What is dangerous about running the statement, None for nothing: a write that no WHERE
    limits, or one that takes away a table and all that is in it."""
    verb = unfiltered_write(statement)
    if verb is not None:
        return f"{verb} without WHERE touches every row"
    words = [token.upper for token in statement.tokens[:3]]
    if words[:1] == ["TRUNCATE"]:
        return "TRUNCATE empties the table"
    if words[:1] == ["DROP"] and len(words) > 1:
        return f"DROP {words[1]} cannot be undone"
    if words[:1] == ["ALTER"] and any(token.upper == "DROP" for token in statement.tokens):
        return "ALTER … DROP cannot be undone"
    return None


def changes_schema(statement: Statement) -> bool:
    """Whether the catalog must be read again after the statement."""
    return bool(statement.tokens) and statement.tokens[0].upper in _WRITES_SCHEMA


def place(text: str, offset: int) -> str:
    """Line and column of an offset, both counted from 1."""
    line = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    return f"line {line + 1}, column {column + 1}"


def statements_in(text: str, dialect: str) -> list[Statement]:
    """Every statement of the text, in order."""
    tokens = lex(text, dialect)
    found = []
    for begin, stop in split(text, tokens, dialect):
        own = tuple(t for t in tokens[begin:stop] if t.kind is not TokenKind.COMMENT)
        if own:
            comments = tuple(t for t in tokens[begin:stop] if t.kind is TokenKind.COMMENT)
            found.append(Statement(own[0].start, own[-1].end, own, comments))
    return found


def statement_to_run(text: str, cursor: int, dialect: str) -> Statement | None:
    """The statement that the cursor stands in, else the one before it, else the one after it."""
    tokens = lex(text, dialect)
    found = at_cursor(text, tokens, cursor, dialect)
    if found.tokens:
        return found
    places = [t for t in tokens if t.kind is not TokenKind.COMMENT and t.text != ";"]
    before = [token.end for token in places if token.end <= cursor]
    after = [token.end for token in places if token.start >= cursor]
    for offset in (*before[-1:], *after[:1]):
        found = at_cursor(text, tokens, offset, dialect)
        if found.tokens:
            return found
    return None
