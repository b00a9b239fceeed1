"""What may stand at the cursor: kinds, keywords and operators, by clause and by grammar."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.syntax.expression import COMPARISONS, ExpressionState, walk
from sqlcomplete.syntax.keywords import RESERVED
from sqlcomplete.syntax.model import Clause, Expectation, Kind, OutputColumn, Scope, Token
from sqlcomplete.syntax.outline import Frame, Outline
from sqlcomplete.syntax.query import Query, Segment, read, read_from, word_at
from sqlcomplete.syntax.scope import (
    chain,
    find_column,
    place_in,
    query_frame,
    read_insert,
    segment_at,
)

_NAMES = frozenset({Kind.COLUMN, Kind.RELATION, Kind.FUNCTION})
_OPERAND = _NAMES | {Kind.LITERAL, Kind.KEYWORD, Kind.OPERATOR}
_WORDS = frozenset({Kind.KEYWORD, Kind.OPERATOR})
_STARTS = (
    "SELECT",
    "WITH",
    "INSERT INTO",
    "UPDATE",
    "DELETE FROM",
    "CREATE TABLE",
    "ALTER TABLE",
    "DROP TABLE",
    "EXPLAIN",
    "MERGE INTO",
    "CREATE VIEW",
    "CREATE INDEX",
    "TRUNCATE",
    "VALUES",
)
_JOINS = ("JOIN", "LEFT JOIN", "INNER JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN")
_PREDICATES = (
    "AND",
    "OR",
    "IN",
    "IS NULL",
    "IS NOT NULL",
    "LIKE",
    "BETWEEN",
    "NOT IN",
    "NOT LIKE",
    "IS",
    "NOT",
)
_TAIL = ("UNION ALL", "UNION", "EXCEPT", "INTERSECT")
_AFTER_FROM = ("WHERE", "GROUP BY", "ORDER BY", "LIMIT", "HAVING", *_TAIL)
# The clauses that may follow each clause, likeliest first.
_NEXT: dict[Clause, tuple[str, ...]] = {
    Clause.SELECT: ("FROM", *_TAIL),
    Clause.FROM: _AFTER_FROM,
    Clause.ON: (*_JOINS, *_AFTER_FROM),
    Clause.WHERE: ("GROUP BY", "ORDER BY", "LIMIT", "HAVING", *_TAIL),
    Clause.GROUP_BY: ("ORDER BY", "HAVING", "LIMIT", *_TAIL),
    Clause.HAVING: ("ORDER BY", "LIMIT", *_TAIL),
    Clause.QUALIFY: ("ORDER BY", "LIMIT"),
    Clause.ORDER_BY: ("LIMIT", "OFFSET"),
    Clause.LIMIT: ("OFFSET",),
    Clause.VALUES: ("RETURNING", "ON CONFLICT"),
    Clause.SET: ("WHERE", "FROM", "RETURNING"),
}
_QUALIFY = frozenset({"snowflake", "bigquery", "duckdb", "databricks", "clickhouse", "teradata"})
_COMPARE = ("=", ">", "<", ">=", "<=", "<>", "!=")
_ARITHMETIC = ("+", "-", "*", "/", "||")
_CASES = {
    "case": ("WHEN",),
    "subject": ("WHEN",),
    "when": ("THEN",),
    "then": ("ELSE", "WHEN", "END"),
    "else": ("END",),
}
_AT: dict[str, tuple[str, ...]] = {
    "is": ("NULL", "NOT NULL", "TRUE", "FALSE", "DISTINCT FROM"),
    "is not": ("NULL", "TRUE", "FALSE", "DISTINCT FROM"),
    "not": ("IN", "LIKE", "BETWEEN", "ILIKE", "NULL"),
    "distinct": ("FROM",),
    "at": ("TIME ZONE",),
    "at time": ("ZONE",),
    "similar": ("TO",),
    "nulls": ("FIRST", "LAST"),
    "within": ("GROUP",),
    "unit": ("DAY", "MONTH", "YEAR", "HOUR"),
}
_UNNAMED = frozenset(
    {
        "IN",
        "AND",
        "OR",
        "NOT",
        "ON",
        "WHERE",
        "SELECT",
        "THEN",
        "ELSE",
        "WHEN",
        "BY",
        "HAVING",
        "FROM",
        "JOIN",
        "USING",
        "AS",
        "VALUES",
        "SET",
        "EXISTS",
        "OVER",
        "CONFLICT",
    }
)


@dataclass(slots=True)
class _Found:
    """What one place admits, while it is being read."""

    clause: Clause
    kinds: frozenset[Kind]
    keywords: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    compared: OutputColumn | None = None
    function: str | None = None
    argument: int = 0


def expectation(
    outline: Outline,
    scope: Scope,
    dialect: str,
    typed: str,
    replace: tuple[int, int],
    *,
    quote: str | None = None,
    before: tuple[Token, ...] = (),
    in_string: bool = False,
) -> Expectation:
    """What may stand at the outline's hole. `in_string` says that a string is being typed there."""
    found = _Place(outline, scope, dialect).find()
    qualifier = _qualifier(outline)
    kinds, keywords, operators = found.kinds, found.keywords, found.operators
    if in_string:
        opened = found.compared is not None and Kind.LITERAL in kinds
        return Expectation(
            frozenset({Kind.LITERAL} if opened else ()),
            found.clause,
            typed,
            replace,
            before=before,
            compared=found.compared,
            silent=not opened,
            literal_open=opened,
            depth=outline.depth,
        )
    if qualifier:
        tables = kinds & {Kind.TABLE}
        kinds = tables or frozenset({Kind.COLUMN}) | (kinds & {Kind.STAR})
        if found.clause is Clause.SELECT and not tables:
            kinds |= {Kind.STAR}
        keywords = operators = ()
    elif quote is not None:
        kinds -= {Kind.KEYWORD, Kind.OPERATOR, Kind.LITERAL, Kind.STAR, Kind.FUNCTION}
        keywords = operators = ()
    if operators and outline.depth and Kind.OPERATOR in kinds and ")" not in operators:
        operators = (*operators, ")")
    return Expectation(
        kinds,
        found.clause,
        typed,
        replace,
        qualifier,
        quote,
        before,
        tuple(dict.fromkeys(keywords)),
        operators,
        found.compared,
        found.function,
        found.argument,
        depth=outline.depth,
    )


