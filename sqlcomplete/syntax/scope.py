"""What may be named at the cursor: relations, CTEs and projections of the whole statement."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import NAMES_ALIASES, Clause
from sqlcomplete.dialects.functions.kinds import AGGREGATES
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import OutputColumn, ProjectionItem, Relation, Scope, TokenKind
from sqlcomplete.syntax.outline import Frame, Item, Outline, ends_operand
from sqlcomplete.syntax.query import (
    CommonTable,
    Core,
    FromAt,
    Query,
    Reference,
    Segment,
    names_in,
    read,
    read_from,
    word_at,
)

_MAX_LEVELS = 24  # nested derived tables that are followed
_FROM_LIKE = frozenset({Clause.FROM, Clause.UPDATE, Clause.DELETE, Clause.MERGE})

_columns_of: WeakKeyDictionary[SchemaIndex, dict[int, tuple[Table, tuple[OutputColumn, ...]]]] = (
    WeakKeyDictionary()
)

Columns = tuple[tuple[OutputColumn, ...], bool]  # with whether that is all of them
Common = dict[str, Relation]


def table_columns(index: SchemaIndex, table: Table) -> tuple[OutputColumn, ...]:
    """The table's columns as a relation offers them; made once a table."""
    known = _columns_of.get(index)
    if known is None:
        known = _columns_of[index] = {}
    entry = known.get(id(table))
    if entry is None or entry[0] is not table:
        columns = tuple(OutputColumn(c.name, c.type, table, c) for c in table.columns)
        known[id(table)] = entry = (table, columns)
    return entry[1]


def core_at(query: Query, index: int) -> int:
    """The number of the core that the item at `index` belongs to."""
    return segment_at(query, index).core


def segment_at(query: Query, index: int) -> Segment:
    """The clause in which the item at `index` stands; a keyword stands in the clause before it."""
    chosen = query.segments[0]
    for segment in query.segments:
        if segment.key >= index:
            break
        chosen = segment
    return chosen


