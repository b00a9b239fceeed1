"""What is wrong with a text: where it does not parse, names nobody knows, statements that do more
than they seem to."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError

from serve.lsp.client_lines import without_client_lines
from serve.lsp.evidence import is_wrong, takes
from serve.lsp.statements import Piece, pieces
from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.quiet import quiet_sqlglot
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.verdict import LONGEST
from sqlcomplete.verdict.dangers import Danger, dangers
from sqlcomplete.verdict.names import unknown_names

Code = Literal["syntax", "not-read", "unknown-name", "every-row", "no-join-condition"]
Severity = Literal["error", "warning", "hint"]

BUDGET_S = 3.0
"""A text that takes longer is checked up to there."""

LONGEST_TEXT = 1_000_000
"""Texts longer than this (code points), which are dumps and not work, are not checked."""

_CONTEXT = 100  # characters that sqlglot quotes left of an error
_KEPT = 2048  # statements whose problems are remembered
_PARSED = frozenset(
    [
        "SELECT",
        "WITH",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "VALUES",
        "CREATE",
        "ALTER",
        "DROP",
        "TRUNCATE",
        "(",
    ]
)
_CLIENT = frozenset(["\\", ".", "@", "!", "/"])  # what opens a line for psql, sqlite3, sqlplus
_SYSTEM_NAMESPACES = frozenset(
    """information_schema pg_catalog sys mysql performance_schema account_usage main
    temp""".split()  # noqa: SIM905
)
_SYSTEM_TABLES = re.compile(r"(?:pg_|sqlite_|duckdb_|pragma_|sys|svv_|stl_|v\$|dual$)", re.I)
_TOKEN = re.compile(r"<Token token_type: \S+, text: (?P<text>.*?), line: \d+.*?>$", re.DOTALL)
_SOMETHING = re.compile(r"\S")
_MISSING = re.compile(r"Required keyword: '\w+' missing for <class")


@dataclass(frozen=True, slots=True)
class Problem:
    """`text[start:end]` is where it is. An error is what no database takes; what only our parser
    does not read is a hint; the rest are warnings."""

    start: int
    end: int
    code: Code
    message: str

    @property
    def severity(self) -> Severity:
        return _SEVERITIES.get(self.code, "warning")


_SEVERITIES: dict[Code, Severity] = {"syntax": "error", "not-read": "hint"}


class Diagnoser:
    """Finds the problems of texts against one schema; remembers those of statements that did not
    change. Safe to call from several threads."""

    def __init__(self, index: SchemaIndex, *, names: bool = True) -> None:
        self._index = index
        self._dialect = index.schema.dialect
        self._names = names and bool(index.schema.tables)
        self._known: OrderedDict[tuple[str, frozenset[str], bool], tuple[Problem, ...]] = (
            OrderedDict()
        )
        self._lock = Lock()

    def problems(self, text: str) -> tuple[Problem, ...]:
        """All problems of the text, in its order."""
        if len(text) > LONGEST_TEXT:
            return ()
        found: list[Problem] = []
        stop = time.monotonic() + BUDGET_S
        own: set[str] = set()
        read = without_client_lines(text, self._dialect)
        for piece in pieces(read, self._dialect):
            if time.monotonic() > stop:
                break
            own |= _creates(piece)
            if piece.routine or piece.templated or len(piece.text) > LONGEST:
                continue
            if piece.verb not in _PARSED and (piece.verb in KEYWORDS or piece.verb in _CLIENT):
                continue
            made_here = frozenset(own & _words(piece)) if own else frozenset()
            for one in self._of(piece, made_here, _is_whole(read, piece)):
                start, end = one.start + piece.start, one.end + piece.start
                found.append(Problem(start, end, one.code, one.message))
        return tuple(found)

    def _of(self, piece: Piece, own: frozenset[str], whole: bool) -> tuple[Problem, ...]:
        """The statement's problems, at offsets from its beginning."""
        key = (piece.text, own, whole)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        made = tuple(sorted(self._check(piece, own, whole), key=lambda p: (p.start, p.end)))
        with self._lock:
            self._known[key] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made

    def _check(self, piece: Piece, own: frozenset[str], whole: bool) -> Iterator[Problem]:
        text = piece.text
        torn = next((t for t in piece.tokens if not t.closed), None)
        if torn is not None:
            start = torn.start - piece.start
            yield Problem(start, start + 1, "syntax", f"this {_torn(torn.kind)} is never closed")
            return
        try:
            with quiet_sqlglot():
                trees = Dialect.get_or_raise(self._dialect or None).parse(text)
        except ParseError as error:
            found = _syntax(error, text)
            taken = takes(text, self._dialect)
            wrong = taken is False or (
                taken is None and is_wrong(piece.tokens, found.start + piece.start, whole=whole)
            )
            if wrong:
                yield found
            elif taken is None:
                yield replace(found, code="not-read", message=f"not understood: {found.message}")
            return
        except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError, IndexError):
            # The parser stumbled, and says nothing of where.
            return
        for tree in trees:
            if not isinstance(tree, (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge)):
                continue
            if self._names and not _names_outside(tree, own):
                for start, end, problem in unknown_names(
                    tree, text, self._dialect, self._index, lenient=True
                ):
                    yield Problem(start, end, "unknown-name", problem)
            for danger in dangers(tree, (0, len(text)), text, self._index):
                problem_there = _danger(danger, piece)
                if problem_there is not None:
                    yield problem_there


