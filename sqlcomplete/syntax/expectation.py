"""What may stand at the cursor: kinds, keywords and signs, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from sqlcomplete.syntax import phrases
from sqlcomplete.syntax.ddl import expect_ddl
from sqlcomplete.syntax.expression import ExpressionState, walk
from sqlcomplete.syntax.keywords import AGGREGATES, FROM_FUNCTIONS, RESERVED, TIME_UNITS
from sqlcomplete.syntax.model import Clause, Kind, OutputColumn, Scope
from sqlcomplete.syntax.outline import Frame, Item, Outline
from sqlcomplete.syntax.query import FromState, Query, Segment, read, read_from, word_at
from sqlcomplete.syntax.scope import (
    chain,
    elements,
    find_column,
    place_in,
    query_frame,
    segment_at,
    skip_modifiers,
)

_VALUE = frozenset({Kind.COLUMN, Kind.RELATION, Kind.FUNCTION, Kind.LITERAL})
_READ = frozenset({Kind.TABLE, Kind.NAMESPACE})
_PREDICATE_CLAUSES = frozenset({Clause.WHERE, Clause.HAVING, Clause.ON, Clause.QUALIFY})
_CALLED = frozenset(
    {"LEFT", "RIGHT", "IF", "VALUES", "INSERT", "SET", "DEFAULT", "CAST", "REPLACE"}
)
_BODY = frozenset({"AS", "MATERIALIZED"})
_NO_NAMED_ARGUMENTS = frozenset({"mysql", "sqlite", "tsql"})
_NULL_TREATING = frozenset({"FIRST_VALUE", "LAST_VALUE", "LAG", "LEAD", "NTH_VALUE", "ARRAY_AGG",
                            "STRING_AGG"})  # fmt: skip
_DATED = frozenset({"DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"})
_CASTS = frozenset({"CAST", "TRY_CAST", "SAFE_CAST"})
_MAIN = frozenset(
    {Clause.SELECT, Clause.INSERT_INTO, Clause.UPDATE, Clause.DELETE, Clause.MERGE, Clause.VALUES}
)
_TRAILING_COMMA = frozenset({"bigquery", "duckdb", "snowflake", "databricks"})
_WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")


@dataclass(slots=True)
class Answer:
    """An expectation in the making: what the grammar says of the place."""

    kinds: set[Kind] = field(default_factory=set)
    keywords: list[str] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    clause: Clause = Clause.OTHER
    compared: OutputColumn | None = None
    function: str | None = None
    argument: int = 0

    def words(self, *groups: tuple[str, ...]) -> None:
        for group in groups:
            for word in group:
                if word not in self.keywords:
                    self.keywords.append(word)

    def signs(self, *groups: tuple[str, ...]) -> None:
        for group in groups:
            for sign in group:
                if sign not in self.operators:
                    self.operators.append(sign)


class Grammar:
    """The grammar's view of one hole. `answer()` is what may stand there."""

    def __init__(self, outline: Outline, scope: Scope, dialect: str) -> None:
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

    # Entry ------------------------------------------------------------------------------------

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
        if state.at == "on":
            return True
        if self.frame is not self.outer and self.outer.items[self.place].frame is not None:
            inner = self.outer.items[self.place].frame
            if inner is self.frame and state.at in {"relation", "lateral"}:
                return read_from(self.items, 0, self.index).at == "on"
        return False

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

    # Expressions ------------------------------------------------------------------------------

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
        if at in {"operand", "case"}:
            self.operand(state, items, predicate=predicate or case == "when")
            if at == "case":
                result.keywords.insert(0, "WHEN")
        elif at in {"after", "typed", "unit"}:
            self.after(state, items, predicate, tail, signs, more)
            if self.previous is not None and self.previous.word in _DATED:
                result.kinds.add(Kind.LITERAL)
            if at == "unit":
                result.keywords[:0] = ["DAY", "MONTH", "YEAR", "HOUR", "MINUTE", "SECOND", "WEEK"]
        elif at == "not":
            result.words(phrases.after_not(dialect))
        elif at == "is":
            result.words(("NULL", "NOT NULL", "TRUE", "FALSE", "NOT", "DISTINCT FROM",
                          "NOT DISTINCT FROM", "NOT TRUE", "NOT FALSE"))  # fmt: skip
        elif at == "is not":
            result.words(("NULL", "TRUE", "FALSE", "DISTINCT FROM"))
        elif at == "distinct":
            result.words(("FROM",))
        elif at == "in":
            result.signs(("(",))
            if dialect == "bigquery":
                result.words(("UNNEST",))
            if dialect in {"duckdb", "sqlite", "bigquery", "clickhouse"}:
                result.kinds |= {Kind.FUNCTION, Kind.LITERAL}
        elif at == "exists" or at == "filter" or at == "over":
            result.signs(("(",))
            if at == "over" and self.scope.windows:
                result.words(self.scope.windows)
        elif at == "within":
            result.words(("GROUP",))
        elif at == "type":
            result.kinds.add(Kind.TYPE)
        elif at == "alias":
            result.kinds.add(Kind.NEW_NAME)
        elif at == "aliased":
            result.words(tail)
            result.signs((",",) if more else (), signs)
        elif at == "at":
            result.words(("TIME ZONE",))
        elif at == "at time":
            result.words(("ZONE",))
        elif at == "similar":
            result.words(("TO",))
        elif at == "interval":
            result.kinds |= {Kind.LITERAL}
        elif at == "collate":
            result.kinds.add(Kind.LITERAL)
        elif at == "direction":
            result.words(("NULLS LAST", "NULLS FIRST"), tail)
            result.signs((",",), signs)
        elif at == "nulls":
            result.words(("LAST", "FIRST"))
        elif at == "ordered":
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
            if case == "subject":
                result.words(("WHEN",))
                result.signs(phrases.arithmetic(dialect))
                return
            if case == "when":
                if state.compares:
                    result.words(("THEN", "AND", "OR"))
                    result.signs(phrases.arithmetic(dialect))
                else:
                    result.words(compare[:4], ("THEN", "AND", "OR"), compare[4:])
                    result.signs(phrases.COMPARISONS, phrases.arithmetic(dialect))
            elif case == "then":
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

    # Queries ----------------------------------------------------------------------------------

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
            Clause.WHERE: self.predicate,
            Clause.HAVING: self.predicate,
            Clause.QUALIFY: self.predicate,
            Clause.ON: self.predicate,
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

    def tail(self, clause: Clause | None = None) -> tuple[str, ...]:
        """The clauses that may begin at the hole, up to those that follow it already."""
        rank = 99
        for segment in self.query.segments:
            if segment.core == self.segment.core and segment.key > self.place:
                rank = min(rank, phrases.rank_of(segment.clause, segment.word))
        verb = self.core.verb
        if verb in {"SELECT", "FROM", "VALUES"}:
            if any(s.core > self.segment.core for s in self.query.segments):
                rank = min(rank, 8)
            words = phrases.clauses_after(clause or self.segment.clause, self.dialect, rank)
            if self.insert_around():
                words += self.insert_tail()
            return words
        if verb == "UPDATE":
            words = ()
            here = clause or self.segment.clause
            if here in {Clause.SET, Clause.FROM} and rank > 2:
                words += ("WHERE",)
            if here is Clause.SET and rank > 1 and self.dialect not in {"mysql", "oracle"}:
                words += ("FROM",)
            return words + self.returning() + self.written_limit()
        if verb == "DELETE":
            words = ("WHERE",) if (clause or self.segment.clause) is not Clause.WHERE else ()
            return (words if rank > 2 else ()) + self.returning() + self.written_limit()
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
        if self.dialect not in phrases.RETURNING:
            return ()
        here = any(s.clause is Clause.RETURNING for s in self.query.segments)
        return () if here else ("RETURNING",)

    def written_limit(self) -> tuple[str, ...]:
        return ("ORDER BY", "LIMIT") if self.dialect in {"mysql", "sqlite"} else ()

    def insert_tail(self) -> tuple[str, ...]:
        known = any(s.clause is Clause.ON_CONFLICT for s in self.query.segments)
        return (() if known else self.insert_words()) + self.returning()

    def insert_words(self) -> tuple[str, ...]:
        """How the dialect says what a duplicate does."""
        if self.dialect in phrases.ON_CONFLICT:
            return ("ON CONFLICT",)
        return ("ON DUPLICATE KEY UPDATE",) if self.dialect in phrases.ON_DUPLICATE else ()

    def start(self) -> None:
        """Nothing of a query yet."""
        result = self.result
        segment = self.segment
        before = self.items[segment.start : self.index]
        if segment.word == "EXPLAIN":
            if all(i.frame is not None or i.word in {"ANALYZE", "VERBOSE", "QUERY", "PLAN"}
                   for i in before):  # fmt: skip
                result.words(("SELECT", *_WRITES, "WITH"))
                if not before:
                    result.words(("ANALYZE", "VERBOSE", "QUERY PLAN"))
                    result.signs(("(",))
            return
        if not before:
            if self.frame.parent is None:
                result.words(phrases.STATEMENTS)
                if self.dialect == "tsql":
                    result.words(("INSERT",))  # INTO may be left out
                if self.dialect == "duckdb":
                    result.words(("FROM", "DESCRIBE", "COPY", "PRAGMA", "ATTACH"))
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
            if self.dialect in {"", "postgres", "sqlite", "duckdb"}:
                result.words(("MATERIALIZED", "NOT MATERIALIZED"))
        elif previous.word in {"MATERIALIZED", "NOT"}:
            if previous.word == "NOT":
                result.words(("MATERIALIZED",))
            else:
                result.signs(("(",))
        elif previous.frame is not None:
            if word_at(items, index - 2) in _BODY:
                if not any(s.key > index and s.clause in _MAIN for s in self.query.segments):
                    result.words(("SELECT", *_WRITES))
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
        tail: tuple[str, ...]
        if returning:
            tail = ("INTO",) if self.dialect == "oracle" else ()
            if self.dialect == "tsql":
                tail = (
                    ("VALUES", "WHERE", "SELECT")
                    if self.core.verb == "INSERT"
                    else ("FROM", "WHERE")
                )
        else:
            tail = self.tail()
            if self.core.verb == "FROM":
                tail = ("WHERE", *tail)
        named = (*(w for w in tail if w == "FROM"), "AS", *tail)
        if state.at == "aliased":
            named = tail
        self.expression(state, items, tail=named, signs=self.open_end)
        if state.at == "after" and not state.cases and not state.between and previous.sym != "*":
            result.kinds.add(Kind.NEW_NAME)
        if state.at == "operand":
            element = state.begin == index or (state.begin < start and start == index)
            if previous.sym == "," and self.dialect in _TRAILING_COMMA and not returning:
                result.words(tuple(w for w in tail if w == "FROM"))
            if element or start == index:
                result.kinds.add(Kind.STAR)
            if start == index == segment.start and not returning:
                extra = ("DISTINCT", "CASE", "DISTINCT ON") if self.dialect in {
                    "", "postgres", "duckdb",
                } else ("DISTINCT", "CASE")  # fmt: skip
                if self.dialect in {"tsql", "fabric"}:
                    extra = ("TOP", *extra)
                result.keywords[:] = [*extra, *(w for w in result.keywords if w not in extra)]
                result.words(("ALL",))
                if self.dialect == "postgres":
                    result.words(tuple(w for w in tail if w == "FROM"))
            elif word_at(items, index - 1) == "DISTINCT" and self.dialect in {
                "", "postgres", "duckdb",
            }:  # fmt: skip
                result.words(("ON",))

    def from_(self, frame_items: list[Item] | None = None, start: int | None = None) -> None:
        """In FROM (or UPDATE's and MERGE's relations)."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        begin = segment.start if start is None else start
        inside = start is not None  # joins in brackets
        state = read_from(items, begin, index)
        at = state.at
        if at == "on":
            self.on(items, state, inside)
            return
        if at in {"relation", "lateral"}:
            self.relation(state)
        elif at == "join":
            self.join_words(state)
        elif at == "using":
            result.signs(("(",))
        elif at == "alias":
            result.kinds.add(Kind.NEW_NAME)
        elif at in {"name", "aliased", "used"}:
            if at == "name":
                result.kinds.add(Kind.NEW_NAME)
            self.after_relation(state, inside)

    def relation(self, state: FromState) -> None:
        """A relation's name must come."""
        result = self.result
        result.kinds |= _READ
        clause = self.segment.clause
        if clause is Clause.UPDATE and state.joins == 0 and not state.references:
            if self.dialect in {"", "postgres"}:
                result.words(("ONLY",))
            if self.dialect == "sqlite":
                result.words(("OR REPLACE", "OR IGNORE"))
            return
        result.kinds.add(Kind.FUNCTION)
        result.signs(("(",))
        if state.words and state.words[-1] in {"JOIN", "STRAIGHT_JOIN"} and state.owes:
            result.kinds.add(Kind.JOIN)
        if state.at == "lateral":
            result.kinds -= {Kind.TABLE, Kind.NAMESPACE, Kind.JOIN}
            return
        if (self.dialect in phrases.LATERAL and (state.references or state.words)) or (
            self.dialect in phrases.LATERAL and self.dialect != "mysql"
        ):
            result.words(("LATERAL",))
        if self.dialect in {"", "postgres"}:
            result.words(("ONLY",))

    def join_words(self, state: FromState) -> None:
        """After LEFT, INNER, ...: the rest of the join's words."""
        result = self.result
        last = state.words[-1] if state.words else ""
        if last in {"LEFT", "RIGHT", "FULL"}:
            result.words(("JOIN", "OUTER JOIN"))
            if self.dialect in {"duckdb", "databricks", "spark", "hive"}:
                result.words(("SEMI JOIN", "ANTI JOIN"))
        elif last == "NATURAL":
            result.words(("JOIN", "LEFT JOIN", "INNER JOIN", "RIGHT JOIN", "FULL JOIN"))
        elif last in {"CROSS", "OUTER"} and self.dialect in phrases.APPLY:
            result.words(("JOIN", "APPLY") if last == "CROSS" or len(state.words) > 1
                         else ("APPLY",))  # fmt: skip
        else:
            result.words(("JOIN",))

    def after_relation(self, state: FromState, inside: bool) -> None:
        """After a relation with or without its alias."""
        result = self.result
        clause = self.segment.clause
        dialect = self.dialect
        alias = ("AS",) if state.at == "name" else ()
        merge = self.core.verb == "MERGE"
        if state.owes:
            result.words(("ON", "USING"), alias)
            if dialect in phrases.JOIN_WITHOUT_ON:
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
            if dialect in {"mysql", "", "tsql"}:
                result.words(phrases.joins(dialect)[:4])
            if dialect == "mysql":
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
        if dialect in {"postgres", "duckdb", "snowflake", "tsql", ""} and state.at != "used":
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
        if expression.at == "operand" and not expression.compares and not expression.cases:
            result.kinds.add(Kind.JOIN_CONDITION)

    def delete(self) -> None:
        result = self.result
        segment = self.segment
        if segment.word == "DELETE":
            if self.index == segment.start:
                result.words(("FROM",))
                if self.dialect in {"mysql", "tsql"}:
                    result.kinds |= {Kind.RELATION, Kind.TABLE}
            else:
                result.words(("FROM",))
                result.signs((",",) if self.dialect == "mysql" else ())
            return
        state = read_from(self.items, segment.start, self.index)
        if state.at in {"relation", "lateral"}:
            result.kinds |= _READ
            if self.dialect in {"", "postgres"}:
                result.words(("ONLY",))
        elif state.at == "alias":
            result.kinds.add(Kind.NEW_NAME)
        else:
            result.words(("WHERE",) if not self.later(Clause.WHERE) else ())
            if self.dialect in {"", "postgres", "duckdb", "snowflake", "mysql", "redshift"}:
                result.words(("USING",) if not self.later(Clause.FROM) else ())
            result.words(self.returning())
            if state.at == "name":
                result.kinds.add(Kind.NEW_NAME)
                result.words(("AS",))
            result.words(self.written_limit())
            result.signs(self.open_end)

    def later(self, clause: Clause) -> bool:
        """Whether the core has that clause right of the hole."""
        return any(s.clause is clause and s.key > self.place for s in self.core.segments)

    def predicate(self) -> None:
        """In WHERE, HAVING, QUALIFY, or MERGE's ON."""
        state = walk(self.items, self.segment.start, self.index)
        self.expression(
            state, self.items, predicate=True, tail=self.tail(), signs=self.open_end, more=False
        )
        if self.segment.clause is Clause.ON and state.at == "operand" and not state.compares:
            self.result.kinds.add(Kind.JOIN_CONDITION)

    def group_by(self) -> None:
        result = self.result
        items, index = self.items, self.index
        if self.segment.word == "GROUP":
            result.words(("BY",))
            return
        state = walk(items, self.segment.start, index)
        self.expression(state, items, tail=self.tail(), signs=self.open_end)
        if state.at == "operand" and state.begin == index:
            result.kinds.add(Kind.GROUPING)
            if index == self.segment.start:
                if self.dialect in {"duckdb", "snowflake", "databricks"}:
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
        if state.at == "operand" and state.begin == index:
            result.kinds.add(Kind.ORDERING)

    def ordering(
        self, items: list[Item], start: int, tail: tuple[str, ...], signs: tuple[str, ...]
    ) -> None:
        """In the list of an ORDER BY."""
        state = walk(items, start, self.index)
        words = tail
        if state.at in {"after", "typed"}:
            words = ("DESC", "ASC", *tail[:1], "NULLS LAST", "NULLS FIRST", *tail)
            if self.dialect in {"mysql", "tsql"}:
                words = ("DESC", "ASC", *tail)
        self.expression(state, items, tail=words, signs=signs)

    def limit(self) -> None:
        """LIMIT, OFFSET and FETCH."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        word = segment.word
        content = items[segment.start : index]
        if word == "FETCH":
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
            return
        if not content:
            result.kinds |= {Kind.LITERAL}
            result.signs(("(",))
            if word == "LIMIT" and self.dialect in {"", "postgres", "snowflake", "redshift"}:
                result.words(("ALL", "NULL"))
            return
        previous = content[-1]
        if previous.sym and previous.sym != "*":
            result.kinds |= {Kind.TYPE if previous.sym == "::" else Kind.LITERAL}
            return
        words: tuple[str, ...] = ()
        if word == "LIMIT":
            words += ("OFFSET",)
            if self.dialect in {"mysql", "sqlite", "clickhouse"} and len(content) == 1:
                result.signs((",",))
        elif word == "OFFSET":
            if previous.word not in {"ROW", "ROWS"}:
                words += ("ROWS", "ROW")
            if self.dialect not in phrases.NO_FETCH:
                words += ("FETCH NEXT", "FETCH FIRST")
            if self.dialect in {"", "postgres", "duckdb"}:
                words += ("LIMIT",)
        if self.dialect in {"", "postgres", "mysql", "oracle"}:
            words += ("FOR UPDATE",)
        result.words(words, self.insert_tail() if self.insert_around() else ())
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

    def insert(self) -> None:
        """From INSERT to VALUES or SELECT."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        content = items[segment.start : index]
        if segment.word == "MERGE INSERT":
            if content and content[-1].frame is not None:
                result.words(("VALUES",))
            else:
                result.kinds.add(Kind.COLUMN_LIST)
                result.signs(("(",))
                result.words(("VALUES", "DEFAULT VALUES"))
            return
        if not segment.word.endswith("INTO"):
            last = content[-1].word if content else ""
            if last in {"OR"}:
                result.words(("REPLACE INTO", "IGNORE INTO", "ABORT INTO", "FAIL INTO",
                              "ROLLBACK INTO"))  # fmt: skip
            elif content and last in {"REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"}:
                result.words(("INTO",))
            elif content:
                self.after_target(content)
            else:
                result.words(("INTO",))
                if self.dialect in {"sqlite", "duckdb", ""}:
                    result.words(("OR REPLACE INTO", "OR IGNORE INTO"))
                if self.dialect in {"mysql"}:
                    result.words(("IGNORE INTO",))
                if self.dialect in {"hive", "spark", "databricks", "snowflake"}:
                    result.words(("OVERWRITE",))
                if self.dialect in {"tsql", "mysql"}:
                    result.kinds |= _READ
            return
        if not content or content[-1].word in {"TABLE"}:
            result.kinds |= _READ
            return
        self.after_target(content)

    def after_target(self, content: list[Item]) -> None:
        """After INSERT's table: its columns, VALUES, or a query."""
        result = self.result
        last = content[-1]
        if last.word == "AS":
            result.kinds.add(Kind.NEW_NAME)
            return
        later = any(s.key > self.place for s in self.query.segments)
        if last.frame is not None:
            if not later:
                result.words(("VALUES", "SELECT", "WITH"))
                if self.dialect in {"", "postgres"}:
                    result.words(("OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"))
                if self.dialect == "tsql":
                    result.words(("OUTPUT",))
            return
        if last.word in {"OVERRIDING", "SYSTEM", "USER"}:
            result.words(("SYSTEM VALUE", "USER VALUE", "VALUE"))
            return
        if last.word == "DEFAULT":
            result.words(("VALUES",))
            return
        result.kinds.add(Kind.COLUMN_LIST)
        result.signs(("(",))
        if not later:
            result.words(("VALUES", "SELECT", "DEFAULT VALUES", "WITH"))
        if self.dialect in {"", "postgres", "sqlite"}:
            result.words(("AS",))
        if self.dialect == "mysql":
            result.words(("SET",))

    def values(self) -> None:
        """Between the rows of VALUES."""
        result = self.result
        if self.index == self.segment.start or self.items[self.index - 1].sym == ",":
            result.signs(("(",))
            if self.dialect == "mysql":
                result.words(("ROW",))
            return
        if self.core.verb == "INSERT":
            result.words(self.insert_tail())
        elif self.core.verb == "MERGE":
            result.words(self.tail())
        else:
            result.words(phrases.clauses_after(Clause.HAVING, self.dialect))
        result.signs((",",), self.open_end)

    def on_conflict(self) -> None:
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        content = items[segment.start : index]
        last = content[-1] if content else None
        if segment.word == "ON":
            result.words(tuple(word.removeprefix("ON ") for word in self.insert_words()))
            return
        if segment.word == "ON DUPLICATE":
            result.words(("UPDATE",) if word_at(items, segment.start - 1) == "KEY"
                         else ("KEY UPDATE",))  # fmt: skip
            return
        if last is None:
            result.signs(("(",))
            result.words(("DO NOTHING", "DO UPDATE SET", "ON CONSTRAINT"))
        elif last.word == "ON":
            result.words(("CONSTRAINT",))
        elif last.word == "CONSTRAINT":
            result.kinds.add(Kind.NEW_NAME)
        elif last.word == "DO":
            result.words(("UPDATE SET", "NOTHING"))
        elif last.word == "UPDATE":
            result.words(("SET",))
        elif last.word == "NOTHING":
            result.words(self.returning())
            result.signs(self.open_end)
        else:
            result.words(("DO UPDATE SET", "DO NOTHING"))
            if last.frame is not None:
                result.words(("WHERE",))

    def set(self) -> None:
        """In an assignment list."""
        result = self.result
        items, index = self.items, self.index
        start = self.segment.start
        spans = elements(items, start, index)
        begin = spans[-1][0] if spans else start
        if index and items[index - 1].sym == ",":
            begin = index
        equals = next((i for i in range(begin, index) if items[i].sym == "="), None)
        if equals is None:
            if index == begin:
                result.kinds.add(Kind.COLUMN)
                result.signs(("(",))
            elif items[index - 1].sym != ".":
                result.signs(("=",))
            return
        state = walk(items, equals + 1, index)
        tail = self.tail(Clause.SET)
        if self.core.verb == "INSERT":
            tail = ("WHERE", *self.returning())
            if self.dialect in phrases.ON_DUPLICATE:
                tail = ()
        self.expression(state, items, tail=tail, signs=self.open_end)
        if state.at == "operand" and index == equals + 1:
            result.words(("DEFAULT",))
            result.compared = self.assigned(items, begin, equals)

    def assigned(self, items: list[Item], begin: int, equals: int) -> OutputColumn | None:
        """The column left of SET's equals sign."""
        names = chain(items, begin, equals)
        if names is None:
            return None
        target = self.scope.target
        if target is not None and (len(names) == 1 or names[-2].lower() == target.name.lower()):
            return find_column((target,), names[-1:])
        return find_column(self.scope.relations, names)

    def merge(self) -> None:
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        if segment.word != "WHEN":
            if not segment.word.endswith("INTO") and index == segment.start:
                result.words(("INTO",))
                if self.dialect in {"tsql", "bigquery"}:
                    result.kinds |= _READ
                return
            self.from_()
            return
        words = [item.word for item in items[segment.start : index]]
        last = words[-1] if words else ""
        if not words:
            result.words(("MATCHED THEN", "NOT MATCHED THEN", "MATCHED AND", "NOT MATCHED AND",
                          "MATCHED", "NOT MATCHED"))  # fmt: skip
        elif words == ["NOT"]:
            result.words(("MATCHED", "MATCHED THEN"))
        elif last == "BY":
            result.words(("SOURCE", "TARGET"))
        elif last == "THEN":
            if "NOT" in words[:1] and "SOURCE" not in words:
                result.words(("INSERT", "DO NOTHING"))
            else:
                result.words(("UPDATE SET", "DELETE", "DO NOTHING"))
        elif "THEN" in words:
            if last == "UPDATE":
                result.words(("SET",))
            elif last == "DO":
                result.words(("NOTHING",))
            else:
                result.words(("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN"), self.returning())
                result.signs(self.open_end)
        elif "AND" in words:
            start = segment.start + words.index("AND") + 1
            state = walk(items, start, index)
            self.expression(state, items, predicate=True, tail=("THEN",), more=False)
        else:
            result.words(("THEN", "AND"))
            if last == "MATCHED" and self.dialect in {"tsql", "", "postgres", "bigquery"}:
                result.words(("BY SOURCE", "BY TARGET"))

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

    # Brackets ---------------------------------------------------------------------------------

    def in_bracket(self) -> None:
        """The hole stands in a bracket that is no query."""
        role = self.role(self.frame)
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
            if state.at == "operand":
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

    def role(self, frame: Frame) -> str:
        """What a bracket is for, by what stands left of it."""
        parent = frame.parent
        assert parent is not None
        if frame.bracket != "(":
            return "subscript"
        items, i = parent.items, frame.index
        previous = items[i - 1] if i else None
        word = previous.word if previous is not None else ""
        if word == "IN":
            return "in"
        if word in {"ANY", "SOME"} or (word == "ALL" and i > 1 and items[i - 2].sym):
            return "in"
        if word == "EXISTS":
            return "exists"
        if word == "OVER":
            return "over"
        if word == "FILTER" and i > 1 and items[i - 2].frame is not None:
            return "filter"
        if word == "GROUP" and word_at(items, i - 2) == "WITHIN":
            return "within"
        if i > 1 and items[i - 2].sym == "*":
            if word in {"EXCEPT", "EXCLUDE"}:
                return "star except"
            if word == "REPLACE":
                return "star replace"
        if parent.query:
            found = self.clause_role(parent, i, previous, word)
            if found:
                return found
        elif parent.bracket == "(" and self.role(parent) == "derived":
            state = read_from(items, 0, i)
            if state.at in {"relation", "lateral"}:
                return "derived"
            if state.at == "using":
                return "using"
        if word == "USING":
            return "using"
        if previous is not None and previous.is_name:
            if i > 1 and (items[i - 2].sym == "::" or items[i - 2].word == "AS"):
                return "type"
            if word not in RESERVED or word in _CALLED:
                return "call"
        return "group"

    def clause_role(self, parent: Frame, i: int, previous: Item | None, word: str) -> str:
        """The bracket's role where the clause decides it, else ""."""
        query = read(parent)
        segment = segment_at(query, i)
        clause = segment.clause
        items = parent.items
        if clause is Clause.WITH:
            return "cte" if word in _BODY else "cte columns"
        if clause is Clause.INSERT_INTO:
            return "insert columns"
        if clause is Clause.VALUES:
            if (
                i == segment.start
                or (previous is not None and previous.sym == ",")
                or word == "ROW"
            ):
                return "values"
        elif clause is Clause.ON_CONFLICT:
            if i == segment.start:
                return "conflict"
        elif clause is Clause.SET:
            if i == segment.start or (previous is not None and previous.sym == ","):
                return "set columns"
        elif clause is Clause.WINDOW:
            if word == "AS":
                return "over"
        elif clause is Clause.GROUP_BY:
            if word in {"ROLLUP", "CUBE", "SETS"}:
                return "grouping"
        elif clause in {Clause.FROM, Clause.UPDATE, Clause.DELETE, Clause.MERGE}:
            if clause is Clause.MERGE and segment.word == "WHEN":
                return ""
            state = read_from(items, segment.start, i)
            if state.at in {"relation", "lateral"}:
                return "derived"
            if state.at == "using":
                return "using"
            if state.at == "aliased":
                return "alias columns"
            if state.at == "name":
                return "call"
        elif clause is Clause.START or (clause is Clause.OTHER and i == segment.start):
            return "exists"
        return ""

    def call(self) -> None:
        """The arguments of a call."""
        result = self.result
        items, index = self.items, self.index
        opener = self.frame.opener()
        name = opener.name if opener is not None and opener.is_name else ""
        upper = name.upper()
        aggregate = upper in AGGREGATES
        result.function = name or None
        order = next(
            (i for i in range(index) if items[i].word == "ORDER" and i + 1 < index
             and items[i + 1].word == "BY"),
            None,
        )  # fmt: skip
        if order is not None:
            self.ordering(items, order + 2, (), (")",))
            return
        if index and items[index - 1].word == "ORDER":
            result.words(("BY",))
            return
        state = walk(items, 0, index)
        result.argument = state.elements
        if upper in _CASTS and word_at(items, index - 1) == "AS":
            result.kinds.add(Kind.TYPE)
            return
        cast = next((i for i in range(index) if items[i].word == "AS"), None)
        if upper in _CASTS and cast is not None:
            result.signs((")",))
            return
        if upper == "EXTRACT":
            if index == 0:
                result.words(("YEAR", "MONTH", "DAY", "HOUR", "DOW", "EPOCH", "QUARTER", "WEEK",
                              "MINUTE", "SECOND"))  # fmt: skip
                return
            if index == 1:
                result.words(("FROM",))
                return
        separator = next((i for i in range(index) if items[i].word == "FROM"), None)
        if separator is not None and upper in FROM_FUNCTIONS:
            state = walk(items, separator + 1, index)
            self.expression(state, items, signs=(")",), more=False)
            return
        tail: tuple[str, ...] = ()
        if upper in _CASTS or upper == "STRUCT":
            tail = ("AS",)
        elif upper == "POSITION":
            tail = ("IN",)
        elif upper in FROM_FUNCTIONS - {"EXTRACT"}:
            tail = ("FROM", "FOR")
        elif aggregate and upper not in {"COUNT", "SUM", "AVG", "MIN", "MAX"}:
            tail = ("ORDER BY", "SEPARATOR") if upper == "GROUP_CONCAT" else ("ORDER BY",)
        if state.at == "in" and upper == "POSITION":
            self.operand(state, items)
            result.compared = None
            return
        self.expression(state, items, tail=tail, signs=(")",), more=upper not in _CASTS)
        if state.at == "after" and self.index == state.begin + 1:
            result.signs(("=>",) if self.dialect not in _NO_NAMED_ARGUMENTS else ())
        if state.at == "after" and upper in _NULL_TREATING:
            result.words(("IGNORE NULLS", "RESPECT NULLS"))
        if tail[:1] == ("AS",) and "AS" in result.keywords:
            result.keywords.remove("AS")
            result.keywords.insert(0, "AS")
        if index == 0:
            result.signs((")",))
            if upper.startswith("COUNT"):
                result.kinds.add(Kind.STAR)
            if aggregate:
                result.keywords.insert(0, "DISTINCT")
            if upper in {"DATE_TRUNC", "DATE_PART"}:
                result.kinds.add(Kind.LITERAL)
            if upper in {"DATEADD", "DATEDIFF", "DATEPART", "DATENAME"}:
                result.words(tuple(sorted(TIME_UNITS)))
            if upper == "TRIM":
                result.words(("BOTH", "LEADING", "TRAILING"))
            if upper == "ARRAY":
                result.words(("SELECT",))

    def group(self, role: str) -> None:
        """A bracket in an expression, or IN's list."""
        result = self.result
        items, index = self.items, self.index
        state = walk(items, 0, index)
        predicate = role == "group" and (
            result.clause in _PREDICATE_CLAUSES or result.clause is Clause.WHERE
        )
        self.expression(state, items, predicate=predicate, signs=(")",))
        if predicate and state.at == "after":
            result.signs((",",))
        if state.at == "operand" and role == "in":
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
        if state.at == "operand":
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


def expect(outline: Outline, scope: Scope, dialect: str) -> Answer:
    """What the grammar lets stand at the outline's hole."""
    return Grammar(outline, scope, dialect).answer()


__all__ = ["Answer", "expect"]