class Resolver:
    """Resolves the relations of one statement against a schema."""

    def __init__(self, index: SchemaIndex, dialect: str, outline: Outline, text: str) -> None:
        self.index = index
        self.dialect = dialect_of(dialect)
        self.outline = outline
        self.text = text
        self.busy: set[int] = set()
        self.common_memo: dict[tuple[int, int], Common] = {}
        self.output_memo: dict[int, Columns] = {}

    # CTEs -------------------------------------------------------------------------------------

    def commons(self, frame: Frame, depth: int = 0) -> Common:
        """CTEs that a query in `frame` may read, by lower-case name."""
        return self._commons(frame, -1, depth)

    def _commons(self, frame: Frame, before: int, depth: int) -> Common:
        """Those visible inside `frame`; with `before` >= 0, to the body of that CTE of it."""
        key = (id(frame), before)
        known = self.common_memo.get(key)
        if known is not None:
            return known
        result: Common = {}
        if frame.parent is not None:
            parent = query_frame(frame.parent)
            number = -1
            for position, common in enumerate(read(parent).ctes):
                if common.body is not None and _inside(frame, common.body):
                    number = position
            result.update(self._commons(parent, number, depth + 1))
        self.common_memo[key] = result  # what a recursive body sees while it is being read
        if frame.query:
            for position, common in enumerate(read(frame).ctes):
                if before >= 0 and position >= before:
                    if common.recursive and position == before:
                        result[common.item.name.lower()] = self.common(common, result, frame, depth)
                    break
                if common.item.hole and common.body is None:
                    continue
                result[common.item.name.lower()] = self.common(common, result, frame, depth)
        return result

    def common(self, common: CommonTable, seen: Common, frame: Frame, depth: int) -> Relation:
        columns: tuple[OutputColumn, ...] = ()
        complete = False
        if common.body is not None and common.body.query:
            columns, complete = self.output(common.body, dict(seen), depth + 1)
        if common.columns:
            columns = _renamed(columns, common.columns)
            complete = True
        return Relation(
            common.item.name, "cte", columns, complete=complete, start=common.item.start
        )

    # Output columns ---------------------------------------------------------------------------

    def output(self, frame: Frame, seen: Common, depth: int) -> Columns:
        """The columns a query in brackets gives, and whether those are all."""
        key = id(frame)
        known = self.output_memo.get(key)
        if known is not None:
            return known
        if key in self.busy or depth > _MAX_LEVELS:
            return (), False
        self.busy.add(key)
        try:
            query = read(frame)
            for common in query.ctes:
                seen[common.item.name.lower()] = self.common(common, seen, frame, depth)
            result: Columns = ((), False)
            inner = frame.items[0].frame if frame.items else None
            if inner is not None and inner.query and not query.cores[0].verb:
                result = self.output(inner, dict(seen), depth + 1)
            else:
                for core in query.cores:
                    if core.verb and core.verb != "DDL":
                        result = self.core_output(frame, core, seen, depth)
                        break
        finally:
            self.busy.discard(key)
        self.output_memo[key] = result
        return result

    def core_output(self, frame: Frame, core: Core, seen: Common, depth: int) -> Columns:
        items = frame.items
        if core.verb == "VALUES":
            for segment in core.segments:
                if segment.clause is Clause.VALUES:
                    return self.values_output(items, segment)
        clause = Clause.SELECT if core.verb in {"SELECT", "FROM"} else Clause.RETURNING
        listed = next((s for s in core.segments if s.clause is clause), None)
        if listed is None:
            if core.verb == "FROM":
                relations = self.core_relations(frame, core, seen, 0, depth)[0]
                return _star(relations)
            return (), core.verb not in {"SELECT", "FROM"}
        relations, references, _ = self.core_relations(frame, core, seen, 0, depth)
        columns: list[OutputColumn] = []
        complete = True
        for start, end in elements(items, listed.start, listed.end):
            start = skip_modifiers(items, start, end)
            if start >= end:
                continue
            if items[end - 1].sym == "*" or _star_with_options(items, start, end):
                star, all_known = self.star(items, start, end, relations, references)
                columns.extend(star)
                complete = complete and all_known
                continue
            if end - start == 1 and items[start].hole and not items[start].name:
                continue
            columns.append(self.column_of(items, start, end, relations))
        return tuple(columns), complete

    def values_output(self, items: list[Item], segment: Segment) -> Columns:
        for item in items[segment.start : segment.end]:
            if item.frame is not None:
                count = len(elements(item.frame.items, 0, len(item.frame.items)))
                stem, first = self.dialect.values_columns
                names = tuple(OutputColumn(f"{stem}{n + first}") for n in range(count))
                return names, True
        return (), False

    def star(
        self,
        items: list[Item],
        start: int,
        end: int,
        relations: list[Relation],
        references: list[Reference],
    ) -> Columns:
        """The columns of `*` or `t.*`, with BigQuery's EXCEPT and its kin."""
        position = next(i for i in range(start, end) if items[i].sym == "*")
        if position > start:
            name = items[position - 2].name if position - 2 >= start else ""
            relation = find_relation(relations, name)
            if relation is None:
                return (), False
            columns: tuple[OutputColumn, ...] = relation.columns
            complete = relation.complete
        else:
            columns, complete = _star(relations, references)
        for i in range(position + 1, end):
            frame = items[i].frame
            if frame is not None and word_at(items, i - 1) in {"EXCEPT", "EXCLUDE"}:
                gone = {name.lower() for name in names_in(frame)}
                columns = tuple(c for c in columns if c.name.lower() not in gone)
            elif items[i].is_name and word_at(items, i - 1) in {"EXCEPT", "EXCLUDE"}:
                columns = tuple(c for c in columns if c.name.lower() != items[i].name.lower())
        return columns, complete

    def column_of(
        self, items: list[Item], start: int, end: int, relations: list[Relation]
    ) -> OutputColumn:
        """The column that one expression of a projection gives."""
        alias, stop = alias_of(items, start, end)
        origin = self.resolve(items, start, stop, relations)
        if alias is not None:
            if origin is not None:
                return OutputColumn(alias, origin.type, origin.table, origin.column)
            return OutputColumn(alias, _type_of(items, start, stop))
        if origin is not None:
            return origin
        last = items[stop - 1]
        if last.is_name and (stop - start == 1 or items[stop - 2].sym == "."):
            return OutputColumn(last.name)
        if last.frame is not None and stop - start >= 2 and items[stop - 2].is_name:
            return OutputColumn(items[stop - 2].name.lower())
        for i in range(start, stop):
            if items[i].sym == "::" and i > start and items[i - 1].is_name:
                return OutputColumn(items[i - 1].name, _type_of(items, start, stop))
        return OutputColumn("case" if items[start].word == "CASE" else "?column?")

    def resolve(
        self, items: list[Item], start: int, end: int, relations: list[Relation]
    ) -> OutputColumn | None:
        """The column that `items[start:end]` names, where it is no more than a name."""
        names = chain(items, start, end)
        if names is None:
            return None
        return find_column(relations, names)

    # Relations --------------------------------------------------------------------------------

    def core_relations(
        self, frame: Frame, core: Core, seen: Common, level: int, depth: int
    ) -> tuple[list[Relation], list[Reference], Relation | None]:
        """The relations of one core, their references, and the table it writes to."""
        items = frame.items
        references: list[Reference] = []
        targets: list[Reference] = []
        for segment in core.segments:
            if segment.clause in _FROM_LIKE and not (
                segment.clause is Clause.MERGE and segment.word == "WHEN"
            ):
                found = read_from(items, segment.start, segment.end).references
                if segment.clause is Clause.FROM:
                    references.extend(found)
                else:
                    targets.extend(found)
            elif segment.clause is Clause.INSERT_INTO and segment.word != "MERGE INSERT":
                found = read_insert(items, segment)
                targets.extend(found)
        target: Relation | None = None
        relations: list[Relation] = []
        written: list[Reference] = []
        if targets:
            read_relations = self.relations(references, seen, level, depth)
            first = targets[0]
            if references and len(first.names) == 1 and first.alias is None:
                name = first.names[0].name.lower()
                target = next((r for r in read_relations if r.name.lower() == name), None)
            if target is None:
                resolved = self.relations(
                    targets, {} if core.verb == "INSERT" else seen, level, depth
                )
                target = resolved[0] if resolved else None
                relations.extend(resolved)
                if resolved:
                    written = targets
            relations.extend(read_relations)
        else:
            relations = self.relations(references, seen, level, depth)
        return relations, [*written, *references], target

    def relations(
        self, references: list[Reference], seen: Common, level: int, depth: int
    ) -> list[Relation]:
        result: list[Relation] = []
        for reference in references:
            relation = self.relation(reference, seen, level, depth)
            if relation is not None:
                result.append(relation)
        return result

    def relation(
        self, reference: Reference, seen: Common, level: int, depth: int
    ) -> Relation | None:
        alias = reference.alias.name if reference.alias is not None else None
        columns: tuple[OutputColumn, ...] = ()
        complete = False
        kind = "unknown"
        table: Table | None = None
        name = alias or ""
        if reference.function:
            kind = "function"
            name = alias or (reference.names[-1].name if reference.names else "")
        elif reference.frame is not None:
            kind = "derived"
            body = reference.frame
            if body.query or word_at(body.items, 0) == "VALUES":
                columns, complete = self.output(body, dict(seen), depth + 1)
            if not name and not columns:
                return None
        elif reference.names:
            last = reference.names[-1]
            if not last.name or not last.is_name:
                return None
            name = alias or last.name
            found = None
            if len(reference.names) == 1:
                common = seen.get(last.name.lower())
                if common is not None:
                    found = common
            if found is not None:
                kind, columns, complete = "cte", found.columns, found.complete
            else:
                namespace = reference.names[-2].name if len(reference.names) > 1 else None
                table = self.index.table_within(last.name, namespace)
                if table is None and last.hole and reference.alias is None:
                    return None  # a name being typed
                if table is not None:
                    kind = table.kind
                    columns, complete = table_columns(self.index, table), True
        elif not alias:
            return None
        if reference.columns:
            columns = _renamed(columns, reference.columns)
            complete = complete or kind in {"derived", "function"}
        return Relation(name, kind, columns, table, alias, complete, level, reference.start)

    # The scope at the cursor ------------------------------------------------------------------

    def scope(self) -> Scope:
        """The scope at the outline's hole."""
        outline = self.outline
        frame = query_frame(outline.frame)
        index = outline.index if frame is outline.frame else place_in(frame, outline.frame)
        query = read(frame)
        number = core_at(query, index)
        core = query.cores[number]
        clause = segment_at(query, index).clause
        commons = self.commons(frame)
        body = next((c.body for c in query.ctes if c.body and _inside(outline.frame, c.body)), None)
        if body is not None:
            commons = self._commons(body, -1, 0)
        relations, _, target = self.core_relations(frame, core, commons, 0, 0)
        if (
            core.verb == "INSERT"
            and target is not None
            and clause
            in {
                Clause.ON_CONFLICT,
                Clause.SET,
                Clause.WHERE,
            }
        ):
            relations.append(
                Relation(
                    "excluded",
                    "table",
                    target.columns,
                    target.table,
                    None,
                    target.complete,
                    0,
                    target.start,
                )
            )
        if clause is Clause.RETURNING and self.dialect.output and target is not None:
            for word in ("inserted", "deleted"):
                relations.append(
                    Relation(
                        word,
                        "table",
                        target.columns,
                        target.table,
                        None,
                        target.complete,
                        0,
                        target.start,
                    )
                )
        if core.verb == "DDL" and not relations:
            relations = self.ddl_relations(frame, index)
        if core.verb == "INSERT" and clause is Clause.VALUES:
            relations = []
        relations.extend(self.outer_relations(frame, 1))
        first = core
        if clause is Clause.ORDER_BY and number > 0:
            first = next((c for c in query.cores if c.verb == "SELECT"), core)
        projection = self.projection(frame, first)
        insert = next((c for c in query.cores if c.verb == "INSERT"), None)
        inserted: tuple[str, ...] = ()
        if insert is not None:
            if target is None:
                target = self.core_relations(frame, insert, commons, 0, 0)[2]
            inserted = insert_columns(frame.items, insert)
        elif core.verb == "MERGE":
            inserted = insert_columns(frame.items, core)
        return Scope(
            tuple(relations),
            tuple({id(r): r for r in commons.values()}.values()),
            projection,
            target,
            inserted,
            self.lateral_aliases(clause, projection, outline.hole.start),
            windows(frame, core),
        )

    def outer_relations(self, frame: Frame, level: int) -> list[Relation]:
        """Relations of the queries around a query, where it may be correlated with them."""
        result: list[Relation] = []
        while frame.parent is not None:
            outer = query_frame(frame.parent)
            index = place_in(outer, frame)
            query = read(outer)
            segment = segment_at(query, index)
            if segment.clause is Clause.WITH:
                return result
            core = query.cores[segment.core]
            visible = True
            if segment.clause is Clause.FROM:
                items = outer.items
                before = word_at(items, index - 1)
                state = read_from(items, segment.start, index)
                visible = state.at in {FromAt.ON, FromAt.LATERAL} or before in {"LATERAL", "APPLY"}
            if visible:
                found = self.core_relations(outer, core, self.commons(outer), level, 0)[0]
                result.extend(r for r in found if r.start < frame.start or r.start >= frame.end)
            frame = outer
            level += 1
        return result

    def ddl_relations(self, frame: Frame, index: int) -> list[Relation]:
        """The table that a DDL statement's brackets or clauses speak of."""
        items = frame.items
        for i in range(min(index, len(items)) - 1, -1, -1):
            if items[i].word in {"ON", "REFERENCES", "TABLE", "TRUNCATE", "DESCRIBE"}:
                start = i + 1
                while word_at(items, start) in {"IF", "EXISTS", "ONLY", "NOT"}:
                    start += 1
                state = read_from(items, start, min(index, len(items)))
                return self.relations(state.references[:1], {}, 0, 0)
        return []

    def projection(self, frame: Frame, core: Core) -> tuple[ProjectionItem, ...]:
        """The expressions of a core's projection."""
        segment = next((s for s in core.segments if s.clause is Clause.SELECT), None)
        if segment is None:
            segment = next((s for s in core.segments if s.clause is Clause.RETURNING), None)
        if segment is None:
            return ()
        items = frame.items
        result: list[ProjectionItem] = []
        for start, end in elements(items, segment.start, segment.end):
            start = skip_modifiers(items, start, end)
            if start >= end or (end - start == 1 and items[start].hole and not items[start].name):
                continue
            alias, stop = alias_of(items, start, end)
            last = items[stop - 1]
            names: list[str] = []
            aggregate = _references(items, start, stop, names)
            result.append(
                ProjectionItem(
                    self.text[items[start].start : last.end],
                    alias,
                    items[start].start,
                    items[end - 1].end,
                    tuple(names),
                    aggregate,
                )
            )
        return tuple(result)

    def lateral_aliases(
        self, clause: Clause, projection: tuple[ProjectionItem, ...], at: int
    ) -> tuple[str, ...]:
        dialect = self.dialect
        if clause is Clause.SELECT:
            if not dialect.aliases_in_select:
                return ()
            return tuple(p.alias for p in projection if p.alias and p.end <= at)
        allowed = (
            clause is Clause.ORDER_BY
            or (clause is Clause.GROUP_BY and dialect.aliases_in_group_by)
            or (clause in NAMES_ALIASES and dialect.aliases_in_having)
            or (clause is Clause.WHERE and dialect.aliases_in_where)
        )
        return tuple(p.alias for p in projection if p.alias) if allowed else ()


