"""What may stand in a bracket that is no query."""

from __future__ import annotations

from collections.abc import Callable

from sqlcomplete.dialects import phrases
from sqlcomplete.dialects.clauses import PREDICATES, Clause
from sqlcomplete.dialects.phrases import WRITES
from sqlcomplete.syntax.expression import ExpressionAt, walk
from sqlcomplete.syntax.grammar.calls import Calls
from sqlcomplete.syntax.grammar.relations import Relations
from sqlcomplete.syntax.grammar.roles import Role, role_of
from sqlcomplete.syntax.grammar.windows import Windows
from sqlcomplete.syntax.model import Kind, OutputColumn
from sqlcomplete.syntax.query import read, read_from
from sqlcomplete.syntax.scope import find_column, segment_at

_READ = frozenset({Kind.TABLE, Kind.NAMESPACE})
_PREDICATE_CLAUSES = PREDICATES | {Clause.ON}
_LIST_CLAUSES = {
    Role.USING: Clause.USING,
    Role.CONFLICT: Clause.ON_CONFLICT,
    Role.INSERT_COLUMNS: Clause.INSERT_COLUMNS,
    Role.SET_COLUMNS: Clause.SET,
}


class Brackets(Calls, Relations, Windows):
    """Groups and lists."""

    role: Role

    def in_bracket(self) -> None:
        """The hole stands in a bracket that is no query."""
        self.role = role_of(self.frame)
        _HANDLERS[self.role](self)

    def subquery(self) -> None:
        """A bracket that a query must fill."""
        result = self.result
        if self.index == 0:
            result.words(phrases.SUBQUERY, WRITES if self.role is Role.CTE else ())
            result.signs(("(",))
        elif self.items[self.index - 1].frame is not None:
            result.words(("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
            result.signs((")",))

    def derived(self) -> None:
        """A derived table, or joins in brackets."""
        if self.index:
            self.from_(self.items, 0)
            return
        result = self.result
        result.words(phrases.SUBQUERY)
        result.kinds |= _READ
        result.signs(("(",))

    def filtered(self) -> None:
        """The condition of FILTER."""
        result = self.result
        result.clause = Clause.WHERE
        if self.index == 0:
            result.words(("WHERE",))
            return
        state = walk(self.items, 1, self.index)
        self.expression(state, self.items, predicate=True, signs=(")",), more=False)

    def new_columns(self) -> None:
        """A list that names columns anew."""
        if self.index == 0 or self.items[self.index - 1].sym == ",":
            self.result.kinds.add(Kind.NEW_NAME)
        else:
            self.result.signs((",", ")"))

    def replacement(self) -> None:
        """The expressions that replace a star's columns."""
        state = walk(self.items, 0, self.index)
        self.expression(state, self.items, tail=("AS",), signs=(")",))

    def grouping(self) -> None:
        """A list of ROLLUP and its like."""
        state = walk(self.items, 0, self.index)
        self.expression(state, self.items, signs=(")",))
        if state.at is ExpressionAt.OPERAND:
            self.result.kinds.add(Kind.GROUPING)

    def length(self) -> None:
        """The length of a type."""
        self.result.kinds.add(Kind.LITERAL)
        if self.index:
            self.result.signs((",", ")"))

    def subscript(self) -> None:
        """A subscript, or a literal of a list or struct."""
        state = walk(self.items, 0, self.index)
        closing = "]" if self.frame.bracket == "[" else "}"
        self.expression(state, self.items, signs=(closing,))
        self.result.compared = None

    def group(self) -> None:
        """A bracket in an expression, or IN's list."""
        result = self.result
        items, index = self.items, self.index
        listed = self.role is Role.IN
        state = walk(items, 0, index)
        predicate = not listed and result.clause in _PREDICATE_CLAUSES
        self.expression(state, items, predicate=predicate, signs=(")",))
        if predicate and state.at is ExpressionAt.AFTER:
            result.signs((",",))
        if listed and state.at is ExpressionAt.OPERAND:
            result.compared = self.compared_outside()
        if index == 0:
            position = 0 if listed else len(result.keywords)
            result.keywords.insert(position, "SELECT")
            if listed:
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

    def column_list(self) -> None:
        """A bracket that lists columns."""
        role = self.role
        result = self.result
        items, index = self.items, self.index
        result.clause = _LIST_CLAUSES.get(role, result.clause)
        if index == 0 or items[index - 1].sym == ",":
            result.kinds.add(Kind.COLUMN)
            if role is Role.USING:
                result.kinds.add(Kind.JOIN_CONDITION)
            if role is Role.INSERT_COLUMNS and index == 0:
                result.kinds.add(Kind.COLUMN_LIST)
                if not any(s.clause is Clause.VALUES for s in self.query.segments):
                    result.words(("SELECT", "WITH"))
        else:
            result.signs((",", ")"))
            if role is Role.CONFLICT:
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


_HANDLERS: dict[Role, Callable[[Brackets], None]] = {
    Role.CALL: Brackets.call,
    Role.GROUP: Brackets.group,
    Role.IN: Brackets.group,
    Role.EXISTS: Brackets.subquery,
    Role.CTE: Brackets.subquery,
    Role.CTE_COLUMNS: Brackets.new_columns,
    Role.DERIVED: Brackets.derived,
    Role.ALIAS_COLUMNS: Brackets.new_columns,
    Role.OVER: Brackets.window_spec,
    Role.FILTER: Brackets.filtered,
    Role.WITHIN: Brackets.within,
    Role.USING: Brackets.column_list,
    Role.CONFLICT: Brackets.column_list,
    Role.INSERT_COLUMNS: Brackets.column_list,
    Role.SET_COLUMNS: Brackets.column_list,
    Role.STAR_EXCEPT: Brackets.column_list,
    Role.STAR_REPLACE: Brackets.replacement,
    Role.VALUES: Brackets.values_row,
    Role.GROUPING: Brackets.grouping,
    Role.TYPE: Brackets.length,
    Role.SUBSCRIPT: Brackets.subscript,
}
