"""What may stand in the brackets of a call."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from sqlcomplete.dialects.functions.kinds import (
    AGGREGATES,
    ARGUMENT_TAILS,
    CAST_FUNCTIONS,
    DATE_PARTS,
    FIRST_ARGUMENTS,
    FROM_FUNCTIONS,
    PART_NAMED,
)
from sqlcomplete.syntax.expression import ExpressionAt, ExpressionState, walk
from sqlcomplete.syntax.grammar.expressions import Expressions
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Item

_NULL_TREATING = frozenset({"FIRST_VALUE", "LAST_VALUE", "LAG", "LEAD", "NTH_VALUE", "ARRAY_AGG",
                            "STRING_AGG"})  # fmt: skip


class CallAt(StrEnum):
    """Where in a call's brackets the hole stands."""

    ARGUMENT = "argument"
    """In an argument."""
    ORDER = "order"
    """After ORDER: BY must come."""
    ORDERING = "ordering"
    """In the list of ORDER BY."""
    TYPE = "type"
    """After AS of a cast: a type must come."""
    TYPED = "typed"
    """After a cast's type."""
    PART = "part"
    """At the beginning of EXTRACT: a part of a date must come."""
    AFTER_PART = "after part"
    """After that part: FROM must come."""
    SOURCE = "source"
    """After FROM of EXTRACT, SUBSTRING and their like."""


def call_at(items: list[Item], index: int, function: str) -> tuple[CallAt, int]:
    """Where in the call's brackets the item at `index` stands, and where that part begins.

    Args:
        function: the function's name, upper case.
    """
    words = [item.word for item in items[:index]]
    last = words[-1] if words else ""
    if "ORDER" in words:
        for i in range(index - 1):
            if words[i] == "ORDER" and words[i + 1] == "BY":
                return CallAt.ORDERING, i + 2
        if last == "ORDER":
            return CallAt.ORDER, index
    if function in CAST_FUNCTIONS and "AS" in words:
        return (CallAt.TYPE if last == "AS" else CallAt.TYPED), index
    if function == "EXTRACT" and index < 2:
        return (CallAt.AFTER_PART if index else CallAt.PART), index
    if function in FROM_FUNCTIONS and "FROM" in words:
        return CallAt.SOURCE, words.index("FROM") + 1
    return CallAt.ARGUMENT, 0


class Calls(Expressions):
    """The arguments of a call, and the words that some functions take among them."""

    def call(self) -> None:
        """The arguments of a call."""
        opener = self.frame.opener()
        name = opener.name if opener is not None and opener.is_name else ""
        self.result.function = name or None
        function = name.upper()
        at, begin = call_at(self.items, self.index, function)
        _HANDLERS[at](self, function, begin)

    def call_order(self, function: str, begin: int) -> None:
        """After ORDER."""
        self.result.words(("BY",))

    def call_ordering(self, function: str, begin: int) -> None:
        """In the list of ORDER BY."""
        self.ordering(self.items, begin, (), (")",))

    def call_type(self, function: str, begin: int) -> None:
        """After AS of a cast."""
        self.count_arguments()
        self.result.kinds.add(Kind.TYPE)

    def call_typed(self, function: str, begin: int) -> None:
        """After a cast's type."""
        self.count_arguments()
        self.result.signs((")",))

    def call_part(self, function: str, begin: int) -> None:
        """At the beginning of EXTRACT."""
        self.result.words(DATE_PARTS)

    def call_after_part(self, function: str, begin: int) -> None:
        """After EXTRACT's part."""
        self.count_arguments()
        self.result.words(("FROM",))

    def call_source(self, function: str, begin: int) -> None:
        """After FROM."""
        self.count_arguments()
        state = walk(self.items, begin, self.index)
        self.expression(state, self.items, signs=(")",), more=False)

    def call_argument(self, function: str, begin: int) -> None:
        """In an argument."""
        result = self.result
        state = self.count_arguments()
        if state.at is ExpressionAt.IN and function == "POSITION":
            self.operand(state, self.items)
            result.compared = None
            return
        tail = ARGUMENT_TAILS.get(function, ())
        self.expression(
            state, self.items, tail=tail, signs=(")",), more=function not in CAST_FUNCTIONS
        )
        if state.at is ExpressionAt.AFTER:
            if self.index == state.begin + 1 and self.dialect.named_arguments:
                result.signs(("=>",))
            if function in _NULL_TREATING:
                result.words(("IGNORE NULLS", "RESPECT NULLS"))
        if tail[:1] == ("AS",) and "AS" in result.keywords:
            result.keywords.remove("AS")
            result.keywords.insert(0, "AS")
        if self.index == 0:
            self.first_argument(function)

    def first_argument(self, function: str) -> None:
        """At the beginning of the first argument."""
        result = self.result
        result.signs((")",))
        if function.startswith("COUNT"):
            result.kinds.add(Kind.STAR)
        if function in AGGREGATES:
            result.keywords.insert(0, "DISTINCT")
        if function in PART_NAMED:
            result.kinds.add(Kind.LITERAL)
        result.words(FIRST_ARGUMENTS.get(function, ()))

    def count_arguments(self) -> ExpressionState:
        """Notes which argument the hole stands in; gives the state in which it is."""
        state = walk(self.items, 0, self.index)
        self.result.argument = state.elements
        return state


_HANDLERS: dict[CallAt, Callable[[Calls, str, int], None]] = {
    CallAt.ARGUMENT: Calls.call_argument,
    CallAt.ORDER: Calls.call_order,
    CallAt.ORDERING: Calls.call_ordering,
    CallAt.TYPE: Calls.call_type,
    CallAt.TYPED: Calls.call_typed,
    CallAt.PART: Calls.call_part,
    CallAt.AFTER_PART: Calls.call_after_part,
    CallAt.SOURCE: Calls.call_source,
}