def query_frame(frame: Frame) -> Frame:
    """The nearest frame that is a query, the frame itself included."""
    while not frame.query and frame.parent is not None:
        frame = frame.parent
    return frame


def place_in(outer: Frame, inner: Frame) -> int:
    """The index among `outer`'s items of the bracket that holds `inner`."""
    while inner.parent is not None and inner.parent is not outer:
        inner = inner.parent
    return inner.index


def _inside(frame: Frame, outer: Frame) -> bool:
    walk: Frame | None = frame
    while walk is not None:
        if walk is outer:
            return True
        walk = walk.parent
    return False


def elements(items: list[Item], start: int, end: int) -> list[tuple[int, int]]:
    """The ranges between the commas of `items[start:end]`; none for an empty range."""
    result: list[tuple[int, int]] = []
    begin = start
    for i in range(start, end):
        if items[i].sym == ",":
            result.append((begin, i))
            begin = i + 1
    if begin < end or result:
        result.append((begin, end))
    return result


def skip_modifiers(items: list[Item], start: int, end: int) -> int:
    """Past SELECT's DISTINCT, ALL, DISTINCT ON (...), TOP n."""
    while start < end:
        item = items[start]
        word = item.word
        if item.hole and end - start == 1:
            return start
        if word in {"DISTINCT", "ALL"}:
            start += 1
            if word_at(items, start) == "ON" and start + 1 < end and items[start + 1].frame:
                start += 2
        elif (
            word == "TOP"
            and start + 1 < end
            and (items[start + 1].frame or items[start + 1].token.kind is TokenKind.NUMBER)
        ):
            start += 2
            if word_at(items, start) == "PERCENT":
                start += 1
        elif word == "AS" and word_at(items, start + 1) in {"STRUCT", "VALUE"}:
            start += 2  # BigQuery's SELECT AS STRUCT
        elif word in {"SQL_CALC_FOUND_ROWS", "STRAIGHT_JOIN"}:
            start += 1
        else:
            break
    return start


