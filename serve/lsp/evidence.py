"""Whether a statement that sqlglot does not read is wrong. Its grammars have gaps, so its word
alone makes a hint; an error takes evidence of our own, or another parser's word."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise

from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.syntax.model import Token, TokenKind

_QUERIES = frozenset(["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "("])
_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE")
# After one of these a statement goes on, with an operand.
_OPEN = frozenset(
    """SELECT FROM WHERE AND OR NOT ON BY HAVING SET JOIN INTO BETWEEN LIKE IN VALUES WHEN THEN ELSE
    UNION , = <> != < > <= >= + - / || ( .""".split()  # noqa: SIM905
)
# What no operand begins with.
_AFTER = frozenset(
    """FROM WHERE GROUP ORDER HAVING UNION INTERSECT AND OR THEN BETWEEN LIKE
    , ) = <> != < > <= >= / ||""".split()  # noqa: SIM905
)
# Constructs of some dialect that the parser reads in part or not at all: what follows one of these
# may be right, whatever it looks like.
_PARTLY_READ = frozenset(
    """APPLY BULK CONNECT CROSSTABVIEW CURRENT CYCLE DIMENSION DUMPFILE EMPTY EXCLUDE EXECUTE
    FILL FORCE FORMAT GRAPH_TABLE HANDLER HINT IGNORE INDEXED INTERPOLATE IREGEXP JSON_TABLE
    LABEL LATERAL LOCK LOG MATCH_RECOGNIZE MEASURES MODEL MULTISET NOLOCK OPENJSON OPENQUERY
    OPENROWSET OPENXML OPTION OUTFILE OVERRIDING PARTITION PIVOT PREDICT PREFERRING PREWHERE
    PRIOR QUICK SAMPLE SEARCH SETTINGS START SUBMULTISET TABLESAMPLE TOP UESCAPE UNPIVOT
    VARIADIC VERSION WITHIN XML XMLATTRIBUTES XMLTABLE""".split()  # noqa: SIM905
)


def is_wrong(tokens: Sequence[Token], at: int, *, whole: bool) -> bool:
    """Whether the statement is certainly wrong where a parser gave up.

    Args:
        tokens: The statement's, comments left out.
        at: Where the token begins that the parser did not expect.
        whole: Whether semicolons or the text's ends are around it: else it may be a part of one.
    """
    if whole and tokens[0].upper in _QUERIES and _unbalanced(tokens):
        return True
    verb = tokens[0]
    if verb.upper not in _QUERIES:
        # What begins with a word that nobody knows may be a command; what is nearly a verb is none.
        near = difflib.get_close_matches(verb.upper, _VERBS, n=1, cutoff=0.75)
        return bool(near) and verb.upper not in KEYWORDS
    place = next((n for n, token in enumerate(tokens) if token.start >= at), len(tokens))
    if any(token.upper in _PARTLY_READ for token in tokens[: place + 1]):
        return False
    last = tokens[-1]
    if place >= len(tokens) - 1 and last.kind is not TokenKind.STRING and last.upper in _OPEN:
        return True  # it ends where something must follow
    # The parser may stumble further on: it takes a word for a name where it can.
    if any(_lacks_operand(one, two) for one, two in pairwise(tokens[: place + 2])):
        return True
    if not 0 < place < len(tokens):
        return False
    # Two operands beside each other, and no word of any dialect between them.
    before, token = tokens[place - 1], tokens[place]
    return (_is_plain(before) or before.text == ")") and _is_plain(token)


def _lacks_operand(before: Token, token: Token) -> bool:
    """Whether an operand must stand between the two."""
    if not _is(before, _OPEN) or not _is(token, _AFTER):
        return False
    if before.text == "(":
        return token.text != ")"
    # `< =` is an operator to some, and `<+>` one that we do not know.
    torn = before.text in ("<", ">") or before.end == token.start
    return not (torn and before.kind is token.kind is TokenKind.OPERATOR)


def _is(token: Token, words: frozenset[str]) -> bool:
    return token.kind not in (TokenKind.QUOTED, TokenKind.STRING) and token.upper in words


def _is_plain(token: Token) -> bool:
    """Whether the token is a number, or a name that is spelt like no keyword. A string may stand
    behind another one, or behind its type."""
    if token.kind is TokenKind.WORD:
        return token.upper not in KEYWORDS and not token.text.startswith("_")
    return token.kind is TokenKind.NUMBER


def _unbalanced(tokens: Sequence[Token]) -> bool:
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.PUNCTUATION:
            depth += (token.text == "(") - (token.text == ")")
            if depth < 0:
                return True
    return depth > 0


def takes(text: str, dialect: str) -> bool | None:
    """Whether the dialect's own parser takes the statement; None where it is not at hand."""
    parser = _PARSERS.get(dialect)
    return None if parser is None else parser(text)


def _sqlite_takes(text: str) -> bool:
    # EXPLAIN compiles the statement and runs nothing.
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(f"EXPLAIN {text}")
        except (sqlite3.Error, sqlite3.Warning, UnicodeError) as error:
            said = str(error)
            wrong = ("syntax error", "incomplete input", "unrecognized token")
            return not any(words in said for words in wrong)
    return True


_PARSERS: dict[str, Callable[[str], bool]] = {"sqlite": _sqlite_takes}
