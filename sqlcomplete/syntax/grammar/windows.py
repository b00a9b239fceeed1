"""What may stand in a window's bracket, and in WITHIN GROUP's."""

from __future__ import annotations

from itertools import pairwise

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.expression import walk
from sqlcomplete.syntax.grammar.expressions import Expressions
from sqlcomplete.syntax.model import Kind


class Windows(Expressions):
    """The order, partition and frame of a window."""

    def window_spec(self) -> None:
        """OVER's bracket, or a named window's."""
        result = self.result
        result.clause = Clause.WINDOW
        items, index = self.items, self.index
        words = [item.word for item in items[:index]]
        last = words[-1] if words else ""
        pairs = {(a, b): i for i, (a, b) in enumerate(pairwise(words))}
        order, partition = pairs.get(("ORDER", "BY")), pairs.get(("PARTITION", "BY"))
        frame = next((i for i, w in enumerate(words) if w in {"ROWS", "RANGE", "GROUPS"}), None)
        if frame is not None and frame > 0 and not (order or partition or 0) < frame:
            frame = None
        if frame is not None:
            if last in {"ROWS", "RANGE", "GROUPS"}:
                result.words(("BETWEEN", "UNBOUNDED PRECEDING", "CURRENT ROW"))
                result.kinds.add(Kind.LITERAL)
            elif last == "BETWEEN":
                result.words(("UNBOUNDED PRECEDING", "CURRENT ROW"))
                result.kinds.add(Kind.LITERAL)
            elif last == "AND":
                result.words(("CURRENT ROW", "UNBOUNDED FOLLOWING"))
                result.kinds.add(Kind.LITERAL)
            elif last == "UNBOUNDED":
                result.words(("PRECEDING", "FOLLOWING"))
            elif last == "CURRENT":
                result.words(("ROW",))
            elif last in {"PRECEDING", "FOLLOWING", "ROW"}:
                if "BETWEEN" in words[frame:] and "AND" not in words[frame:]:
                    result.words(("AND",))
                else:
                    result.words(("EXCLUDE",))
                    result.signs((")",))
            else:
                result.words(("PRECEDING", "FOLLOWING"))
            return
        if last in {"PARTITION", "ORDER"}:
            result.words(("BY",))
        elif order is not None:
            self.ordering(items, order + 2, ("ROWS BETWEEN", "RANGE BETWEEN", "ROWS", "RANGE"),
                          (")",))  # fmt: skip
        elif partition is not None:
            state = walk(items, partition + 2, index)
            self.expression(state, items, tail=("ORDER BY", "ROWS BETWEEN"), signs=(")",))
        else:
            if index == 0:
                result.words(("PARTITION BY", "ORDER BY"), self.scope.windows)
            else:
                result.words(("PARTITION BY", "ORDER BY"))
            result.signs((")",))

    def within(self) -> None:
        result = self.result
        words = [item.word for item in self.items[: self.index]]
        if not words:
            result.words(("ORDER BY",))
        elif words == ["ORDER"]:
            result.words(("BY",))
        else:
            self.ordering(self.items, 2, (), (")",))