def chain(items: list[Item], start: int, end: int) -> list[str] | None:
    """The names of a dotted name that is all of `items[start:end]`, or None."""
    if end <= start or (end - start) % 2 == 0:
        return None
    names: list[str] = []
    for i in range(start, end):
        item = items[i]
        if (i - start) % 2 == 0:
            if not item.is_name or not item.name or (item.word in RESERVED):
                return None
            names.append(item.name)
        elif item.sym != ".":
            return None
    return names


def alias_of(items: list[Item], start: int, end: int) -> tuple[str | None, int]:
    """A projection expression's alias, and where the expression itself ends."""
    if end - start >= 2:
        last = items[end - 1]
        if items[end - 2].word == "AS" and end - start >= 3:
            if last.token.kind is TokenKind.STRING:
                return last.token.text.strip("'\""), end - 2
            return (last.name or None) if last.is_name else None, end - 2
        if last.word == "AS" and end - start >= 2:
            return None, end - 1
        if (
            last.is_name
            and last.word not in RESERVED
            and last.frame is None
            and items[end - 2].sym != "."
            and ends_operand(items[end - 2])
            and items[end - 2].word not in {"INTERVAL", "COLLATE", "DATE", "TIMESTAMP"}
        ):
            return last.name or None, end - 1
        if last.hole and not last.name:
            return None, end - 1
    return None, end


