"""What may stand in an expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlcomplete.dialects import phrases
from sqlcomplete.dialects.functions.kinds import MOMENT_TYPES
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.syntax.expression import CasePart, ExpressionAt, ExpressionState, walk
from sqlcomplete.syntax.grammar.place import Place
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query import word_at

_VALUE = frozenset({Kind.COLUMN, Kind.RELATION, Kind.FUNCTION, Kind.LITERAL})
_WORDS: dict[ExpressionAt, tuple[str, ...]] = {
    ExpressionAt.IS: ("NULL", "NOT NULL", "TRUE", "FALSE", "NOT", "DISTINCT FROM",
                      "NOT DISTINCT FROM", "NOT TRUE", "NOT FALSE"),
    ExpressionAt.IS_NOT: ("NULL", "TRUE", "FALSE", "DISTINCT FROM"),
    ExpressionAt.DISTINCT: ("FROM",),
    ExpressionAt.WITHIN: ("GROUP",),
    ExpressionAt.AT: ("TIME ZONE",),
    ExpressionAt.AT_TIME: ("ZONE",),
    ExpressionAt.SIMILAR: ("TO",),
    ExpressionAt.NULLS: ("LAST", "FIRST"),
}  # fmt: skip
"""The states that only certain words may follow."""
_KINDS = {
    ExpressionAt.TYPE: Kind.TYPE,
    ExpressionAt.ALIAS: Kind.NEW_NAME,
    ExpressionAt.INTERVAL: Kind.LITERAL,
    ExpressionAt.COLLATE: Kind.LITERAL,
}
"""The states that only a name or a value may follow."""


class Ending(NamedTuple):
    """The end of an expression, with what may follow it once it is complete."""

    state: ExpressionState
    items: list[Item]
    predicate: bool
    tail: tuple[str, ...]
    signs: tuple[str, ...]
    more: bool

    @property
    def comma(self) -> tuple[str, ...]:
        """The comma, where another element may follow."""
        return (",",) if self.more else ()


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
        if self.dialect.typed_literals:
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
        at = state.at
        words = _WORDS.get(at)
        if words is not None:
            self.result.words(words)
            return
        kind = _KINDS.get(at)
        if kind is not None:
            self.result.kinds.add(kind)
            return
        _HANDLERS[at](self, Ending(state, items, predicate, tail, signs, more))

    def operand_or_when(self, ending: Ending) -> None:
        """An operand must stand here; right after CASE, WHEN may too."""
        state = ending.state
        condition = bool(state.cases) and state.cases[-1] is CasePart.WHEN
        self.operand(state, ending.items, predicate=ending.predicate or condition)
        if state.at is ExpressionAt.CASE:
            self.result.keywords.insert(0, "WHEN")

    def in_list(self, ending: Ending) -> None:
        """After IN."""
        result = self.result
        dialect = self.dialect
        result.signs(("(",))
        if dialect.in_unnest:
            result.words(("UNNEST",))
        if dialect.in_without_brackets:
            result.kinds |= {Kind.FUNCTION, Kind.LITERAL}

    def bracket(self, ending: Ending) -> None:
        """A bracket must come; after OVER a window's name may."""
        self.result.signs(("(",))
        if ending.state.at is ExpressionAt.OVER and self.scope.windows:
            self.result.words(self.scope.windows)

    def negated(self, ending: Ending) -> None:
        """After `x NOT`."""
        self.result.words(phrases.after_not(self.dialect))

    def aliased(self, ending: Ending) -> None:
        """After an alias."""
        self.result.words(ending.tail)
        self.result.signs(ending.comma, ending.signs)

    def directed(self, ending: Ending) -> None:
        """After ASC or DESC."""
        self.result.words(("NULLS LAST", "NULLS FIRST"), ending.tail)
        self.result.signs((",",), ending.signs)

    def ordered(self, ending: Ending) -> None:
        """After NULLS FIRST or NULLS LAST."""
        self.result.words(ending.tail)
        self.result.signs((",",), ending.signs)

    def after_or_unit(self, ending: Ending) -> None:
        """After an operand, a type or INTERVAL's quantity."""
        result = self.result
        self.after(ending)
        if self.previous is not None and self.previous.word in MOMENT_TYPES:
            result.kinds.add(Kind.LITERAL)
        if ending.state.at is ExpressionAt.UNIT:
            result.keywords[:0] = ["DAY", "MONTH", "YEAR", "HOUR", "MINUTE", "SECOND", "WEEK"]

    def after(self, ending: Ending) -> None:
        """After a complete operand."""
        result = self.result
        dialect = self.dialect
        state = ending.state
        if self.previous is not None and self.previous.sym == "*" and state.star:
            self.after_star(ending)
        elif state.between:
            result.words(("AND",))
            result.signs(phrases.arithmetic(dialect))
        elif state.cases:
            self.after_in_case(ending)
        elif ending.predicate:
            self.after_in_predicate(ending)
        else:
            compare = phrases.predicates(dialect)
            result.words(self.call_words(), ending.tail, compare,
                         ("AND", "OR", "AT TIME ZONE", "COLLATE"))  # fmt: skip
            result.signs(ending.comma, ending.signs, phrases.arithmetic(dialect),
                         phrases.COMPARISONS)  # fmt: skip

    def after_star(self, ending: Ending) -> None:
        """After a `*` that stands for columns."""
        result = self.result
        dialect = self.dialect
        tail = ending.tail
        result.words(tail, dialect.star_modifiers)
        if "AS" in result.keywords:
            result.keywords.remove("AS")
        result.signs(ending.comma, ending.signs)

    def after_in_case(self, ending: Ending) -> None:
        """After an operand inside of a CASE."""
        result = self.result
        dialect = self.dialect
        case = ending.state.cases[-1]
        if case is CasePart.SUBJECT:
            result.words(("WHEN",))
            result.signs(phrases.arithmetic(dialect))
            return
        compare = phrases.predicates(dialect)
        if case is CasePart.WHEN:
            if ending.state.compares:
                result.words(("THEN", "AND", "OR"))
                result.signs(phrases.arithmetic(dialect))
            else:
                result.words(compare[:4], ("THEN", "AND", "OR"), compare[4:])
                result.signs(phrases.COMPARISONS, phrases.arithmetic(dialect))
            return
        following = ("ELSE", "END", "WHEN") if case is CasePart.THEN else ("END",)
        result.words(following, compare, ("AND", "OR"))
        result.signs(phrases.arithmetic(dialect), phrases.COMPARISONS)

    def after_in_predicate(self, ending: Ending) -> None:
        """After an operand of something that must be true or false."""
        result = self.result
        dialect = self.dialect
        state, tail = ending.state, ending.tail
        if not state.compares:
            compare = phrases.predicates(dialect)
            result.words(self.call_words(), compare[:6], ("AND", "OR"), tail, compare[6:])
            result.words(("AT TIME ZONE", "COLLATE"))
            result.signs(phrases.COMPARISONS, phrases.arithmetic(dialect), ending.signs)
            return
        result.words(("AND",), tail[:3], ("OR",), tail, self.call_words())
        if state.operator in {"LIKE", "ILIKE"}:
            result.words(("ESCAPE",))
        if self.previous is not None and self.previous.word in {"NULL", "TRUE", "FALSE"}:
            result.signs(ending.signs)
        else:
            result.words(("AT TIME ZONE", "COLLATE"))
            result.signs(ending.signs, phrases.arithmetic(dialect))

    def call_words(self) -> tuple[str, ...]:
        """The words that may follow a call, where the hole stands after one."""
        called = self.previous is not None and self.previous.frame is not None
        return ("OVER", "FILTER") if called and self.is_call() else ()

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
            if not self.dialect.nulls_ordering:
                words = ("DESC", "ASC", *tail)
        self.expression(state, items, tail=words, signs=signs)


_HANDLERS: dict[ExpressionAt, Callable[[Expressions, Ending], None]] = {
    ExpressionAt.OPERAND: Expressions.operand_or_when,
    ExpressionAt.CASE: Expressions.operand_or_when,
    ExpressionAt.AFTER: Expressions.after_or_unit,
    ExpressionAt.TYPED: Expressions.after_or_unit,
    ExpressionAt.UNIT: Expressions.after_or_unit,
    ExpressionAt.NOT: Expressions.negated,
    ExpressionAt.IN: Expressions.in_list,
    ExpressionAt.EXISTS: Expressions.bracket,
    ExpressionAt.FILTER: Expressions.bracket,
    ExpressionAt.OVER: Expressions.bracket,
    ExpressionAt.ALIASED: Expressions.aliased,
    ExpressionAt.DIRECTION: Expressions.directed,
    ExpressionAt.ORDERED: Expressions.ordered,
}
