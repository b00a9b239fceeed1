"""The place whose grammar is asked for, and the clauses that may begin there."""

from __future__ import annotations

from sqlcomplete.dialects import Dialect, phrases
from sqlcomplete.dialects.clauses import BY_PHRASE, Clause
from sqlcomplete.syntax.grammar.answer import Answer
from sqlcomplete.syntax.model import OutputColumn, Scope
from sqlcomplete.syntax.outline import Item, Outline
from sqlcomplete.syntax.query import Query, Segment, read
from sqlcomplete.syntax.scope import chain, find_column, place_in, query_frame, segment_at


class Place:
    """One hole in its query. The classes built upon it say what may stand there, subject by
    subject; each fills in `result`."""

    def __init__(self, outline: Outline, scope: Scope, dialect: Dialect) -> None:
        self.outline = outline
        self.scope = scope
        self.dialect = dialect
        self.frame = outline.frame
        self.index = outline.index
        self.items = outline.frame.items
        self.outer = query_frame(self.frame)
        self.query: Query = read(self.outer)
        self.place = self.index if self.outer is self.frame else place_in(self.outer, self.frame)
        self.segment: Segment = segment_at(self.query, self.place)
        self.core = self.query.cores[self.segment.core]
        self.result = Answer()
        # A value at `= |` that a call's bracket surrounds is not compared with the column.
        self.previous = self.items[self.index - 1] if self.index else None

    @property
    def open_end(self) -> tuple[str, ...]:
        """The sign that may end the query here."""
        return (")",) if self.outline.depth else (";",)

    def left(self, items: list[Item], span: tuple[int, int] | None) -> OutputColumn | None:
        """The column that the items of `span` name."""
        if span is None:
            return None
        names = chain(items, *span)
        if names is None:
            return None
        found = find_column(self.scope.relations, names)
        if found is None and self.scope.target is not None:
            found = find_column((self.scope.target,), names[-1:])
        return found

    def later(self, clause: Clause) -> bool:
        """Whether the core has that clause right of the hole."""
        return any(s.clause is clause and s.key > self.place for s in self.core.segments)

    def tail(self, clause: Clause | None = None) -> tuple[str, ...]:
        """The clauses that may begin at the hole, up to those that follow it already."""
        rank = phrases.LAST_RANK
        for segment in self.query.segments:
            if segment.core == self.segment.core and segment.key > self.place:
                rank = min(rank, phrases.rank_of(segment.clause, segment.word))
        verb = self.core.verb
        where = BY_PHRASE["WHERE"].rank
        if verb in {"SELECT", "FROM", "VALUES"}:
            if any(s.core > self.segment.core for s in self.query.segments):
                rank = min(rank, BY_PHRASE["ORDER BY"].rank)
            words = phrases.clauses_after(clause or self.segment.clause, self.dialect, rank)
            if self.insert_around():
                words += self.insert_tail()
            return words
        if verb == "UPDATE":
            words = ()
            here = clause or self.segment.clause
            if here in {Clause.SET, Clause.FROM} and rank > where:
                words += ("WHERE",)
            if here is Clause.SET and rank > BY_PHRASE["FROM"].rank and self.dialect.update_from:
                words += ("FROM",)
            return words + self.returning() + self.written_limit()
        if verb == "DELETE":
            words = ("WHERE",) if (clause or self.segment.clause) is not Clause.WHERE else ()
            return (words if rank > where else ()) + self.returning() + self.written_limit()
        if verb == "INSERT":
            return (
                self.insert_tail()
                if self.segment.clause is not Clause.WHERE
                else (self.returning())
            )
        if verb == "MERGE":
            return ("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN", *self.returning())
        return ()

    def insert_around(self) -> bool:
        return self.query.cores[0].verb == "INSERT"

    def returning(self) -> tuple[str, ...]:
        if not self.dialect.has("RETURNING"):
            return ()
        here = any(s.clause is Clause.RETURNING for s in self.query.segments)
        return () if here else ("RETURNING",)

    def written_limit(self) -> tuple[str, ...]:
        return ("ORDER BY", "LIMIT") if self.dialect.limited_writes else ()

    def insert_tail(self) -> tuple[str, ...]:
        known = any(s.clause is Clause.ON_CONFLICT for s in self.query.segments)
        return (() if known else self.insert_words()) + self.returning()

    def insert_words(self) -> tuple[str, ...]:
        """How the dialect says what a duplicate does."""
        if self.dialect.on_conflict:
            return ("ON CONFLICT",)
        return ("ON DUPLICATE KEY UPDATE",) if self.dialect.on_duplicate_key else ()
