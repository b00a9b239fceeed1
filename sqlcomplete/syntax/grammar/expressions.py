"""What may stand in an expression."""

from __future__ import annotations

from sqlcomplete.syntax import phrases
from sqlcomplete.syntax.expression import CasePart, ExpressionAt, ExpressionState, walk
from sqlcomplete.syntax.grammar.place import Place
from sqlcomplete.syntax.keywords import RESERVED
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query import word_at

_VALUE = frozenset({Kind.COLUMN, Kind.RELATION, Kind.FUNCTION, Kind.LITERAL})
_DATED = frozenset({"DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"})


class Expressions(Place):
    """Operands, and what may follow one."""

    def operand(
        self, state: ExpressionState, items: list[Item], *, predicate: bool = False
    ) -> None:
        """Kinds and words where an operand must stand."""
        result = self.result
        result.kinds |= _VALUE
        fresh = predicate and not state.compares
        result.words(phrases.OPERANDS_IN_PREDICATE if fresh else phrases.OPERANDS)
        if self.dialect in phrases.TYPED_MOMENTS:
            result.words(("DATE", "TIMESTAMP"))
        result.signs(("(",), ("-",))
        result.compared = self.left(items, state.left)
        if word_at(items, self.index - 1) == "NOT":
            result.keywords.remove("NOT")
            if "NOT EXISTS" in result.keywords:
                result.keywords.remove("NOT EXISTS")
        if state.operator and not state.between and state.compares:
            previous = items[self.index - 1] if self.index else None
            if previous is not None and previous.sym in {"=", "<>", "!=", "<", ">", "<=", ">="}:
                result.words(("ANY", "ALL"))

    def expression(
        self,
        state: ExpressionState,
        items: list[Item],
        *,
        predicate: bool = False,
        tail: tuple[str, ...] = (),
        signs: tuple[str, ...] = (),
        more: bool = True,
    ) -> None:
        """Whatever may stand at the end of an expression in that state.

        Args:
            predicate: whether it must be true or false in the end.
            tail: keywords that may follow the complete expression.
            signs: signs that may follow it, besides operators.
            more: whether a comma may follow.
        """
        result = self.result
        at = state.at
        dialect = self.dialect
        case = state.cases[-1] if state.cases else ""
        if at in {ExpressionAt.OPERAND, ExpressionAt.CASE}:
            self.operand(state, items, predicate=predicate or case is CasePart.WHEN)
            if at is ExpressionAt.CASE:
                result.keywords.insert(0, "WHEN")
        elif at in {ExpressionAt.AFTER, ExpressionAt.TYPED, ExpressionAt.UNIT}:
            self.after(state, items, predicate, tail, signs, more)
            if self.previous is not None and self.previous.word in _DATED:
                result.kinds.add(Kind.LITERAL)
            if at is ExpressionAt.UNIT:
                result.keywords[:0] = ["DAY", "MONTH", "YEAR", "HOUR", "MINUTE", "SECOND", "WEEK"]
        elif at is ExpressionAt.NOT:
            result.words(phrases.after_not(dialect))
        elif at is ExpressionAt.IS:
            result.words(("NULL", "NOT NULL", "TRUE", "FALSE", "NOT", "DISTINCT FROM",
                          "NOT DISTINCT FROM", "NOT TRUE", "NOT FALSE"))  # fmt: skip
        elif at is ExpressionAt.IS_NOT:
            result.words(("NULL", "TRUE", "FALSE", "DISTINCT FROM"))
        elif at is ExpressionAt.DISTINCT:
            result.words(("FROM",))
        elif at is ExpressionAt.IN:
            result.signs(("(",))
            if dialect == "bigquery":
                result.words(("UNNEST",))
            if dialect in {"duckdb", "sqlite", "bigquery", "clickhouse"}:
                result.kinds |= {Kind.FUNCTION, Kind.LITERAL}
        elif at is ExpressionAt.EXISTS or at is ExpressionAt.FILTER or at is ExpressionAt.OVER:
            result.signs(("(",))
            if at is ExpressionAt.OVER and self.scope.windows:
                result.words(self.scope.windows)
        elif at is ExpressionAt.WITHIN:
            result.words(("GROUP",))
        elif at is ExpressionAt.TYPE:
            result.kinds.add(Kind.TYPE)
        elif at is ExpressionAt.ALIAS:
            result.kinds.add(Kind.NEW_NAME)
        elif at is ExpressionAt.ALIASED:
            result.words(tail)
            result.signs((",",) if more else (), signs)
        elif at is ExpressionAt.AT:
            result.words(("TIME ZONE",))
        elif at is ExpressionAt.AT_TIME:
            result.words(("ZONE",))
        elif at is ExpressionAt.SIMILAR:
            result.words(("TO",))
        elif at is ExpressionAt.INTERVAL:
            result.kinds |= {Kind.LITERAL}
        elif at is ExpressionAt.COLLATE:
            result.kinds.add(Kind.LITERAL)
        elif at is ExpressionAt.DIRECTION:
            result.words(("NULLS LAST", "NULLS FIRST"), tail)
            result.signs((",",), signs)
        elif at is ExpressionAt.NULLS:
            result.words(("LAST", "FIRST"))
        elif at is ExpressionAt.ORDERED:
            result.words(tail)
            result.signs((",",), signs)

    def after(
        self,
        state: ExpressionState,
        items: list[Item],
        predicate: bool,
        tail: tuple[str, ...],
        signs: tuple[str, ...],
        more: bool,
    ) -> None:
        """After a complete operand."""
        result = self.result
        dialect = self.dialect
        called = self.previous is not None and self.previous.frame is not None
        star = self.previous is not None and self.previous.sym == "*" and state.star
        if star:
            if dialect in {"bigquery", "duckdb", "snowflake", "databricks"}:
                result.words(tail, ("EXCEPT", "REPLACE") if dialect != "duckdb"
                             else ("EXCLUDE", "REPLACE"))  # fmt: skip
            else:
                result.words(tail)
            if "AS" in result.keywords:
                result.keywords.remove("AS")
            result.signs((",",) if more else (), signs)
            return
        call_words = ("OVER", "FILTER") if called and self.is_call() else ()
        if state.between:
            result.words(("AND",))
            result.signs(phrases.arithmetic(dialect))
            return
        compare = phrases.predicates(dialect)
        if state.cases:
            case = state.cases[-1]
            if case is CasePart.SUBJECT:
                result.words(("WHEN",))
                result.signs(phrases.arithmetic(dialect))
                return
            if case is CasePart.WHEN:
                if state.compares:
                    result.words(("THEN", "AND", "OR"))
                    result.signs(phrases.arithmetic(dialect))
                else:
                    result.words(compare[:4], ("THEN", "AND", "OR"), compare[4:])
                    result.signs(phrases.COMPARISONS, phrases.arithmetic(dialect))
            elif case is CasePart.THEN:
                result.words(("ELSE", "END", "WHEN"), compare, ("AND", "OR"))
                result.signs(phrases.arithmetic(dialect), phrases.COMPARISONS)
            else:
                result.words(("END",), compare, ("AND", "OR"))
                result.signs(phrases.arithmetic(dialect), phrases.COMPARISONS)
            return
        first = self.previous
        finished = first is not None and first.word in {"NULL", "TRUE", "FALSE"} and state.compares
        if predicate:
            if state.compares:
                result.words(("AND",), tail[:3], ("OR",), tail, call_words)
                if state.operator in {"LIKE", "ILIKE"}:
                    result.words(("ESCAPE",))
                if not finished:
                    result.words(("AT TIME ZONE", "COLLATE"))
                result.signs(signs, phrases.arithmetic(dialect) if not finished else ())
            else:
                result.words(call_words, compare[:6], ("AND", "OR"), tail, compare[6:])
                result.words(("AT TIME ZONE", "COLLATE"))
                result.signs(phrases.COMPARISONS, phrases.arithmetic(dialect), signs)
        else:
            result.words(call_words, tail, compare, ("AND", "OR", "AT TIME ZONE", "COLLATE"))
            result.signs((",",) if more else (), signs, phrases.arithmetic(dialect),
                         phrases.COMPARISONS)  # fmt: skip

    def is_call(self) -> bool:
        """Whether the bracket left of the hole holds a call's arguments."""
        before = self.items[self.index - 2] if self.index > 1 else None
        return before is not None and before.is_name and before.word not in RESERVED

    def ordering(
        self, items: list[Item], start: int, tail: tuple[str, ...], signs: tuple[str, ...]
    ) -> None:
        """In the list of an ORDER BY."""
        state = walk(items, start, self.index)
        words = tail
        if state.at in {ExpressionAt.AFTER, ExpressionAt.TYPED}:
            words = ("DESC", "ASC", *tail[:1], "NULLS LAST", "NULLS FIRST", *tail)
            if self.dialect in {"mysql", "tsql"}:
                words = ("DESC", "ASC", *tail)
        self.expression(state, items, tail=words, signs=signs)