def _is_whole(text: str, piece: Piece) -> bool:
    """Whether semicolons or the text's ends are around the statement."""
    after = _SOMETHING.search(text, piece.end)
    if after is not None and after[0] != ";":
        return False
    before = piece.start - 1
    while before >= 0 and text[before].isspace():
        before -= 1
    return before < 0 or text[before] == ";"


def _words(piece: Piece) -> set[str]:
    return {token.text.strip('"`[]').lower() for token in piece.tokens}


def _torn(kind: TokenKind) -> str:
    return {TokenKind.STRING: "string", TokenKind.QUOTED: "name"}.get(kind, "comment")


def _syntax(error: ParseError, text: str) -> Problem:
    """sqlglot's first complaint, at the token that it points to, in words for people."""
    told = error.errors[0] if error.errors else {}
    before, at = str(told.get("start_context") or ""), str(told.get("highlight") or "")
    start = len(before)
    if start >= _CONTEXT:
        found = text.find(before + at)
        start = found + len(before) if found >= 0 else 0
    end = start + len(at) if at else len(text)
    message = str(told.get("description") or "this does not parse")
    token = _TOKEN.search(message)
    if token is not None:
        seen = "the end" if token["text"] == "SENTINEL" else f"'{token['text']}'"
        message = message[: token.start()] + seen
    if _MISSING.match(message):
        message = f"something is missing beside '{at[:40]}'"
    if message.startswith("Invalid expression / Unexpected token"):
        message = f"unexpected '{at[:40]}'"
    return Problem(start, max(end, start + 1), "syntax", " ".join(message.split()))


def _creates(piece: Piece) -> set[str]:
    """Tables that the statement makes, which no schema need have: lower-case names."""
    if piece.verb != "CREATE" and "INTO" not in {t.upper for t in piece.tokens[:200]}:
        return set()
    words = piece.tokens
    made = set()
    for at, token in enumerate(words[:-1]):
        upper = token.upper
        if (piece.verb == "CREATE" and upper in ("TABLE", "VIEW", "EXISTS")) or (
            piece.verb in ("SELECT", "WITH") and upper == "INTO"
        ):
            name = words[at + 1]
            for further in range(at + 2, min(at + 6, len(words)), 2):
                if words[further].text == "." and further + 1 < len(words):
                    name = words[further + 1]
            made.add(name.text.strip('"`[]').lower())
        if piece.verb == "CREATE" and at > 12:
            break
    return made


def _names_outside(tree: exp.Expr, own: frozenset[str]) -> bool:
    """Whether it reads what the schema does not tell of: the database's own tables, those of
    another catalogue, or those that the text makes itself."""
    return any(
        node.catalog
        or node.db.lower() in _SYSTEM_NAMESPACES
        or node.name.lower() in own
        or _SYSTEM_TABLES.match(node.name)
        for node in tree.find_all(exp.Table)
    )


def _danger(danger: Danger, piece: Piece) -> Problem | None:
    """A danger at the words that it is about."""
    if danger.code == "every-row":
        verb = danger.message.split(" ", 1)[0]
        token = next((t for t in piece.tokens if t.upper == verb), piece.tokens[0])
        start, end = token.start - piece.start, token.end - piece.start
        return Problem(start, end, danger.code, danger.message)
    named: object = danger.node.this
    if isinstance(named, exp.Subquery):
        # A whole query is too much to underline: its alias will do.
        alias = named.args.get("alias")
        named = alias.this if isinstance(alias, exp.TableAlias) else named
    if not isinstance(named, exp.Expr):
        return None
    places = [i.meta for i in named.find_all(exp.Identifier) if "start" in i.meta]
    if not places:
        return None
    start, end = min(m["start"] for m in places), max(m["end"] for m in places) + 1
    return Problem(start, end, danger.code, danger.message)
