"""What may stand where relations are read: FROM, joins, and the tables of UPDATE and DELETE."""

from __future__ import annotations

from sqlcomplete.dialects import phrases
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.expression import ExpressionAt, walk
from sqlcomplete.syntax.grammar.expressions import Expressions
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query import FromAt, FromState, read_from

_READ = frozenset({Kind.TABLE, Kind.NAMESPACE})


class Relations(Expressions):
    """Relations, the words that join them, and their conditions."""

    def from_(self, frame_items: list[Item] | None = None, start: int | None = None) -> None:
        """In FROM (or UPDATE's and MERGE's relations)."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        begin = segment.start if start is None else start
        inside = start is not None  # joins in brackets
        state = read_from(items, begin, index)
        at = state.at
        if at is FromAt.ON:
            self.on(items, state, inside)
            return
        if at in {FromAt.RELATION, FromAt.LATERAL}:
            self.relation(state)
        elif at is FromAt.JOIN:
            self.join_words(state)
        elif at is FromAt.USING:
            result.signs(("(",))
        elif at is FromAt.ALIAS:
            result.kinds.add(Kind.NEW_NAME)
        elif at in {FromAt.NAME, FromAt.ALIASED, FromAt.USED}:
            if at is FromAt.NAME:
                result.kinds.add(Kind.NEW_NAME)
            self.after_relation(state, inside)

    def relation(self, state: FromState) -> None:
        """A relation's name must come."""
        result = self.result
        result.kinds |= _READ
        clause = self.segment.clause
        if clause is Clause.UPDATE and state.joins == 0 and not state.references:
            if self.dialect.only:
                result.words(("ONLY",))
            result.words(self.dialect.update_modifiers)
            return
        result.kinds.add(Kind.FUNCTION)
        result.signs(("(",))
        if state.words and state.words[-1] in {"JOIN", "STRAIGHT_JOIN"} and state.owes:
            result.kinds.add(Kind.JOIN)
        if state.at is FromAt.LATERAL:
            result.kinds -= {Kind.TABLE, Kind.NAMESPACE, Kind.JOIN}
            return
        if self.dialect.lateral_first or (
            self.dialect.lateral and (state.references or state.words)
        ):
            result.words(("LATERAL",))
        if self.dialect.only:
            result.words(("ONLY",))

    def join_words(self, state: FromState) -> None:
        """After LEFT, INNER, ...: the rest of the join's words."""
        result = self.result
        last = state.words[-1] if state.words else ""
        if last in {"LEFT", "RIGHT", "FULL"}:
            result.words(("JOIN", "OUTER JOIN"))
            if self.dialect.semi_join:
                result.words(("SEMI JOIN", "ANTI JOIN"))
        elif last == "NATURAL":
            result.words(("JOIN", "LEFT JOIN", "INNER JOIN", "RIGHT JOIN", "FULL JOIN"))
        elif last in {"CROSS", "OUTER"} and self.dialect.apply:
            result.words(("JOIN", "APPLY") if last == "CROSS" or len(state.words) > 1
                         else ("APPLY",))  # fmt: skip
        else:
            result.words(("JOIN",))

    def after_relation(self, state: FromState, inside: bool) -> None:
        """After a relation with or without its alias."""
        result = self.result
        clause = self.segment.clause
        dialect = self.dialect
        alias = ("AS",) if state.at is FromAt.NAME else ()
        merge = self.core.verb == "MERGE"
        if state.owes:
            result.words(("ON", "USING"), alias)
            if dialect.join_without_on:
                result.words(phrases.joins(dialect), () if inside else self.tail(Clause.FROM))
            else:
                result.words(phrases.joins(dialect)[:2])
            return
        if merge:
            if clause is Clause.FROM:
                result.words(("ON",), alias)
            else:
                result.words(("USING",), alias)
            return
        if clause is Clause.UPDATE:
            result.words(("SET",), alias)
            if dialect.update_joins:
                result.words(phrases.joins(dialect)[:4])
            if dialect.update_many:
                result.signs((",",))
            return
        if inside:
            result.words(phrases.joins(dialect), alias)
            result.signs((")",))
            return
        tail = self.tail(Clause.FROM)
        first = tuple(w for w in tail if w == "WHERE")
        joins = phrases.joins(dialect)
        if self.core.verb == "FROM":
            first += ("SELECT",)
        if state.references and len(state.references) > 1:
            result.words(first, joins[:3], tail[:4], alias, joins[3:], tail)
        else:
            result.words(first, joins[:2], tail[:4], alias, joins[2:], tail)
        if dialect.tablesample and state.at is not FromAt.USED:
            result.words(("TABLESAMPLE",))
        result.signs((",",), self.open_end)

    def on(self, items: list[Item], state: FromState, inside: bool) -> None:
        """In a join's condition."""
        result = self.result
        result.clause = Clause.ON
        expression = walk(items, state.on, self.index)
        tail = phrases.joins(self.dialect)[:3]
        if self.segment.clause is Clause.UPDATE:
            tail = ("SET", *tail)
        elif not inside:
            tail = (*self.tail(Clause.FROM)[:4], *tail, *phrases.joins(self.dialect),
                    *self.tail(Clause.FROM))  # fmt: skip
            if "WHERE" in tail:
                tail = ("WHERE", *tail[1:1], *phrases.joins(self.dialect)[:2], *tail)
        signs = ((")",) if inside else self.open_end) + (",",)
        self.expression(expression, items, predicate=True, tail=tail, signs=signs, more=False)
        if (
            expression.at is ExpressionAt.OPERAND
            and not expression.compares
            and not expression.cases
        ):
            result.kinds.add(Kind.JOIN_CONDITION)

    def delete(self) -> None:
        result = self.result
        segment = self.segment
        if segment.word == "DELETE":
            if self.index == segment.start:
                result.words(("FROM",))
                if self.dialect.delete_names_first:
                    result.kinds |= {Kind.RELATION, Kind.TABLE}
            else:
                result.words(("FROM",))
                result.signs((",",) if self.dialect.update_many else ())
            return
        state = read_from(self.items, segment.start, self.index)
        if state.at in {FromAt.RELATION, FromAt.LATERAL}:
            result.kinds |= _READ
            if self.dialect.only:
                result.words(("ONLY",))
        elif state.at is FromAt.ALIAS:
            result.kinds.add(Kind.NEW_NAME)
        else:
            result.words(("WHERE",) if not self.later(Clause.WHERE) else ())
            if self.dialect.delete_using:
                result.words(("USING",) if not self.later(Clause.FROM) else ())
            result.words(self.returning())
            if state.at is FromAt.NAME:
                result.kinds.add(Kind.NEW_NAME)
                result.words(("AS",))
            result.words(self.written_limit())
            result.signs(self.open_end)
