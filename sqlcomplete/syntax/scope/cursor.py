"""The scope at the cursor: what may be named there."""

from __future__ import annotations

from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Relation, Scope
from sqlcomplete.syntax.outline import Frame, Outline
from sqlcomplete.syntax.query import FromAt, read, read_from, word_at
from sqlcomplete.syntax.scope.clauses import insert_columns, windows
from sqlcomplete.syntax.scope.places import core_at, inside, place_in, query_frame, segment_at
from sqlcomplete.syntax.scope.projection import lateral_aliases, projection_of
from sqlcomplete.syntax.scope.resolver import Resolver


def scope_of(index: SchemaIndex, dialect: str, outline: Outline, text: str) -> Scope:
    """The scope at the outline's hole."""
    known = dialect_of(dialect)
    resolver = Resolver(index, known)
    frame = query_frame(outline.frame)
    place = outline.index if frame is outline.frame else place_in(frame, outline.frame)
    query = read(frame)
    number = core_at(query, place)
    core = query.cores[number]
    clause = segment_at(query, place).clause
    commons = resolver.commons(frame)
    body = next((c.body for c in query.ctes if c.body and inside(outline.frame, c.body)), None)
    if body is not None:
        commons = resolver.commons_before(body, -1, 0)
    relations, _, target = resolver.core_relations(frame, core, commons, 0, 0)
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
    if clause is Clause.RETURNING and known.output and target is not None:
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
        relations = _ddl_relations(resolver, frame, place)
    if core.verb == "INSERT" and clause is Clause.VALUES:
        relations = []
    relations.extend(_outer_relations(resolver, frame, 1))
    first = core
    if clause is Clause.ORDER_BY and number > 0:
        first = next((c for c in query.cores if c.verb == "SELECT"), core)
    projection = projection_of(frame, first, text)
    insert = next((c for c in query.cores if c.verb == "INSERT"), None)
    inserted: tuple[str, ...] = ()
    if insert is not None:
        if target is None:
            target = resolver.core_relations(frame, insert, commons, 0, 0)[2]
        inserted = insert_columns(frame.items, insert)
    elif core.verb == "MERGE":
        inserted = insert_columns(frame.items, core)
    return Scope(
        tuple(relations),
        tuple({id(r): r for r in commons.values()}.values()),
        projection,
        target,
        inserted,
        lateral_aliases(known, clause, projection, outline.hole.start),
        windows(frame, core),
    )


def _outer_relations(resolver: Resolver, frame: Frame, level: int) -> list[Relation]:
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
            found = resolver.core_relations(outer, core, resolver.commons(outer), level, 0)[0]
            result.extend(r for r in found if r.start < frame.start or r.start >= frame.end)
        frame = outer
        level += 1
    return result


def _ddl_relations(resolver: Resolver, frame: Frame, index: int) -> list[Relation]:
    """The table that a DDL statement's brackets or clauses speak of."""
    items = frame.items
    for i in range(min(index, len(items)) - 1, -1, -1):
        if items[i].word in {"ON", "REFERENCES", "TABLE", "TRUNCATE", "DESCRIBE"}:
            start = i + 1
            while word_at(items, start) in {"IF", "EXISTS", "ONLY", "NOT"}:
                start += 1
            state = read_from(items, start, min(index, len(items)))
            return resolver.relations(state.references[:1], {}, 0, 0)
    return []
