"""A statement as text, tokens and tree at once, so that a change can be made where it stands.

Offsets count code points of the text; the tree's identifiers carry theirs (sqlglot's `meta`), which
is what ties the three together.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from distill.samples import tidy
from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.verdict.names import unknown_names

_STRINGS = re.compile(r"('(?:[^']|'')*')")
_LINE_ENDS = re.compile(r"[ \t\r]+\n")

LONGEST = 20_000
"""Statements longer than this (code points) are not read."""


class UnreadableError(ValueError):
    """A statement that cannot be read; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One statement. `tokens` leave comments out. `names` maps the offset at which an identifier
    stands to its node. Nobody may change `tree`: copy it first."""

    sql: str
    dialect: str
    tree: exp.Expr
    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]
    names: dict[int, exp.Identifier]

    def is_name(self, token: Token) -> bool:
        """Whether the token is an identifier of the tree, not a keyword or a function."""
        return token.start in self.names

    def is_keyword(self, token: Token) -> bool:
        """Whether the token is a word of SQL that stands as one."""
        return (
            token.kind is TokenKind.WORD
            and token.start not in self.names
            and token.text.upper() in KEYWORDS
        )

    def token_at(self, start: int) -> int:
        """Position in `tokens` of the one that begins at that offset. Raises: KeyError."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].start < start:
                low = middle + 1
            else:
                high = middle
        if low == len(self.tokens) or self.tokens[low].start != start:
            raise KeyError(start)
        return low


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap; those at one place keep the order given."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        parts += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join((*parts, text[at:]))


@lru_cache(maxsize=512)
def read(sql: str, dialect: str) -> Reading:
    """Reads one statement.

    Raises: UnreadableError, with what the parser says, when the text is not one statement.
    """
    if len(sql) > LONGEST:
        raise UnreadableError(f"longer than {LONGEST} characters")
    everything = lex(sql, dialect)
    for token in everything:
        if token.kind is TokenKind.TEMPLATE:
            raise UnreadableError(f"a template, not SQL: {_short(token.text)}")
    tree = _tree(_with_plain_placeholders(sql, everything, dialect), dialect)
    names: dict[int, exp.Identifier] = {}
    for identifier in tree.find_all(exp.Identifier):
        start = identifier.meta.get("start")
        if start is not None:
            names.setdefault(start, identifier)
    return Reading(
        sql,
        dialect,
        tree,
        tuple(t for t in everything if t.kind is not TokenKind.COMMENT),
        tuple(t for t in everything if t.kind is TokenKind.COMMENT),
        names,
    )


def _tree(sql: str, dialect: str) -> exp.Expr:
    try:
        trees = [t for t in Dialect.get_or_raise(dialect or None).parse(sql) if t is not None]
    except SqlglotError as error:
        raise UnreadableError(_short(str(error))) from error
    except (ValueError, RecursionError, AttributeError, TypeError, IndexError) as error:
        # The parser stumbles over some texts in ways of its own.
        raise UnreadableError(f"the parser fails: {_short(str(error))}") from error
    if len(trees) != 1:
        raise UnreadableError(f"{len(trees)} statements where one is wanted")
    tree = trees[0]
    if not isinstance(tree, exp.Expr) or isinstance(tree, exp.Command):
        raise UnreadableError("a command that the parser does not read")
    return tree


def _with_plain_placeholders(sql: str, tokens: tuple[Token, ...], dialect: str) -> str:
    """Placeholders that the parser does not know become some that it does, of equal length."""
    edits = []
    for token in tokens:
        if token.kind is not TokenKind.PLACEHOLDER:
            continue
        text = token.text
        if text.startswith("%"):
            inner = text[1:].strip("()s") or "s"
            edits.append(Edit(token.start, token.end, f":{inner}".ljust(len(text))))
        elif text.startswith("?") and len(text) > 1:
            edits.append(Edit(token.start, token.end, f":{text[1:]}"))
    for one, two in itertools.pairwise(tokens):
        if one.text == "?" and two.kind is TokenKind.NUMBER and one.end == two.start:
            edits.append(Edit(one.start, one.end, ":"))
    return edited(sql, edits)


def unknown(reading: Reading, index: SchemaIndex) -> str | None:
    """The first name of the statement that means nothing, as a phrase; None when all are known."""
    found = _unknown(reading, index)
    if found is None or reading.dialect != "sqlite":
        return found
    plainer = _with_plain_strings(reading, index)
    if plainer is None:
        return found
    return _unknown(plainer, index)


def _unknown(reading: Reading, index: SchemaIndex) -> str | None:
    # A function that nobody declared may be the server's own: only names of the schema count.
    problems = unknown_names(reading.tree, reading.sql, reading.dialect, index)
    return next((p for _, _, p in problems if not p.startswith("no function")), None)


def _with_plain_strings(reading: Reading, index: SchemaIndex) -> Reading | None:
    """SQLite reads "x" as a string where nothing is called x. The same text with quotes that say
    so, of equal length; None where there is no such string."""
    known = {t.text.lower() for t in reading.tokens if t.kind is TokenKind.WORD}
    edits = []
    for token in reading.tokens:
        if token.kind is not TokenKind.QUOTED or token.text[0] != '"':
            continue
        name = token.text[1:-1]
        if name.lower() in known or index.table(name) or index.tables_with_column(name, limit=1):
            continue
        edits.append(Edit(token.start, token.end, f"'{name.replace(chr(39), ' ')}'"))
    if not edits:
        return None
    try:
        return read(edited(reading.sql, edits), reading.dialect)
    except UnreadableError:
        return None


def plain(sql: str) -> str:
    """The statement as a person would type it: a code generator's calls, runs of blanks, blanks at
    the end of a line and the last semicolon are gone; tabs are four blanks."""
    parts = _STRINGS.split(tidy(sql))
    parts[::2] = [_LINE_ENDS.sub("\n", p).replace("\t", "    ") for p in parts[::2]]
    return "".join(parts)


_INDEXES: dict[int, tuple[Schema, SchemaIndex]] = {}


def index_of(schema: Schema) -> SchemaIndex:
    """The schema's index, kept for the schemas that were asked for last.

    Kept by identity first: hashing a schema of a thousand tables costs more than a statement.
    """
    found = _INDEXES.get(id(schema))
    if found is not None and found[0] is schema:
        return found[1]
    index = SchemaIndex(schema)
    if len(_INDEXES) > 256:
        _INDEXES.clear()
    _INDEXES[id(schema)] = (schema, index)
    return index


def _short(text: str, limit: int = 120) -> str:
    line = " ".join(text.split("\n", 1)[0].split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