def _qualifier(outline: Outline) -> tuple[str, ...]:
    items, i = outline.frame.items, outline.index
    names: list[str] = []
    while i >= 2 and items[i - 1].sym == "." and items[i - 2].is_name:
        names.append(items[i - 2].name)
        i -= 2
    return tuple(reversed(names))


class _Place:
    def __init__(self, outline: Outline, scope: Scope, dialect: str) -> None:
        self.outline = outline
        self.scope = scope
        self.dialect = dialect
        self.frame = outline.frame
        self.stop = outline.index
        items = self.frame.items
        while self.stop >= 2 and items[self.stop - 1].sym == "." and items[self.stop - 2].is_name:
            self.stop -= 2  # a dotted name stands where its first part does

    def find(self) -> _Found:
        if self.frame.query:
            query = read(self.frame)
            return self.in_clause(query, segment_at(query, self.outline.index))
        return self.in_bracket()

    # Inside brackets --------------------------------------------------------------------------

    def in_bracket(self) -> _Found:
        frame = self.frame
        outer = query_frame(frame)
        query = read(outer)
        place = place_in(outer, frame)
        segment = segment_at(query, place)
        clause = segment.clause
        parent = frame.parent
        assert parent is not None
        opener = frame.opener()
        word = opener.word if opener is not None else ""
        first = self.stop == 0
        direct = parent is outer
        if clause is Clause.WITH and direct and word in {"AS", "MATERIALIZED"} and first:
            return _Found(Clause.START, frozenset({Kind.KEYWORD}), ("SELECT", "WITH", "VALUES"))
        if clause is Clause.INSERT_INTO and direct:
            return self.name_list(Clause.INSERT_COLUMNS)
        if clause is Clause.ON_CONFLICT and direct:
            return self.name_list(Clause.ON_CONFLICT)
        if clause is Clause.VALUES and direct:
            return self.value(segment)
        if word == "USING" and clause in {Clause.FROM, Clause.ON, Clause.UPDATE}:
            kinds = frozenset({Kind.COLUMN, Kind.JOIN_CONDITION})
            return self.after_name(Clause.USING, kinds)
        if word == "OVER" or (clause is Clause.WINDOW and word == "AS"):
            return self.window()
        if clause is Clause.DDL:
            return self.ddl(frame)
        if clause is Clause.FROM and direct:
            state = read_from(outer.items, segment.start, place)
            if state.at in {"relation", "lateral"} and not (
                opener is not None and opener.sym == "."
            ):
                found = self.relations(self.frame.items, 0)
                if first:
                    found.keywords = ("SELECT", *found.keywords)
                return found
            if state.at == "on":
                clause = Clause.ON
        found = self.expression(clause, 0, next_words=False)
        if (
            opener is not None
            and opener.is_name
            and word not in _UNNAMED
            and word
            not in RESERVED
            - {
                "LEFT",
                "RIGHT",
                "VALUES",
                "ANY",
                "ALL",
            }
        ):
            found.function = opener.name
            found.argument = sum(i.sym == "," for i in frame.items[: self.stop])
            if first and Kind.COLUMN in found.kinds:
                found.keywords = ("DISTINCT", *found.keywords)
                if word == "COUNT":
                    found.kinds |= {Kind.STAR}
        elif word == "IN" and Kind.LITERAL in found.kinds:
            # What IN compares stands before it in the frame around.
            left = walk(parent.items, self.element_start(parent, outer, segment), frame.index).left
            found.compared = self.column(parent, left)
            if first:
                found.keywords = ("SELECT", *found.keywords)
        elif first and word in {"EXISTS", "ANY", "ALL", "SOME"}:
            found.keywords = ("SELECT", *found.keywords)
        elif first and Kind.COLUMN in found.kinds:
            found.keywords = (*found.keywords, "SELECT")
        return found

    def element_start(self, frame: Frame, outer: Frame, segment: Segment) -> int:
        if frame is not outer:
            return 0
        if segment.clause is Clause.FROM:
            return read_from(outer.items, segment.start, place_in(outer, self.frame)).on
        return segment.start

    def name_list(self, clause: Clause) -> _Found:
        first = self.stop == 0
        kinds = {Kind.COLUMN}
        if first and clause is Clause.INSERT_COLUMNS:
            kinds.add(Kind.COLUMN_LIST)
        return self.after_name(clause, frozenset(kinds))

    def after_name(self, clause: Clause, kinds: frozenset[Kind]) -> _Found:
        items = self.frame.items
        if self.stop and items[self.stop - 1].sym != ",":
            return _Found(clause, frozenset({Kind.OPERATOR}), (), (",", ")"))
        return _Found(clause, kinds)

    def value(self, segment: Segment) -> _Found:
        found = self.expression(Clause.VALUES, 0, next_words=False)
        position = sum(i.sym == "," for i in self.frame.items[: self.stop])
        names, target = self.scope.insert_columns, self.scope.target
        if Kind.LITERAL in found.kinds:
            found.keywords = ("DEFAULT", *found.keywords)
            alone = self.stop == 0 or self.frame.items[self.stop - 1].sym == ","
            if target is not None and alone:
                if names:
                    name = names[position] if position < len(names) else None
                    found.compared = find_column((target,), [name]) if name else None
                elif position < len(target.columns):
                    found.compared = target.columns[position]
        return found

    def window(self) -> _Found:
        items = self.frame.items
        at = None
        for i in range(self.stop - 1, -1, -1):
            if items[i].word in {"BY", "ROWS", "RANGE"}:
                at = i
                break
        if at is None:
            if self.stop and word_at(items, self.stop - 1) in {"PARTITION", "ORDER"}:
                return _Found(Clause.WINDOW, frozenset({Kind.KEYWORD}), ("BY",))
            return _Found(Clause.WINDOW, _WORDS, ("PARTITION BY", "ORDER BY"), (")",))
        if items[at].word in {"ROWS", "RANGE"}:
            return _Found(
                Clause.WINDOW,
                _WORDS,
                (
                    "BETWEEN",
                    "UNBOUNDED PRECEDING",
                    "CURRENT ROW",
                    "AND",
                    "FOLLOWING",
                    "UNBOUNDED FOLLOWING",
                ),
                (")",),
            )
        ordering = word_at(items, at - 1) == "ORDER"
        found = self.expression(Clause.WINDOW, at + 1, next_words=False)
        if Kind.COLUMN not in found.kinds and found.keywords:
            more = ("DESC", "ASC", "NULLS LAST", "ROWS BETWEEN") if ordering else ("ORDER BY",)
            found.keywords = (*more, *found.keywords)
        return found

    def ddl(self, frame: Frame) -> _Found:
        items, stop = frame.items, self.stop
        begin = max((i + 1 for i in range(stop) if items[i].sym == ","), default=0)
        words = {i.word for i in items[begin:stop]}
        if self.scope.relations and self.scope.relations[0].columns:
            return self.after_name(Clause.DDL, frozenset({Kind.COLUMN}))
        if stop == begin:
            return _Found(
                Clause.DDL,
                frozenset({Kind.NEW_NAME, Kind.KEYWORD}),
                ("PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK", "CONSTRAINT"),
            )
        if word_at(items, stop - 1) == "REFERENCES":
            return _Found(Clause.DDL, frozenset({Kind.TABLE, Kind.NAMESPACE}))
        if stop == begin + 1 and not words & {"PRIMARY", "FOREIGN", "UNIQUE", "CHECK"}:
            return _Found(Clause.DDL, frozenset({Kind.TYPE}))
        return _Found(
            Clause.DDL,
            _WORDS,
            ("NOT NULL", "PRIMARY KEY", "DEFAULT", "REFERENCES", "UNIQUE", "CHECK"),
            (",", ")"),
        )

    # Clauses ----------------------------------------------------------------------------------

    def in_clause(self, query: Query, segment: Segment) -> _Found:
        clause = segment.clause
        items = self.frame.items
        start, stop = segment.start, self.stop
        first = stop <= start
        if clause is Clause.START or (
            clause is Clause.OTHER and segment.word in {"UNION", "EXCEPT", "INTERSECT", "MINUS"}
        ):
            if clause is Clause.OTHER:
                return _Found(Clause.START, frozenset({Kind.KEYWORD}), ("SELECT", "ALL", "VALUES"))
            if not first:
                return _Found(Clause.START, _WORDS, _TAIL if items[stop - 1].frame else ())
            nested = self.frame.parent is not None
            words: tuple[str, ...] = ("SELECT", "WITH", "VALUES") if nested else _STARTS
            return _Found(Clause.START, frozenset({Kind.KEYWORD}), words)
        if clause is Clause.WITH:
            return self.with_clause(items, start, stop)
        if clause is Clause.FROM:
            return self.from_clause(segment, items)
        if clause in {Clause.UPDATE, Clause.DELETE, Clause.MERGE}:
            return self.written(segment, items)
        if clause is Clause.INSERT_INTO:
            return self.insert(segment, items)
        if clause is Clause.VALUES:
            if first or items[stop - 1].sym == ",":
                return _Found(clause, frozenset({Kind.OPERATOR}), (), ("(",))
            return _Found(clause, _WORDS, self.next(Clause.VALUES), (",", ";"))
        if clause is Clause.ON_CONFLICT:
            last = word_at(items, stop - 1)
            after = {"DO": ("NOTHING", "UPDATE SET"), "UPDATE": ("SET",), "KEY": ("UPDATE",)}
            return _Found(
                clause,
                _WORDS,
                after.get(last, ("DO NOTHING", "DO UPDATE SET")),
                ("(",) if first else (),
            )
        if clause is Clause.SET:
            return self.assignment(segment, items)
        if clause is Clause.LIMIT:
            if first:
                return _Found(clause, frozenset({Kind.LITERAL}))
            return _Found(clause, _WORDS, () if segment.word == "OFFSET" else ("OFFSET",), (";",))
        if clause in {Clause.GROUP_BY, Clause.ORDER_BY} and segment.word in {"GROUP", "ORDER"}:
            return _Found(clause, frozenset({Kind.KEYWORD}), ("BY",))
        if clause is Clause.DDL:
            return self.statement_ddl(items, stop)
        if clause is Clause.OTHER:
            kinds = frozenset({Kind.TABLE, Kind.NEW_NAME}) if segment.word == "INTO" else _WORDS
            words = ("UPDATE", "SHARE") if segment.word == "FOR" and first else ("FROM",)
            return _Found(clause, kinds, words)
        found = self.expression(clause, start)
        if found.kinds & {Kind.COLUMN} and first:
            if clause is Clause.SELECT:
                found.keywords = ("DISTINCT", *found.keywords)
            elif clause is Clause.WHERE:
                found.keywords = ("NOT EXISTS", *found.keywords)
        return found

    def next(self, clause: Clause) -> tuple[str, ...]:
        words = _NEXT.get(clause, ())
        if self.dialect == "tsql":
            words = tuple(w for w in words if w not in {"LIMIT", "RETURNING", "ON CONFLICT"})
        if self.dialect == "mysql":
            words = tuple("ON DUPLICATE KEY UPDATE" if w == "ON CONFLICT" else w for w in words)
        if self.dialect in _QUALIFY and clause in {Clause.FROM, Clause.WHERE, Clause.HAVING}:
            words = (*words, "QUALIFY")
        return words

    def with_clause(self, items: list, start: int, stop: int) -> _Found:  # type: ignore[type-arg]
        last = items[stop - 1] if stop > start else None
        word = last.word if last is not None else ""
        if last is None or last.sym == "," or word == "RECURSIVE":
            words = ("RECURSIVE",) if last is None else ()
            return _Found(Clause.WITH, frozenset({Kind.NEW_NAME, Kind.KEYWORD}), words)
        if last.frame is not None and word_at(items, stop - 2) in {"AS", "MATERIALIZED"}:
            return _Found(
                Clause.WITH, _WORDS, ("SELECT", "INSERT INTO", "UPDATE", "DELETE FROM"), (",",)
            )
        if word == "AS":
            return _Found(Clause.WITH, _WORDS, ("MATERIALIZED", "NOT MATERIALIZED"), ("(",))
        return _Found(Clause.WITH, _WORDS, ("AS",), ("(",))

    def relations(self, items: list, start: int) -> _Found:  # type: ignore[type-arg]
        """A FROM list from `start` up to the cursor."""
        state = read_from(items, start, self.stop)
        clause = Clause.FROM
        words: tuple[str, ...]
        if state.at == "on":
            return self.expression(Clause.ON, state.on)
        if state.at in {"relation", "lateral"}:
            kinds = {Kind.TABLE, Kind.NAMESPACE, Kind.KEYWORD, Kind.OPERATOR}
            words = ("LATERAL",) if self.dialect in {"", "postgres"} else ()
            if state.joins or state.references:
                kinds.add(Kind.JOIN)
            return _Found(clause, frozenset(kinds), words, ("(",))
        if state.at == "alias":
            return _Found(clause, frozenset({Kind.NEW_NAME}))
        if state.at == "using":
            return _Found(Clause.USING, frozenset({Kind.OPERATOR}), (), ("(",))
        if state.at == "join":
            after_side = state.words[-1:] in {("LEFT",), ("RIGHT",), ("FULL",)}
            words = ("JOIN", "OUTER JOIN") if after_side else ("JOIN",)
            return _Found(clause, frozenset({Kind.KEYWORD}), words)
        words = (*_JOINS, *self.next(clause))
        if state.owes:
            words = ("ON", "USING")
        kinds = {Kind.KEYWORD, Kind.OPERATOR}
        if state.at == "name":
            kinds.add(Kind.NEW_NAME)
            words = ("AS", *words) if state.owes else (*words, "AS")
        return _Found(clause, frozenset(kinds), words, () if state.owes else (",", ";"))

    def from_clause(self, segment: Segment, items: list) -> _Found:  # type: ignore[type-arg]
        return self.relations(items, segment.start)

    def written(self, segment: Segment, items: list) -> _Found:  # type: ignore[type-arg]
        clause, start, stop = segment.clause, segment.start, self.stop
        if clause is Clause.MERGE and segment.word == "WHEN":
            last = word_at(items, stop - 1)
            if last == "THEN":
                return _Found(clause, _WORDS, ("UPDATE SET", "INSERT", "DELETE"))
            if last in {"AND", "OR"}:
                return self.expression(clause, stop)
            return _Found(clause, _WORDS, ("MATCHED", "NOT MATCHED", "THEN", "AND"))
        if segment.word in {"DELETE", "MERGE"} and stop <= start:
            word = "FROM" if segment.word == "DELETE" else "INTO"
            return _Found(clause, frozenset({Kind.KEYWORD}), (word,))
        found = self.relations(items, start)
        if found.clause is not Clause.FROM:
            return found
        found.clause = clause
        found.kinds -= {Kind.JOIN}
        if Kind.TABLE not in found.kinds and found.keywords:
            follow = {
                Clause.UPDATE: ("SET",),
                Clause.DELETE: ("WHERE", "USING", "RETURNING"),
                Clause.MERGE: ("USING",),
            }
            found.keywords = (*follow[clause], "AS")
        return found

    def insert(self, segment: Segment, items: list) -> _Found:  # type: ignore[type-arg]
        clause, start, stop = segment.clause, segment.start, self.stop
        if "INTO" not in segment.word and stop <= start and segment.word != "MERGE INSERT":
            return _Found(clause, frozenset({Kind.KEYWORD}), ("INTO",))
        cut = Segment(clause, segment.word, segment.key, start, segment.core, stop)
        named = bool(read_insert(items, cut)) or segment.word == "MERGE INSERT"
        if not named:
            return _Found(clause, frozenset({Kind.TABLE, Kind.NAMESPACE}))
        if stop > start and items[stop - 1].frame is not None:
            return _Found(clause, _WORDS, ("VALUES", "SELECT"), ())
        kinds = _WORDS | {Kind.COLUMN_LIST}
        return _Found(clause, kinds, ("VALUES", "SELECT", "DEFAULT VALUES"), ("(",))

    def assignment(self, segment: Segment, items: list) -> _Found:  # type: ignore[type-arg]
        stop, start = self.stop, segment.start
        begin = max((i + 1 for i in range(start, stop) if items[i].sym == ","), default=start)
        equals = next((i for i in range(begin, stop) if items[i].sym == "="), None)
        if equals is None:
            if stop == begin:
                return _Found(Clause.SET, frozenset({Kind.COLUMN, Kind.OPERATOR}), (), ("(",))
            return _Found(Clause.SET, frozenset({Kind.OPERATOR}), (), ("=",))
        found = self.expression(Clause.SET, equals + 1)
        if stop == equals + 1:
            found.keywords = ("DEFAULT", *found.keywords)
            names = chain(items, begin, equals)
            target = self.scope.target
            if names and target is not None:
                found.compared = find_column((target,), names[-1:])
        return found

    def statement_ddl(self, items: list, stop: int) -> _Found:  # type: ignore[type-arg]
        words: tuple[str, ...]
        last = word_at(items, stop - 1)
        first = word_at(items, 0)
        objects = ("TABLE", "VIEW", "INDEX", "SCHEMA", "DATABASE")
        if last in {"CREATE", "ALTER", "DROP"}:
            return _Found(Clause.DDL, frozenset({Kind.KEYWORD}), objects)
        if last in {"TABLE", "VIEW", "EXISTS", "INDEX", "SCHEMA"} and first == "CREATE":
            return _Found(Clause.DDL, frozenset({Kind.NEW_NAME, Kind.KEYWORD}), ("IF NOT EXISTS",))
        if last in {"TABLE", "VIEW", "TRUNCATE", "ON", "REFERENCES", "EXISTS", "DESCRIBE"}:
            words = ("IF EXISTS",) if first == "DROP" and last != "EXISTS" else ()
            return _Found(Clause.DDL, frozenset({Kind.TABLE, Kind.NAMESPACE, Kind.KEYWORD}), words)
        if last == "COLUMN" or last == "TO":
            return _Found(Clause.DDL, frozenset({Kind.COLUMN, Kind.NEW_NAME}))
        words = (
            ("ADD COLUMN", "DROP COLUMN", "RENAME TO", "ALTER COLUMN")
            if first == "ALTER"
            else ("AS", "ON", "CASCADE")
        )
        return _Found(Clause.DDL, _WORDS, words, ("(", ";"))

    # Expressions ------------------------------------------------------------------------------

    def column(self, frame: Frame, left: tuple[int, int] | None) -> OutputColumn | None:
        names = chain(frame.items, *left) if left is not None else None
        return find_column(self.scope.relations, names) if names else None

    def expression(self, clause: Clause, start: int, *, next_words: bool = True) -> _Found:
        projecting = next_words and clause in {Clause.SELECT, Clause.RETURNING}
        state = walk(self.frame.items, start, self.stop, aliases=projecting)
        if state.at in {"operand", "case", "interval"}:
            return self.operand(clause, state, start, next_words)
        if state.at == "in":
            return _Found(clause, frozenset({Kind.OPERATOR}), (), ("(",))
        if state.at in {"exists", "over", "filter"}:
            return _Found(clause, frozenset({Kind.OPERATOR}), (), ("(",))
        if state.at == "type":
            return _Found(clause, frozenset({Kind.TYPE}))
        if state.at == "alias":
            cast = not projecting
            return _Found(clause, frozenset({Kind.TYPE if cast else Kind.NEW_NAME}))
        if state.at in _AT:
            return _Found(clause, frozenset({Kind.KEYWORD}), _AT[state.at])
        return self.after(clause, state, next_words, projecting)

    def operand(
        self, clause: Clause, state: ExpressionState, start: int, next_words: bool
    ) -> _Found:
        kinds = _OPERAND
        words: tuple[str, ...] = ("CASE", "NULL", "NOT", "EXISTS", "CAST", "TRUE", "FALSE")
        if state.at == "case":
            words = ("WHEN",)
        elif state.at == "interval":
            return _Found(clause, frozenset({Kind.LITERAL}))
        elif state.operator:
            words = ("NULL", "CASE", "ANY", "ALL", "TRUE", "FALSE", "CAST")
            if state.operator not in COMPARISONS:
                words = ("CASE", "CAST")
        first = state.begin >= self.stop or self.stop == start
        distinct = word_at(self.frame.items, self.stop - 1) == "DISTINCT"
        if next_words and (first or distinct):
            if clause in {Clause.SELECT, Clause.RETURNING}:
                kinds |= {Kind.STAR}
            elif clause is Clause.GROUP_BY:
                kinds |= {Kind.GROUPING}
            elif clause is Clause.ORDER_BY:
                kinds |= {Kind.ORDERING}
            elif clause is Clause.ON:
                kinds |= {Kind.JOIN_CONDITION}
        found = _Found(clause, kinds, words, ("(", "-"))
        found.compared = self.column(self.frame, state.left)
        return found

    def after(
        self, clause: Clause, state: ExpressionState, next_words: bool, projecting: bool
    ) -> _Found:
        words: tuple[str, ...] = ()
        ends = () if state.cases else (",",)
        if state.at in {"aliased", "direction", "ordered"}:
            words = ("NULLS LAST", "NULLS FIRST") if state.at == "direction" else ()
            follow = self.next(clause) if next_words else ()
            return _Found(clause, _WORDS, (*words, *follow), (",", ";"))
        kinds = _WORDS
        words = ()
        if state.cases:
            words = _CASES.get(state.cases[-1], ("WHEN",))
        if state.between:
            words = (*words, "AND")
        elif state.compares:
            words = (*words, "AND", "OR")
        else:
            words = (*words, *_PREDICATES)
            if not state.cases and clause in {
                Clause.SELECT,
                Clause.GROUP_BY,
                Clause.ORDER_BY,
                Clause.RETURNING,
            }:
                words = ()
        follow = self.next(clause) if next_words and not state.cases and not state.between else ()
        if clause is Clause.ORDER_BY and next_words:
            words = ("DESC", "ASC", "NULLS LAST", *words)
        if projecting and not state.cases:
            kinds |= {Kind.NEW_NAME}
            words = ("FROM", "AS", *words) if clause is Clause.SELECT else ("AS", *words)
        items = self.frame.items
        if self.stop and items[self.stop - 1].frame is not None and items[self.stop - 1].start:
            previous = items[self.stop - 2] if self.stop > 1 else None
            if previous is not None and previous.is_name and previous.word not in RESERVED:
                words = (*words, "OVER", "FILTER")
        opener = self.frame.opener()
        if not next_words and opener is not None and opener.word in {"CAST", "TRY_CAST"}:
            words = ("AS", *words)
        if not next_words and opener is not None and opener.word == "EXTRACT":
            words = ("FROM", *words)
        if state.star and projecting:
            return _Found(clause, _WORDS, follow or words, (",",))
        signs = _ARITHMETIC if state.compares else (*_COMPARE, *_ARITHMETIC)
        signs = (*ends, *_ARITHMETIC, *_COMPARE) if clause is Clause.SELECT else (*signs, *ends)
        if self.frame.parent is None and not state.cases:
            signs = (*signs, ";")
        return _Found(clause, kinds, (*words, *follow), signs)
