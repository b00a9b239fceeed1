"""Takes a log in, statement by statement, in bounded memory: redacted, judged, once each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from distill.company.entry import LogEntry, Unread
from distill.company.kept import KeptStatement
from distill.company.known import known_words
from distill.company.redact import Redacted, Refused, redact
from sqlcomplete.profile.words import named
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind

MOST = 50_000
"""Different statements kept at once; past it, the half that ran least is let go."""

_REMEMBERED = 200_000  # shapes whose verdict is remembered, so that repetitions cost little
_SHAPE = re.compile(r"'(?:[^']|'')*'|/\*.*?\*/|--[^\n]*|\b\d+(?:\.\d+)?\b", re.DOTALL)


@dataclass(slots=True)
class _Record:
    sql: str
    count: float
    first: float | None
    last: float | None
    order: int


@dataclass(slots=True)
class IntakeCounts:
    """What became of a log. `entries` were read, of `statements` (an entry may hold several);
    `kept` counts those that went in, repetitions too; `aside` and `refused` the others, by reason
    and by kind of secret; `replaced` is how many values the different statements had; `let_go` how
    many rare ones were dropped for memory's sake; `users` how many people and programs ran them."""

    entries: int = 0
    statements: int = 0
    kept: int = 0
    replaced: int = 0
    let_go: int = 0
    skipped: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    users: int = 0


class Intake:
    """Takes entries; gives the different statements among them.

    Args:
        schema: What the statements should name.
        earlier: Statements of earlier readings, to be added to.
        most: How many different ones to hold at once.
    """

    def __init__(
        self, schema: Schema, *, earlier: Iterable[KeptStatement] = (), most: int = MOST
    ) -> None:
        self.counts = IntakeCounts()
        self._dialect = schema.dialect
        self._known = known_words(schema)
        self._index = SchemaIndex(schema)
        self._most = most
        self._records: dict[str, _Record] = {}
        self._verdicts: dict[int, tuple[str | Refused, ...]] = {}
        self._users: set[int] = set()
        self._order = 0
        for one in earlier:
            self._records[one.fingerprint] = _Record(
                one.sql, one.count, one.first_seen, one.last_seen, one.order
            )
            self._order = max(self._order, one.order + 1)

    def take(self, entry: LogEntry | Unread) -> None:
        """Takes one entry in, or counts why not."""
        counts = self.counts
        counts.entries += 1
        if isinstance(entry, Unread):
            counts.aside[entry.reason] += 1
            return
        if entry.user is not None and len(self._users) < 100_000:
            self._users.add(hash(entry.user))
            counts.users = len(self._users)
        shape = hash(_SHAPE.sub("?", entry.text))
        verdicts = self._verdicts.get(shape)
        if verdicts is None:
            verdicts = tuple(self._judged(entry.text))
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            self._verdicts[shape] = verdicts
        for verdict in verdicts:
            counts.statements += 1
            if isinstance(verdict, Refused):
                (counts.refused if verdict.secret else counts.aside)[verdict.reason] += 1
            elif verdict not in self._records:  # let go since it was judged
                counts.aside["rare, let go for memory's sake"] += 1
            else:
                counts.kept += 1
                _add(self._records[verdict], entry)

    def statements(self) -> tuple[KeptStatement, ...]:
        """The different statements, in the order of their first appearance."""
        records = sorted(self._records.items(), key=lambda item: item[1].order)
        return tuple(
            KeptStatement(r.sql, mark, r.count, r.first, r.last, r.order) for mark, r in records
        )

    def _judged(self, text: str) -> list[str | Refused]:
        """The fingerprint, or the refusal, of each statement of a text; new ones are recorded."""
        tokens = lex(text, self._dialect)
        found: list[str | Refused] = []
        for part in _parts(tokens):
            one = redact(part, text, self._dialect, self._known)
            if isinstance(one, Refused):
                if one.reason != "empty":
                    found.append(one)
                continue
            if one.fingerprint not in self._records:
                refusal = self._objection(one)
                if refusal is not None:
                    found.append(refusal)
                    continue
                self._record(one)
            found.append(one.fingerprint)
        return found or [Refused("empty")]

    def _record(self, one: Redacted) -> None:
        if len(self._records) >= self._most:
            order = sorted(self._records.items(), key=lambda i: (i[1].count, i[1].last or 0.0))
            for mark, _ in order[: self._most // 2]:
                del self._records[mark]
            self.counts.let_go += self._most // 2
            self._verdicts.clear()
        self._records[one.fingerprint] = _Record(one.sql, 0.0, None, None, self._order)
        self._order += 1
        self.counts.replaced += one.replaced

    def _objection(self, one: Redacted) -> Refused | None:
        from sqlglot.errors import SqlglotError

        from distill.company.parsing import parsed

        names = named([t for t in lex(one.sql, self._dialect) if t.kind is not TokenKind.COMMENT])
        if not any(self._index.table(table) is not None for table in names.tables.values()):
            return Refused("names no table of the schema")
        try:
            parsed(one.sql, self._dialect)
        except (SqlglotError, RecursionError):
            return Refused("cannot be parsed")
        return None


def _add(record: _Record, entry: LogEntry) -> None:
    if entry.running_total:
        record.count = max(record.count, entry.count)
    else:
        record.count += entry.count
    if entry.time is not None:
        record.first = entry.time if record.first is None else min(record.first, entry.time)
        record.last = entry.time if record.last is None else max(record.last, entry.time)


def _parts(tokens: tuple[Token, ...]) -> list[list[Token]]:
    """The tokens of each statement: semicolons outside brackets end one."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == ";" and token.kind is TokenKind.PUNCTUATION:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]
