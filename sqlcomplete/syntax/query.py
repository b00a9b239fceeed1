"""The clauses of a query and the relations it reads, from the items of one frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.keywords import (
    DDL_VERBS,
    JOIN_WORDS,
    NOT_ALIAS,
    RESERVED,
    SET_OPERATORS,
)
from sqlcomplete.syntax.outline import Frame, Item, ends_operand


@dataclass(slots=True)
class Segment:
    """A clause's stretch of a frame's items: the keyword stands at `key`, the content is
    `items[start:end]`. `word` is the keyword that opened it; `core` the select it belongs to."""

    clause: Clause
    word: str
    key: int
    start: int
    core: int
    end: int = 0


@dataclass(slots=True)
class Core:
    """One SELECT, INSERT, UPDATE, ... of a frame: set operators join several. `verb` is its
    keyword, "" before any."""

    verb: str = ""
    start: int = 0
    segments: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class CommonTable:
    """A CTE: where its name stands, its column list and its body."""

    item: Item
    columns: tuple[str, ...]
    body: Frame | None
    recursive: bool


@dataclass(slots=True)
class Query:
    """A frame read as a query."""

    segments: list[Segment]
    cores: list[Core]
    ctes: list[CommonTable]


@dataclass(slots=True)
class Reference:
    """A relation as a FROM clause writes it. `names` are the items of a dotted name; `frame` is a
    derived table's body or a function's arguments."""

    names: list[Item]
    frame: Frame | None = None
    function: bool = False
    alias: Item | None = None
    columns: tuple[str, ...] = ()
    lateral: bool = False
    using: tuple[str, ...] = ()
    natural: bool = False
    start: int = 0


@dataclass(slots=True)
class FromState:
    """Where a FROM clause stands at its end: what was read, and what may come.

    `at` is one of relation, name, alias, aliased, join, on, using, used; `on` is where the ON
    expression begins. `words` are the join words before the cursor. `owes` tells that the last
    join still needs its condition.
    """

    references: list[Reference]
    at: str = "relation"
    on: int = 0
    words: tuple[str, ...] = ()
    owes: bool = False
    joins: int = 0


_SIMPLE = {
    "WHERE": Clause.WHERE,
    "PREWHERE": Clause.WHERE,
    "HAVING": Clause.HAVING,
    "LIMIT": Clause.LIMIT,
    "RETURNING": Clause.RETURNING,
}
_SOFT = {"OFFSET": Clause.LIMIT, "QUALIFY": Clause.QUALIFY}
_TEMPORAL = frozenset({"SYSTEM_TIME", "SYSTEM", "VERSION", "TIMESTAMP", "TIME"})
_NOT_RELATION = RESERVED | SET_OPERATORS | frozenset({"LATERAL", "CROSS", "OUTER", "JOIN", "APPLY"})
_VERBS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"}) | DDL_VERBS
_WORDS = (
    frozenset(_SIMPLE)
    | frozenset(_SOFT)
    | SET_OPERATORS
    | _VERBS
    | frozenset(
        {
            "WITH",
            "SELECT",
            "FROM",
            "GROUP",
            "ORDER",
            "WINDOW",
            "FETCH",
            "FOR",
            "INTO",
            "VALUES",
            "SET",
            "USING",
            "ON",
            "WHEN",
            "EXPLAIN",
            "OUTPUT",
            "OPTION",
        }
    )
)


def word_at(items: list[Item], index: int) -> str:
    """The keyword at that place, "" where there is none."""
    return items[index].word if 0 <= index < len(items) else ""


def read(frame: Frame) -> Query:
    """The frame as a query; read once, then remembered."""
    if isinstance(frame.memo, Query):
        return frame.memo
    query = _Reader(frame.items).read()
    frame.memo = query
    return query


class _Reader:
    """Cuts a frame's items into clauses, left to right."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.core = Core()
        self.cores = [self.core]
        self.segments: list[Segment] = []
        self.ctes: list[CommonTable] = []
        self.insert: int | None = None
        self.merging = False
        self.open(Clause.START, "", -1, 0)

    def open(
        self, clause: Clause, word: str, key: int, start: int, core: int | None = None
    ) -> None:
        number = len(self.cores) - 1 if core is None else core
        segment = Segment(clause, word, key, start, number)
        if self.segments:
            self.segments[-1].end = max(key, self.segments[-1].start)
        self.segments.append(segment)
        self.cores[number].segments.append(segment)

    def begin(self, verb: str, at: int, *, fresh: bool) -> None:
        """A verb: a new core where the one at hand has its own already."""
        if fresh:
            self.core = Core(start=at)
            self.cores.append(self.core)
        self.core.verb = verb

    def read(self) -> Query:
        items = self.items
        count = len(items)
        index = 0
        while index < count:
            word = items[index].word
            index = self.keyword(word, index) if word in _WORDS else index + 1
        self.segments[-1].end = count
        return Query(self.segments, self.cores, self.ctes)

    def keyword(self, word: str, i: int) -> int:
        """Handles the keyword at `i`; gives the index to go on from."""
        items = self.items
        core = self.core
        verb = core.verb
        last = self.segments[-1].clause
        before = items[i - 1] if i else None
        after = word_at(items, i + 1)
        if word in _SIMPLE:
            if word == "LIMIT" and before is not None and before.sym not in {"", "*"}:
                return i + 1  # a column of that name
            if (
                word == "RETURNING" or (word == "WHERE" and last is Clause.ON_CONFLICT)
            ) and self.insert is not None:
                self.open(_SIMPLE[word], word, i, i + 1, self.insert)
            else:
                self.open(_SIMPLE[word], word, i, i + 1)
            return i + 1
        if word in _SOFT:
            if ends_operand(before) and verb:
                self.open(_SOFT[word], word, i, i + 1)
            return i + 1
        if word == "SELECT":
            if verb in {"", "FROM", "EXPLAIN"} and not any(
                s.clause is Clause.SELECT for s in core.segments
            ):
                self.begin("SELECT", i, fresh=False)
            else:
                self.begin("SELECT", i, fresh=True)
            self.open(Clause.SELECT, word, i, i + 1)
            return i + 1
        if word == "FROM":
            return self.from_(i)
        if word in {"GROUP", "ORDER"}:
            end = i + 2 if after == "BY" else i + 1
            if word == "ORDER" and after == "SIBLINGS":
                end = i + 3
            if after == "BY" or end == i + 3 or i + 1 == len(items) or items[i + 1].hole:
                clause = Clause.GROUP_BY if word == "GROUP" else Clause.ORDER_BY
                self.open(clause, f"{word} BY" if after == "BY" else word, i, end)
            return end
        if word == "WINDOW":
            named = i + 1 < len(items) and items[i + 1].is_name
            if ends_operand(before) and verb == "SELECT" and named:
                self.open(Clause.WINDOW, word, i, i + 1)
            return i + 1
        if word == "FETCH":
            if (
                before is not None
                and before.sym in {"", "*"}
                and verb in {"SELECT", "FROM", "VALUES"}
            ):
                self.open(Clause.LIMIT, word, i, i + 1)
            return i + 1
        if word in {"FOR", "OPTION"}:
            if (ends_operand(before) or word_at(items, i - 1) in {"ASC", "DESC"}) and (
                verb == "SELECT" and after not in _TEMPORAL
            ):
                self.open(Clause.OTHER, word, i, i + 1)
            return i + 1
        if word in SET_OPERATORS:
            return self.set_operator(word, i)
        if word == "WITH":
            return self.with_(i)
        if word == "VALUES":
            if verb in {"INSERT", "REPLACE"} and last in {
                Clause.INSERT_INTO,
                Clause.INSERT_COLUMNS,
                Clause.RETURNING,
            }:
                self.open(Clause.VALUES, word, i, i + 1)
            elif verb == "" or (last is Clause.OTHER and self.segments[-1].word in SET_OPERATORS):
                self.begin("VALUES", i, fresh=False)
                self.open(Clause.VALUES, word, i, i + 1)
            elif self.merging:
                self.open(Clause.VALUES, word, i, i + 1)
            return i + 1
        if word == "INTO":
            if verb in {"INSERT", "REPLACE", "MERGE"} and last in {
                Clause.INSERT_INTO,
                Clause.MERGE,
            }:
                if self.segments[-1].key == i - 1 or i - self.segments[-1].key <= 3:
                    self.segments[-1].start = i + 1
                    self.segments[-1].word += " INTO"
            elif verb == "SELECT" and last is Clause.SELECT:
                self.open(Clause.OTHER, word, i, i + 1)
            return i + 1
        if word == "SET":
            if (verb == "UPDATE" and last is not Clause.SET) or last in {
                Clause.ON_CONFLICT,
                Clause.MERGE,
                Clause.INSERT_INTO,
            }:
                self.open(Clause.SET, word, i, i + 1)
            elif not verb and last is Clause.START:
                self.begin("DDL", i, fresh=False)
                self.open(Clause.DDL, word, i, i + 1)
            return i + 1
        if word == "USING":
            if verb in {"MERGE", "DELETE"} and last in {
                Clause.MERGE,
                Clause.DELETE,
                Clause.FROM,
            }:
                framed = i + 1 < len(items) and items[i + 1].frame is not None
                body = items[i + 1].frame if framed else None
                if not (verb == "DELETE" and last is Clause.FROM and body and not body.query):
                    self.open(Clause.FROM, word, i, i + 1)
            return i + 1
        if word == "ON":
            if verb == "MERGE" and last is Clause.FROM:
                self.open(Clause.ON, word, i, i + 1)
            elif (
                self.insert is not None
                and last is Clause.VALUES
                and (i + 1 == len(items) or items[i + 1].hole)
            ):
                self.open(Clause.ON_CONFLICT, "ON", i, i + 1, self.insert)
            elif self.insert is not None and after in {"CONFLICT", "DUPLICATE"}:
                end = i + 2
                if after == "DUPLICATE" and word_at(items, i + 2) == "KEY":
                    end = i + 3
                self.open(Clause.ON_CONFLICT, f"ON {after}", i, end, self.insert)
                self.core = self.cores[self.insert]
            return i + 1
        if word == "WHEN":
            if (
                verb == "MERGE"
                and last
                in {
                    Clause.ON,
                    Clause.MERGE,
                    Clause.SET,
                    Clause.VALUES,
                    Clause.INSERT_INTO,
                    Clause.OTHER,
                    Clause.FROM,
                }
                and not self.in_case(i)
            ):
                self.merging = True
                self.open(Clause.MERGE, word, i, i + 1)
            return i + 1
        if word == "EXPLAIN":
            if not verb and last is Clause.START:
                self.core.verb = "EXPLAIN"
                self.open(Clause.START, word, i, i + 1)
            return i + 1
        if word == "OUTPUT":
            if verb in {"INSERT", "UPDATE", "DELETE", "MERGE"} and ends_operand(before):
                self.open(Clause.RETURNING, word, i, i + 1)
            return i + 1
        return self.verb(word, i)

    def in_case(self, i: int) -> bool:
        depth = 0
        for item in self.items[self.segments[-1].start : i]:
            if item.word == "CASE":
                depth += 1
            elif item.word == "END" and depth:
                depth -= 1
        return depth > 0

    def verb(self, word: str, i: int) -> int:
        """INSERT, UPDATE, DELETE, MERGE, REPLACE and the DDL verbs."""
        items = self.items
        verb = self.core.verb
        last = self.segments[-1]
        if self.merging and word_at(items, i - 1) == "THEN":
            if word == "INSERT":
                self.open(Clause.INSERT_INTO, "MERGE INSERT", i, i + 1)
            return i + 1
        if word == "UPDATE" and last.clause is Clause.ON_CONFLICT:
            if last.word == "ON DUPLICATE":
                self.open(Clause.SET, "UPDATE", i, i + 1)
            return i + 1
        if verb not in {"", "EXPLAIN"}:
            return i + 1
        if last.clause is Clause.START and i > last.start and verb != "EXPLAIN":
            return i + 1  # not the first word: a name
        if word in {"INSERT", "REPLACE"}:
            self.begin("INSERT", i, fresh=False)
            self.insert = len(self.cores) - 1
            self.open(Clause.INSERT_INTO, word, i, i + 1)
        elif word == "UPDATE":
            self.begin("UPDATE", i, fresh=False)
            self.open(Clause.UPDATE, word, i, i + 1)
        elif word == "DELETE":
            self.begin("DELETE", i, fresh=False)
            self.open(Clause.DELETE, word, i, i + 1)
        elif word == "MERGE":
            self.begin("MERGE", i, fresh=False)
            self.open(Clause.MERGE, word, i, i + 1)
        elif word in DDL_VERBS:
            self.begin("DDL", i, fresh=False)
            self.open(Clause.DDL, word, i, i + 1)
        return i + 1

    def from_(self, i: int) -> int:
        items = self.items
        core = self.core
        verb = core.verb
        if word_at(items, i - 1) == "DISTINCT" and word_at(items, i - 2) in {"IS", "NOT"}:
            return i + 1
        last = self.segments[-1]
        if verb == "DELETE" and last.clause is Clause.DELETE and last.word == "DELETE":
            if last.start == i:
                last.start = i + 1
                last.word = "DELETE FROM"
            else:
                self.open(Clause.FROM, "FROM", i, i + 1)
            return i + 1
        if verb == "DDL":
            return i + 1
        if verb == "":
            core.verb = "FROM"
        self.open(Clause.FROM, "FROM", i, i + 1)
        return i + 1

    def set_operator(self, word: str, i: int) -> int:
        items = self.items
        before = items[i - 1] if i else None
        following = items[i + 1] if i + 1 < len(items) else None
        if self.core.verb not in {"SELECT", "VALUES", "FROM", ""}:
            return i + 1
        if (
            before is not None
            and before.sym == "*"
            and following is not None
            and following.frame is not None
            and not following.frame.query
        ):
            return i + 1  # BigQuery's SELECT * EXCEPT (a)
        if before is not None and not before.hole and not ends_operand(before):
            return i + 1
        end = i + 1
        while word_at(items, end) in {"ALL", "DISTINCT"} or (
            word_at(items, end) == "BY" and word_at(items, end + 1) == "NAME"
        ):
            end += 2 if word_at(items, end) == "BY" else 1
        self.open(Clause.OTHER, word, i, end)
        self.core = Core(start=i)
        self.cores.append(self.core)
        return end

    def with_(self, i: int) -> int:
        """A WITH that begins CTEs, at a query's beginning or where INSERT and CREATE take one."""
        items = self.items
        verb = self.core.verb
        last = self.segments[-1].clause
        if not (
            (last is Clause.START and (i == self.segments[-1].start or verb == "EXPLAIN"))
            or (verb in {"INSERT"} and last in {Clause.INSERT_INTO})
            or (verb == "DDL" and word_at(items, i - 1) == "AS")
        ):
            return i + 1
        self.open(Clause.WITH, "WITH", i, i + 1)
        i += 1
        recursive = False
        count = len(items)
        if word_at(items, i) == "RECURSIVE" and not items[i].hole:
            recursive = True
            i += 1
        while i < count:
            item = items[i]
            if not item.is_name or item.word in RESERVED:
                break
            i += 1
            columns: tuple[str, ...] = ()
            frame = items[i].frame if i < count else None
            if frame is not None and not frame.query:
                columns = names_in(frame)
                i += 1
            if word_at(items, i) == "AS":
                i += 1
            while word_at(items, i) in {"NOT", "MATERIALIZED"}:
                i += 1
            body = items[i].frame if i < count else None
            if body is not None:
                i += 1
            if item.name:
                self.ctes.append(CommonTable(item, columns, body, recursive))
            if i < count and items[i].sym == ",":
                i += 1
            elif i < count and items[i].hole and body is not None and i + 1 < count:
                if items[i + 1].is_name and word_at(items, i + 2) == "AS":
                    i += 1
            else:
                break
        if verb == "INSERT" or verb == "DDL":
            return i
        return i


