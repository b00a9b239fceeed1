"""What may stand in the clauses of a query."""

from __future__ import annotations

from sqlcomplete.dialects import phrases
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.phrases import WRITES
from sqlcomplete.dialects.positions import OPENS_BODY
from sqlcomplete.syntax.expression import ExpressionAt, walk
from sqlcomplete.syntax.grammar.relations import Relations
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query import word_at
from sqlcomplete.syntax.scope import skip_modifiers

_MAIN = frozenset(
    {Clause.SELECT, Clause.INSERT_INTO, Clause.UPDATE, Clause.DELETE, Clause.MERGE, Clause.VALUES}
)


class Clauses(Relations):
    """The clauses of WITH and SELECT."""

    def start(self) -> None:
        """Nothing of a query yet."""
        result = self.result
        segment = self.segment
        before = self.items[segment.start : self.index]
        if segment.word == "EXPLAIN":
            if all(i.frame is not None or i.word in {"ANALYZE", "VERBOSE", "QUERY", "PLAN"}
                   for i in before):  # fmt: skip
                result.words(("SELECT", *WRITES, "WITH"))
                if not before:
                    result.words(("ANALYZE", "VERBOSE", "QUERY PLAN"))
                    result.signs(("(",))
            return
        if not before:
            if self.frame.parent is None:
                result.words(phrases.STATEMENTS)
                result.words(self.dialect.more_statements)
                result.signs(("(",))
            else:
                result.words(phrases.SUBQUERY)
                result.signs(("(",))
        elif before[-1].frame is not None:
            result.words(("UNION", "UNION ALL", "EXCEPT", "INTERSECT", "ORDER BY", "LIMIT"))
            result.signs(self.open_end)

    def with_(self) -> None:
        """In the list of CTEs."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        previous = items[index - 1]
        if index == segment.start or previous.sym == "," or previous.word == "RECURSIVE":
            result.kinds.add(Kind.NEW_NAME)
            if index == segment.start:
                result.words(("RECURSIVE",))
        elif previous.word == "AS":
            result.signs(("(",))
            if self.dialect.materialized_ctes:
                result.words(("MATERIALIZED", "NOT MATERIALIZED"))
        elif previous.word in {"MATERIALIZED", "NOT"}:
            if previous.word == "NOT":
                result.words(("MATERIALIZED",))
            else:
                result.signs(("(",))
        elif previous.frame is not None:
            if word_at(items, index - 2) in OPENS_BODY:
                if not any(s.key > index and s.clause in _MAIN for s in self.query.segments):
                    result.words(("SELECT", *WRITES))
                result.signs((",",))
                if self.core.verb in {"INSERT", "DDL"}:
                    result.keywords[:] = [w for w in result.keywords if w == "SELECT"]
            else:
                result.words(("AS",))
        else:
            result.words(("AS",))
            result.signs(("(",))

    def select(self) -> None:
        """In the projection, of SELECT or RETURNING."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        start = skip_modifiers(items, segment.start, index)
        returning = segment.clause is Clause.RETURNING
        state = walk(items, start, index, aliases=True)
        if start == index and index > segment.start and word_at(items, index - 1) == "ON":
            result.signs(("(",))
            return
        previous = items[index - 1]
        if previous.word == "TOP" and index - 1 >= segment.start:
            result.kinds.add(Kind.LITERAL)
            result.signs(("(",))
            return
        tail = self.after_projection()
        named = (*(w for w in tail if w == "FROM"), "AS", *tail)
        if state.at is ExpressionAt.ALIASED:
            named = tail
        self.expression(state, items, tail=named, signs=self.open_end)
        if (
            state.at is ExpressionAt.AFTER
            and not state.cases
            and not state.between
            and previous.sym != "*"
        ):
            result.kinds.add(Kind.NEW_NAME)
        if state.at is ExpressionAt.OPERAND:
            element = state.begin == index or (state.begin < start and start == index)
            if previous.sym == "," and self.dialect.trailing_comma and not returning:
                result.words(tuple(w for w in tail if w == "FROM"))
            if element or start == index:
                result.kinds.add(Kind.STAR)
            if start == index == segment.start and not returning:
                extra: tuple[str, ...] = ("DISTINCT", "CASE")
                if self.dialect.distinct_on:
                    extra += ("DISTINCT ON",)
                if self.dialect.top:
                    extra = ("TOP", *extra)
                result.keywords[:] = [*extra, *(w for w in result.keywords if w not in extra)]
                result.words(("ALL",))
                if self.dialect.empty_projection:
                    result.words(tuple(w for w in tail if w == "FROM"))
            elif word_at(items, index - 1) == "DISTINCT" and self.dialect.distinct_on:
                result.words(("ON",))

    def after_projection(self) -> tuple[str, ...]:
        """The words that may follow the projection, or what RETURNING gives back."""
        if self.segment.clause is not Clause.RETURNING:
            return ("WHERE", *self.tail()) if self.core.verb == "FROM" else self.tail()
        if self.dialect.output:
            insert = self.core.verb == "INSERT"
            return ("VALUES", "WHERE", "SELECT") if insert else ("FROM", "WHERE")
        return ("INTO",) if self.dialect.returning_into else ()

    def predicate(self) -> None:
        """In a clause that holds one condition, such as WHERE, or in MERGE's ON."""
        state = walk(self.items, self.segment.start, self.index)
        self.expression(
            state, self.items, predicate=True, tail=self.tail(), signs=self.open_end, more=False
        )
        if (
            self.segment.clause is Clause.ON
            and state.at is ExpressionAt.OPERAND
            and not state.compares
        ):
            self.result.kinds.add(Kind.JOIN_CONDITION)

    def group_by(self) -> None:
        result = self.result
        items, index = self.items, self.index
        if self.segment.word == "GROUP":
            result.words(("BY",))
            return
        state = walk(items, self.segment.start, index)
        self.expression(state, items, tail=self.tail(), signs=self.open_end)
        if state.at is ExpressionAt.OPERAND and state.begin == index:
            result.kinds.add(Kind.GROUPING)
            if index == self.segment.start:
                if self.dialect.group_by_all:
                    result.words(("ALL",))
                result.words(("ROLLUP", "CUBE", "GROUPING SETS"))

    def order_by(self) -> None:
        result = self.result
        items, index = self.items, self.index
        if self.segment.word == "ORDER":
            result.words(("BY",))
            return
        self.ordering(items, self.segment.start, self.tail(), self.open_end)
        state = walk(items, self.segment.start, index)
        if state.at is ExpressionAt.OPERAND and state.begin == index:
            result.kinds.add(Kind.ORDERING)

    def limit(self) -> None:
        """LIMIT, OFFSET and FETCH."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        word = segment.word
        content = items[segment.start : index]
        if word == "FETCH":
            self.fetch(content)
            return
        if not content:
            result.kinds |= {Kind.LITERAL}
            result.signs(("(",))
            if word == "LIMIT" and self.dialect.limit_all:
                result.words(("ALL", "NULL"))
            return
        previous = content[-1]
        if previous.sym and previous.sym != "*":
            result.kinds |= {Kind.TYPE if previous.sym == "::" else Kind.LITERAL}
            return
        words: tuple[str, ...] = ()
        if word == "LIMIT":
            words += ("OFFSET",)
            if self.dialect.limit_comma and len(content) == 1:
                result.signs((",",))
        elif word == "OFFSET":
            if previous.word not in {"ROW", "ROWS"}:
                words += ("ROWS", "ROW")
            if self.dialect.has("FETCH FIRST"):
                words += ("FETCH NEXT", "FETCH FIRST")
            if self.dialect.limit_after_offset:
                words += ("LIMIT",)
        if self.dialect.locking:
            words += ("FOR UPDATE",)
        result.words(words, self.insert_tail() if self.insert_around() else ())
        result.signs(self.open_end)

    def fetch(self, content: list[Item]) -> None:
        """After FETCH."""
        result = self.result
        last = content[-1].word if content else ""
        if not content:
            result.words(("FIRST", "NEXT"))
        elif last in {"FIRST", "NEXT"}:
            result.kinds.add(Kind.LITERAL)
            result.words(("ROW ONLY", "ROWS ONLY"))
        elif last in {"ROW", "ROWS"}:
            result.words(("ONLY", "WITH TIES"))
        elif last != "ONLY":
            result.words(("ROWS ONLY", "ROW ONLY"))
        else:
            result.signs(self.open_end)

    def window(self) -> None:
        result = self.result
        items, index = self.items, self.index
        previous = items[index - 1]
        if index == self.segment.start or previous.sym == ",":
            result.kinds.add(Kind.NEW_NAME)
        elif previous.word == "AS":
            result.signs(("(",))
        elif previous.frame is not None:
            result.words(self.tail())
            result.signs((",",), self.open_end)
        else:
            result.words(("AS",))

    def other(self) -> None:
        result = self.result
        segment = self.segment
        content = self.items[segment.start : self.index]
        if segment.word in {"UNION", "EXCEPT", "INTERSECT", "MINUS"}:
            if not content:
                last = word_at(self.items, self.index - 1)
                result.words(("SELECT",))
                if last == segment.word:
                    result.words(("ALL SELECT", "ALL", "DISTINCT"))
                result.words(("VALUES",))
                result.signs(("(",))
            else:
                result.words(phrases.clauses_after(Clause.HAVING, self.dialect))
                result.signs(self.open_end)
        elif segment.word == "INTO":
            if content:
                result.words(("FROM",))
            else:
                result.kinds.add(Kind.NEW_NAME)
        elif segment.word == "FOR":
            last = content[-1].word if content else ""
            if not content:
                result.words(("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE"))
            elif last == "NO":
                result.words(("KEY UPDATE",))
            elif last == "KEY":
                result.words(("UPDATE", "SHARE"))
            elif last == "OF":
                result.kinds.add(Kind.RELATION)
            else:
                result.words(("SKIP LOCKED", "NOWAIT", "OF"))
                result.signs(self.open_end)
