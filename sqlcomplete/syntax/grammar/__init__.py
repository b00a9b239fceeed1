"""What may stand at the cursor: kinds, keywords and signs, clause by clause."""

from __future__ import annotations

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import PREDICATES, Clause
from sqlcomplete.syntax.grammar.answer import Answer
from sqlcomplete.syntax.grammar.brackets import Brackets
from sqlcomplete.syntax.grammar.clauses import Clauses
from sqlcomplete.syntax.grammar.ddl import expect_ddl
from sqlcomplete.syntax.grammar.writes import Writes
from sqlcomplete.syntax.model import Kind, Scope
from sqlcomplete.syntax.outline import Outline
from sqlcomplete.syntax.query import FromAt, read_from


class Grammar(Clauses, Writes, Brackets):
    """The grammar's view of one hole. `answer()` is what may stand there."""

    def answer(self) -> Answer:
        result = self.result
        result.clause = self.segment.clause
        if result.clause is Clause.FROM and self.in_on():
            result.clause = Clause.ON
        if self.core.verb == "DDL" and self.segment.clause is Clause.DDL:
            result.clause = Clause.DDL
            expect_ddl(result, self.outline, self.outer, self.dialect)
        elif self.frame is self.outer:
            self.in_query()
        else:
            self.in_bracket()
        if result.keywords:
            result.kinds.add(Kind.KEYWORD)
        if result.operators:
            result.kinds.add(Kind.OPERATOR)
        return result

    def in_on(self) -> bool:
        """Whether the place is in the ON of a FROM clause."""
        state = read_from(self.outer.items, self.segment.start, self.place)
        if state.at is FromAt.ON:
            return True
        if self.frame is not self.outer and self.outer.items[self.place].frame is not None:
            inner = self.outer.items[self.place].frame
            if inner is self.frame and state.at in {FromAt.RELATION, FromAt.LATERAL}:
                return read_from(self.items, 0, self.index).at is FromAt.ON
        return False

    def in_query(self) -> None:
        """The hole stands among the clauses of a query."""
        segment = self.segment
        clause = segment.clause
        handler = {
            Clause.START: self.start,
            Clause.WITH: self.with_,
            Clause.SELECT: self.select,
            Clause.RETURNING: self.select,
            Clause.FROM: self.from_,
            Clause.UPDATE: self.from_,
            Clause.DELETE: self.delete,
            Clause.ON: self.predicate,
            **dict.fromkeys(PREDICATES, self.predicate),
            Clause.GROUP_BY: self.group_by,
            Clause.ORDER_BY: self.order_by,
            Clause.LIMIT: self.limit,
            Clause.WINDOW: self.window,
            Clause.INSERT_INTO: self.insert,
            Clause.VALUES: self.values,
            Clause.ON_CONFLICT: self.on_conflict,
            Clause.SET: self.set,
            Clause.MERGE: self.merge,
            Clause.OTHER: self.other,
        }.get(clause, self.other)
        handler()


def expect(outline: Outline, scope: Scope, dialect: str) -> Answer:
    """What the grammar lets stand at the outline's hole."""
    return Grammar(outline, scope, dialect_of(dialect)).answer()


__all__ = ["Answer", "expect"]