def find_relation(relations: list[Relation] | tuple[Relation, ...], name: str) -> Relation | None:
    """The nearest relation of that name."""
    lower = name.lower()
    best: Relation | None = None
    for relation in relations:
        if relation.name.lower() == lower and (best is None or relation.level < best.level):
            best = relation
    return best


def find_column(
    relations: list[Relation] | tuple[Relation, ...], names: list[str]
) -> OutputColumn | None:
    """The column that a dotted name means, the nearest query's first."""
    wanted = names[-1].lower()
    if len(names) > 1:
        relation = find_relation(relations, names[-2])
        pool = [relation] if relation is not None else []
    else:
        pool = sorted(relations, key=lambda r: r.level) if len(relations) > 1 else list(relations)
    for relation in pool:
        for column in relation.columns:
            if column.name.lower() == wanted:
                return column
    return None


def read_insert(items: list[Item], segment: Segment) -> list[Reference]:
    """The table of INSERT INTO: a name, and the alias that some dialects let follow it."""
    start, end = segment.start, segment.end
    while start < end and items[start].word in {
        "OVERWRITE",
        "TABLE",
        "IGNORE",
        "OR",
        "ROLLBACK",
        "ABORT",
        "FAIL",
        "LOW_PRIORITY",
    }:
        start += 1
    if start >= end or not items[start].is_name:
        return []
    reference = Reference([items[start]], start=items[start].start)
    i = start + 1
    while i + 1 < end and items[i].sym == "." and items[i + 1].is_name:
        reference.names.append(items[i + 1])
        i += 2
    if word_at(items, i) == "AS" and i + 1 < end and items[i + 1].is_name:
        reference.alias = items[i + 1] if items[i + 1].name else None
    return [reference]


