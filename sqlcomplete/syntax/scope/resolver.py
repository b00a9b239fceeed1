"""Resolves CTEs, derived tables and tables to relations with columns."""

from __future__ import annotations

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import OutputColumn, Relation
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query import (
    CommonTable,
    Core,
    Reference,
    Segment,
    names_in,
    read,
    read_from,
    word_at,
)
from sqlcomplete.syntax.scope.clauses import read_insert
from sqlcomplete.syntax.scope.columns import (
    Columns,
    find_column,
    find_relation,
    renamed,
    star_of,
    table_columns,
)
from sqlcomplete.syntax.scope.elements import (
    alias_of,
    chain,
    elements,
    skip_modifiers,
    star_with_options,
    type_of,
)
from sqlcomplete.syntax.scope.places import inside, query_frame

_MAX_LEVELS = 24  # nested derived tables that are followed
# Columns that all stars of a statement may stand for: each CTE that joins the one above with itself
# has twice as many.
_STARS = 20_000
_FROM_LIKE = frozenset({Clause.FROM, Clause.UPDATE, Clause.DELETE, Clause.MERGE})

Common = dict[str, Relation]


class Resolver:
    """Resolves the relations of one statement against a schema."""

    def __init__(self, index: SchemaIndex, dialect: Dialect) -> None:
        self.index = index
        self.dialect = dialect
        self.busy: set[int] = set()
        self.common_memo: dict[tuple[int, int], Common] = {}
        self.output_memo: dict[int, Columns] = {}
        self.stars = _STARS

    # CTEs -------------------------------------------------------------------------------------

    def commons(self, frame: Frame, depth: int = 0) -> Common:
        """CTEs that a query in `frame` may read, by lower-case name."""
        return self.commons_before(frame, -1, depth)

    def commons_before(self, frame: Frame, before: int, depth: int) -> Common:
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
                if common.body is not None and inside(frame, common.body):
                    number = position
            result.update(self.commons_before(parent, number, depth + 1))
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
            columns = renamed(columns, common.columns)
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
                found = star_of(relations, most=self.stars)
                self.stars -= len(found[0])
                return found
            return (), core.verb not in {"SELECT", "FROM"}
        relations, references, _ = self.core_relations(frame, core, seen, 0, depth)
        columns: list[OutputColumn] = []
        complete = True
        for start, end in elements(items, listed.start, listed.end):
            start = skip_modifiers(items, start, end)
            if start >= end:
                continue
            if items[end - 1].sym == "*" or star_with_options(items, start, end):
                star, all_known = self.star(items, start, end, relations, references)
                self.stars -= len(star)
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
            columns: tuple[OutputColumn, ...] = relation.columns[: self.stars]
            complete = relation.complete and len(relation.columns) <= self.stars
        else:
            columns, complete = star_of(relations, references, most=self.stars)
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
            return OutputColumn(alias, type_of(items, start, stop))
        if origin is not None:
            return origin
        last = items[stop - 1]
        if last.is_name and (stop - start == 1 or items[stop - 2].sym == "."):
            return OutputColumn(last.name)
        if last.frame is not None and stop - start >= 2 and items[stop - 2].is_name:
            return OutputColumn(items[stop - 2].name.lower())
        for i in range(start, stop):
            if items[i].sym == "::" and i > start and items[i - 1].is_name:
                return OutputColumn(items[i - 1].name, type_of(items, start, stop))
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
            columns = renamed(columns, reference.columns)
            complete = complete or kind in {"derived", "function"}
        return Relation(name, kind, columns, table, alias, complete, level, reference.start)
