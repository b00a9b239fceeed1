"""What may stand in a bracket that is no query."""

from __future__ import annotations

from sqlcomplete.syntax import phrases
from sqlcomplete.syntax.expression import ExpressionAt, walk
from sqlcomplete.syntax.grammar.calls import Calls
from sqlcomplete.syntax.grammar.relations import Relations
from sqlcomplete.syntax.grammar.roles import role_of
from sqlcomplete.syntax.grammar.windows import Windows
from sqlcomplete.syntax.model import Clause, Kind, OutputColumn
from sqlcomplete.syntax.query import read, read_from
from sqlcomplete.syntax.scope import find_column, segment_at

_READ = frozenset({Kind.TABLE, Kind.NAMESPACE})
_PREDICATE_CLAUSES = frozenset({Clause.WHERE, Clause.HAVING, Clause.ON, Clause.QUALIFY})
_WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")


class Brackets(Calls, Relations, Windows):
    """Groups and lists."""

    def in_bracket(self) -> None:
        """The hole stands in a bracket that is no query."""
        role = role_of(self.frame)
        result = self.result
        items, index = self.items, self.index
        empty = index == 0
        if role == "call":
            self.call()
        elif role in {"in", "group"}:
            self.group(role)
        elif role in {"exists", "cte"}:
            if empty:
                result.words(phrases.SUBQUERY, _WRITES if role == "cte" else ())
                result.signs(("(",))
            elif items[index - 1].frame is not None:
                result.words(("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
                result.signs((")",))
        elif role == "derived":
            if empty:
                result.words(phrases.SUBQUERY)
                result.kinds |= _READ
                result.signs(("(",))
            else:
                self.from_(items, 0)
        elif role == "over":
            self.window_spec()
        elif role == "filter":
            result.clause = Clause.WHERE
            if empty:
                result.words(("WHERE",))
            else:
                state = walk(items, 1, index)
                self.expression(state, items, predicate=True, signs=(")",), more=False)
        elif role == "within":
            self.within()
        elif role in {"using", "conflict", "insert columns", "set columns", "star except"}:
            self.column_list(role)
        elif role in {"cte columns", "alias columns"}:
            if empty or items[index - 1].sym == ",":
                result.kinds.add(Kind.NEW_NAME)
            else:
                result.signs((",", ")"))
        elif role == "star replace":
            self.expression(walk(items, 0, index), items, tail=("AS",), signs=(")",))
        elif role == "values":
            self.values_row()
        elif role == "grouping":
            state = walk(items, 0, index)
            self.expression(state, items, signs=(")",))
            if state.at is ExpressionAt.OPERAND:
                result.kinds.add(Kind.GROUPING)
        elif role == "type":
            result.kinds.add(Kind.LITERAL)
            if not empty:
                result.signs((",", ")"))
        elif role == "subscript":
            state = walk(items, 0, index)
            closing = "]" if self.frame.bracket == "[" else "}"
            self.expression(state, items, signs=(closing,))
            result.compared = None

    def group(self, role: str) -> None:
        """A bracket in an expression, or IN's list."""
        result = self.result
        items, index = self.items, self.index
        state = walk(items, 0, index)
        predicate = role == "group" and (
            result.clause in _PREDICATE_CLAUSES or result.clause is Clause.WHERE
        )
        self.expression(state, items, predicate=predicate, signs=(")",))
        if predicate and state.at is ExpressionAt.AFTER:
            result.signs((",",))
        if state.at is ExpressionAt.OPERAND and role == "in":
            result.compared = self.compared_outside()
        if index == 0:
            position = 0 if role == "in" else len(result.keywords)
            result.keywords.insert(position, "SELECT")
            if role == "in":
                result.words(("WITH", "VALUES"))

    def compared_outside(self) -> OutputColumn | None:
        """The column that stands left of the IN before this bracket."""
        parent = self.frame.parent
        assert parent is not None
        start = 0
        if parent.query:
            start = segment_at(read(parent), self.frame.index).start
            if segment_at(read(parent), self.frame.index).clause in {Clause.FROM, Clause.UPDATE}:
                start = read_from(parent.items, start, self.frame.index).on
        elif parent.items and parent.items[0].word == "WHERE":
            start = 1
        state = walk(parent.items, start, self.frame.index)
        return self.left(parent.items, state.left)

    def column_list(self, role: str) -> None:
        """A bracket that lists columns."""
        result = self.result
        items, index = self.items, self.index
        result.clause = {
            "using": Clause.USING,
            "conflict": Clause.ON_CONFLICT,
            "insert columns": Clause.INSERT_COLUMNS,
            "set columns": Clause.SET,
        }.get(role, result.clause)
        if index == 0 or items[index - 1].sym == ",":
            result.kinds.add(Kind.COLUMN)
            if role == "using":
                result.kinds.add(Kind.JOIN_CONDITION)
            if role == "insert columns" and index == 0:
                result.kinds.add(Kind.COLUMN_LIST)
                if not any(s.clause is Clause.VALUES for s in self.query.segments):
                    result.words(("SELECT", "WITH"))
        else:
            result.signs((",", ")"))
            if role == "conflict":
                result.words(("COLLATE",))

    def values_row(self) -> None:
        """One row of VALUES."""
        result = self.result
        items, index = self.items, self.index
        state = walk(items, 0, index)
        self.expression(state, items, signs=(")",))
        result.argument = state.elements
        inserting = self.core.verb in {"INSERT", "MERGE"}
        if state.at is ExpressionAt.OPERAND:
            if self.core.verb != "MERGE":
                result.kinds -= {Kind.COLUMN, Kind.RELATION}
            if inserting and state.begin == index:
                result.keywords[:] = [
                    w for w in ("NULL", "DEFAULT", *result.keywords) if w not in {"EXISTS"}
                ]
                result.keywords[:] = list(dict.fromkeys(result.keywords))
                result.compared = self.inserted(state.elements)

    def inserted(self, position: int) -> OutputColumn | None:
        """The column that VALUES' position is for."""
        target = self.scope.target
        if target is None:
            return None
        names = self.scope.insert_columns
        if self.core.verb == "MERGE" and not names:
            segment = next(
                (s for s in reversed(self.core.segments)
                 if s.word == "MERGE INSERT" and s.key < self.place), None
            )  # fmt: skip
            if segment is None:
                return None
        if names:
            return find_column((target,), [names[position]]) if position < len(names) else None
        return target.columns[position] if position < len(target.columns) else None