def insert_columns(items: list[Item], core: Core) -> tuple[str, ...]:
    """The names in INSERT's column list."""
    for segment in core.segments:
        if segment.clause is Clause.INSERT_INTO:
            for item in items[segment.start : segment.end]:
                if item.frame is not None and item.frame.bracket == "(" and not item.frame.query:
                    return names_in(item.frame)
    return ()


def windows(frame: Frame, core: Core) -> tuple[str, ...]:
    """The names that a WINDOW clause defines."""
    names: list[str] = []
    items = frame.items
    for segment in core.segments:
        if segment.clause is Clause.WINDOW:
            for start, end in elements(items, segment.start, segment.end):
                if end - start >= 2 and items[start].is_name and items[start].name:
                    names.append(items[start].name)
    return tuple(names)


def _star_with_options(items: list[Item], start: int, end: int) -> bool:
    """`* EXCEPT (...)`, `t.* REPLACE (...)`: a star that words follow."""
    position = next((i for i in range(start, min(end, start + 5)) if items[i].sym == "*"), -1)
    if position < 0 or position + 1 >= end:
        return False
    if position > start and items[position - 1].sym != ".":
        return False
    return items[position + 1].word in {"EXCEPT", "EXCLUDE", "REPLACE", "RENAME", "ILIKE"} or (
        items[position + 1].hole
    )