def names_in(frame: Frame) -> tuple[str, ...]:
    """The names of a bracket's list, one an element."""
    names: list[str] = []
    fresh = True
    for item in frame.items:
        if item.sym == ",":
            fresh = True
        elif fresh and item.is_name and item.name:
            names.append(item.name)
            fresh = False
    return tuple(names)


def _dashed(items: list[Item], i: int, end: int) -> bool:
    """Whether a dash joins two words without a space: BigQuery's `my-project.data.table`."""
    return (
        items[i].sym == "-"
        and i + 1 < end
        and items[i].start == items[i - 1].end
        and items[i + 1].is_name
        and items[i + 1].start == items[i].end
    )


def _is_alias(item: Item) -> bool:
    return item.is_name and item.word not in NOT_ALIAS


def read_from(items: list[Item], start: int, end: int, *, joined: bool = True) -> FromState:
    """Reads the relations of `items[start:end]`, a FROM clause's content.

    Args:
        joined: whether ON and USING of joins are part of it.
    """
    state = FromState([])
    references = state.references
    i = start
    lateral = natural = False
    words: list[str] = []
    while i < end:
        item = items[i]
        word = item.word
        if state.at == "on":
            if word in JOIN_WORDS and not (
                word in {"LEFT", "RIGHT"} and i + 1 < end and items[i + 1].frame is not None
            ):
                pass  # a join begins, below
            elif item.sym == ",":
                state.at = "relation"
                lateral = natural = False
                i += 1
                continue
            elif word == "ON" and joined:
                state.on = i + 1
                i += 1
                continue
            else:
                i += 1
                continue
        if state.at in {"relation", "lateral"}:
            words = []
            if word in {"LATERAL", "ONLY"} and not item.hole:
                lateral = lateral or word == "LATERAL"
                state.at = "lateral"
                i += 1
                continue
            if item.frame is not None:
                _bracketed(item, references, lateral, natural, state)
                state.at = "name"
                i += 1
                lateral = natural = False
                continue
            if item.is_name and (word not in _NOT_RELATION or item.hole):
                reference = Reference([item], lateral=lateral, natural=natural, start=item.start)
                i += 1
                while i < end and (items[i].sym == "." or _dashed(items, i, end)):
                    i += 1
                    if (
                        i < end
                        and items[i].is_name
                        and not (items[i].word in RESERVED and items[i].start > items[i - 1].end)
                    ):
                        reference.names.append(items[i])
                        i += 1
                frame = items[i].frame if i < end else None
                if frame is not None and frame.bracket == "(":
                    reference.function = True
                    reference.frame = frame
                    i += 1
                    if word_at(items, i) == "WITH" and word_at(items, i + 1) == "ORDINALITY":
                        i += 2
                references.append(reference)
                state.at = "name"
                lateral = natural = False
                continue
            if word not in JOIN_WORDS:
                if item.token.kind.value == "template" or item.token.kind.value == "placeholder":
                    if i + 2 < end and items[i + 1].sym == "." and items[i + 2].is_name:
                        references.append(Reference([items[i + 2]], start=items[i + 2].start))
                        i += 2
                    else:
                        references.append(Reference([], start=item.start))
                    state.at = "name"
                elif item.token.kind.value == "string":
                    references.append(Reference([item], start=item.start))
                    state.at = "name"
                i += 1
                continue
        if word in JOIN_WORDS and state.at != "alias":
            words = [*words, word] if state.at == "join" else [word]
            if words[0] == "NATURAL":
                natural = True
            if word in {"JOIN", "APPLY", "STRAIGHT_JOIN"}:
                state.at = "relation"
                state.joins += 1
                state.owes = word == "JOIN" and not set(words) & {"CROSS", "NATURAL", "POSITIONAL"}
                if word == "APPLY":
                    lateral = True
            else:
                state.at = "join"
            i += 1
            continue
        if item.sym == ",":
            state.at = "relation"
            state.owes = False
            lateral = natural = False
        elif word == "ON" and joined:
            state.at = "on"
            state.on = i + 1
            state.owes = False
        elif word == "USING" and joined:
            state.at = "using"
        elif state.at == "using" and item.frame is not None:
            if references:
                references[-1].using = names_in(item.frame)
            state.at = "used"
            state.owes = False
        elif word == "AS":
            state.at = "alias"
        elif state.at in {"name", "alias"} and (
            _is_alias(item) or (state.at == "alias" and item.is_name)
        ):
            if references and (item.name or state.at == "alias"):
                references[-1].alias = item if item.name else None
            state.at = "aliased"
        elif state.at == "aliased" and item.frame is not None:
            if references:
                references[-1].columns = names_in(item.frame)
        elif state.at == "name" and item.frame is not None:
            pass  # a hint or an old-style column list
        elif word == "FOR" and word_at(items, i + 1) in _TEMPORAL:
            i += 2
            while (
                i < end
                and (
                    items[i].frame is not None
                    or items[i].word in {"AS", "OF", "TIMESTAMP"}
                    or not items[i].is_name
                )
                and items[i].sym != ","
            ):
                i += 1
            continue
        elif word in {"TABLESAMPLE", "FINAL", "SAMPLE", "PIVOT", "UNPIVOT", "WITH"}:
            i += 1
            while i < end and items[i].frame is None and items[i].word not in NOT_ALIAS:
                i += 1
            if word in {"PIVOT", "UNPIVOT"} and references:
                references[-1].columns = ()
                state.at = "name"
        i += 1
    state.words = tuple(words) if state.at in {"join", "relation"} else ()
    return state


def _bracketed(
    item: Item,
    references: list[Reference],
    lateral: bool,
    natural: bool,
    state: FromState,
) -> None:
    """A bracket where a relation stands: a derived table, VALUES, or joins in brackets."""
    frame = item.frame
    assert frame is not None
    if frame.query or word_at(frame.items, 0) in {"VALUES", "SELECT", "WITH"}:
        references.append(Reference([], frame, lateral=lateral, natural=natural, start=item.start))
        return
    if not frame.items or (len(frame.items) == 1 and frame.items[0].hole):
        references.append(Reference([], frame, lateral=lateral, start=item.start))
        return
    inner = read_from(frame.items, 0, len(frame.items))
    references.extend(inner.references)