def _star(relations: list[Relation], references: list[Reference] | None = None) -> Columns:
    """All columns of the relations; those a USING or NATURAL join merges come once."""
    columns: list[OutputColumn] = []
    complete = bool(relations)
    by_start = {r.start: r for r in references or ()}
    seen: set[str] = set()
    for relation in relations:
        complete = complete and relation.complete
        reference = by_start.get(relation.start)
        merged: set[str] = set()
        if reference is not None:
            merged = {name.lower() for name in reference.using}
            if reference.natural:
                merged = seen
        columns.extend(
            c
            for c in relation.columns
            if c.name.lower() not in merged or c.name.lower() not in seen
        )
        seen = seen | {c.name.lower() for c in relation.columns}
    return tuple(columns), complete


def _renamed(columns: tuple[OutputColumn, ...], names: tuple[str, ...]) -> tuple[OutputColumn, ...]:
    renamed = [
        OutputColumn(name, columns[i].type, columns[i].table, columns[i].column)
        if i < len(columns)
        else OutputColumn(name)
        for i, name in enumerate(names)
    ]
    return (*renamed, *columns[len(names) :])


def _type_of(items: list[Item], start: int, end: int) -> str | None:
    """The type that an expression's last cast names, or COUNT's."""
    for i in range(end - 1, start, -1):
        if items[i - 1].sym == "::" and items[i].is_name:
            return items[i].name.upper()
    if items[start].word == "COUNT" and end - start == 2:
        return "BIGINT"
    return None


def _references(items: list[Item], start: int, end: int, names: list[str]) -> bool:
    """Collects the column references of an expression; tells whether it holds an aggregate."""
    aggregate = False
    i = start
    while i < end:
        item = items[i]
        frame = item.frame
        if frame is not None:
            if not frame.query:
                aggregate = _references(frame.items, 0, len(frame.items), names) or aggregate
            i += 1
            continue
        if item.is_name and item.word not in RESERVED and item.name:
            parts = [item.token.text]
            j = i + 1
            while j + 1 < end and items[j].sym == "." and items[j + 1].is_name:
                parts.append(items[j + 1].token.text)
                j += 2
            if j < end and items[j].frame is not None:  # a call
                if (
                    item.word in AGGREGATES
                    and word_at(items, j + 1) != "OVER"
                    and not (word_at(items, j + 1) == "FILTER" and word_at(items, j + 3) == "OVER")
                ):
                    aggregate = True
            elif i > start and items[i - 1].sym == "::":
                pass  # a type
            elif not (j < end and items[j].token.kind is TokenKind.STRING):
                names.append(".".join(parts))
            i = j
            continue
        i += 1
    return aggregate
