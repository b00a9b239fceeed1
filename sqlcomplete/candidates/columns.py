"""Columns, relations to be dotted, stars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlcomplete.candidates.foreseen import (
    awaits_from,
    foreseen,
    is_inside,
    mentioned_names,
    written_columns,
)
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import Kind, OutputColumn, Relation

_SMALL = 60  # up to so many tables a column may be offered before FROM without a typed letter
_QUALIFIERS = 20  # tables offered before FROM to qualify a column
_STAR_LIMIT = 30  # a star is not spelled out into more columns than these


def columns(here: Situation) -> Iterator[Candidate]:
    """Columns that may stand at the cursor: of the qualifier, of the scope, or of any table."""
    if Kind.COLUMN not in here.kinds:
        return
    qualifier = here.expectation.qualifier
    if qualifier:
        yield from _qualified(here, qualifier)
    elif (
        here.clause is Clause.INSERT_COLUMNS
        or _is_conflict_target(here)
        or (
            here.clause is Clause.SET
            and here.analysis.scope.target is not None
            and _is_assigned(here)
        )
    ):
        target = here.analysis.scope.target
        if target is not None and not target.columns:
            yield from mentioned(here, "")
        elif target is not None:
            # An upsert assigns the very columns that its INSERT lists.
            listed = (
                here.analysis.scope.insert_columns if here.clause is Clause.INSERT_COLUMNS else ()
            )
            taken = {name.lower() for name in listed}
            for position, column in enumerate(target.columns):
                if column.name.lower() not in taken and here.fits(column.name):
                    yield _column(here, target, column, position, qualify=False)
    elif here.relations:
        yield from _in_scope(here)
        for name in here.analysis.scope.lateral_aliases:
            if here.fits(name):
                yield Candidate(
                    name, here.write(name), Kind.COLUMN, name, "alias", frozenset({"lateral"})
                )
        if not _reads_yet(here):
            yield from _of_any_table(here)
        elif any(not relation.columns for relation in here.relations):
            yield from mentioned(here, "")
    else:
        yield from _of_any_table(here)


def _reads_yet(here: Situation) -> bool:
    """Whether the cursor's own query has a relation: a subquery's FROM comes after its columns."""
    return any(relation.level == 0 for relation in here.relations)


def _is_conflict_target(here: Situation) -> bool:
    """Whether the cursor stands in the parentheses right after ON CONFLICT."""
    depth = 0
    for place in range(len(here.left) - 1, 0, -1):
        text = here.left[place].text
        depth += (text == ")") - (text == "(")
        if depth < 0:
            return here.left[place - 1].upper == "CONFLICT"
    return False


def _is_assigned(here: Situation) -> bool:
    """Whether the cursor stands left of SET's equals sign."""
    return bool(here.left) and here.left[-1].upper in ("SET", ",", "(")


def _qualified(here: Situation, qualifier: tuple[str, ...]) -> Iterator[Candidate]:
    name = qualifier[-1].lower()
    for relation in here.relations:
        if relation.name.lower() == name:
            yield from _of_relation(here, relation)
            if not relation.columns:
                yield from mentioned(here, name)
            return
    target = here.analysis.scope.target
    if (target is not None and target.name.lower() == name) or (
        name in ("excluded", "new", "old", "inserted", "deleted") and target is not None
    ):
        table = target.table
    else:
        table = here.index.table(name, qualifier[-2] if len(qualifier) > 1 else None)
    cte = next((c for c in here.analysis.scope.ctes if c.name.lower() == name), None)
    if table is not None:
        yield from _of_relation(here, _as_relation(table))
    elif cte is not None:
        yield from _of_relation(here, cte)
    elif not _reads_yet(here) or awaits_from(here):
        # An alias that FROM will give: the names of any table may follow it.
        yield from _of_any_table(here)


def _of_relation(here: Situation, relation: Relation) -> Iterator[Candidate]:
    for position, column in enumerate(relation.columns):
        if here.fits(column.name):
            yield _column(here, relation, column, position, qualify=False)


def _in_scope(here: Situation) -> Iterator[Candidate]:
    counts: dict[str, int] = {}
    for relation in here.near:
        for column in relation.columns:
            low = column.name.lower()
            counts[low] = counts.get(low, 0) + 1
    nearest = here.relations[0].level
    shadowed = set(counts)
    plain: list[Candidate] = []
    for relation in here.relations:
        outer = relation.level > nearest
        for position, column in enumerate(relation.columns):
            if not here.fits(column.name):
                continue
            low = column.name.lower()
            must = counts.get(low, 0) > 1 or (outer and low in shadowed)
            qualify = (here.qualifies or must) and here.expectation.quote is None
            yield _column(here, relation, column, position, qualify=qualify)
            if qualify and not must and not outer:
                one = _column(here, relation, column, position, qualify=False)
                plain.append(replace(one, features=one.features | {"plain"}))
    # Right too, and some write a name that is clear so whatever they wrote before.
    yield from plain


def _column(
    here: Situation, relation: Relation, column: OutputColumn, position: int, *, qualify: bool
) -> Candidate:
    table, declared = column.table or relation.table, column.column
    features = {f"at {min(position, 9)}", f"of {relation.name}"}
    if relation.level:
        features.add("outer")
    if table is not None:
        source = column.column.name if column.column is not None else column.name
        low = source.lower()
        if any(low == key.lower() for key in table.primary_key):
            features.add("primary key")
        if any(low == key.lower() for fk in table.foreign_keys for key in fk.columns):
            features.add("foreign key")
    else:
        features.add("derived")
    if declared is not None and declared.values:
        features.add("enumerated")
    if declared is not None and declared.default is not None:
        features.add("default")
    kind = column.type or (declared.type if declared is not None else None)
    detail = f"{relation.table.name if relation.table else relation.name}.{column.name}"
    if kind:
        detail = f"{detail} {kind}"
        features.add(f"type {type_family(kind)}")
    insert = here.write(column.name)
    label = column.name
    if qualify:
        label = f"{relation.name}.{column.name}"
        insert = f"{here.write_plain(relation.name)}.{here.write_plain(column.name)}"
        features.add("qualified")
    return Candidate(label, insert, Kind.COLUMN, column.name, detail, frozenset(features))


def type_family(text: str) -> str:
    """A coarse family of a column type's text: int, text, time, bool, number or other."""
    low = text.lower()
    for family, marks in (
        ("time", ("date", "time")),
        ("bool", ("bool", "bit")),
        ("number", ("num", "dec", "float", "double", "real", "money")),
        ("int", ("int", "serial")),
        ("text", ("char", "text", "string", "clob")),
    ):
        if any(mark in low for mark in marks):
            return family
    return "other"


def _as_relation(table: Table) -> Relation:
    return Relation(
        name=table.name,
        kind=table.kind,
        columns=tuple(OutputColumn(c.name, c.type, table, c) for c in table.columns),
        table=table,
    )


def _of_any_table(here: Situation) -> Iterator[Candidate]:
    """Columns of the tables that the projection lets foresee; then each name of any table once: no
    FROM says yet which one is meant."""
    qualifier = here.expectation.qualifier[-1].lower() if here.expectation.qualifier else None
    for cte in here.analysis.scope.ctes:
        if qualifier is None and is_inside(here, cte):
            continue  # what a recursive CTE begins with comes from elsewhere
        for one in _of_relation(here, cte):
            yield replace(one, features=one.features | {"of a cte"})
    written = written_columns(here)
    for name, tables in foreseen(here).items():
        if qualifier is None or name == qualifier:
            yield from _of_foreseen(here, name, tables, written, dotted=qualifier is None)
    yield from _of_all_tables(here)


def mentioned(here: Situation, qualifier: str) -> Iterator[Candidate]:
    """Columns of relations that nobody declares: the names that the statement gives them already,
    behind `qualifier` or, where that is empty, behind none."""
    for name in mentioned_names(here, qualifier):
        if here.fits(name):
            yield Candidate(
                name, here.write(name), Kind.COLUMN, name, "used in this statement",
                frozenset({"mentioned", "derived"}),
            )  # fmt: skip


def _of_foreseen(
    here: Situation,
    qualifier: str,
    tables: tuple[Table, ...],
    written: tuple[tuple[str, str], ...],
    *,
    dotted: bool,
) -> Iterator[Candidate]:
    used = [name for owner, name in written if owner == qualifier]
    for table in tables:
        names = [column.name.lower() for column in table.columns]
        next_place = names.index(used[-1]) + 1 if used and used[-1] in names else -1
        for position, column in enumerate(table.columns):
            if not here.fits(column.name):
                continue
            out = OutputColumn(column.name, column.type, table, column)
            one = _column(here, _as_relation_shell(table), out, position, qualify=False)
            features = {*one.features, "foreseen"}
            if position == next_place:
                features.add("next")
            if names[position] in used:
                features.add("written")
            if len(tables) == 1:
                features.add("sure")
            insert, label = one.insert, one.label
            if dotted and qualifier and here.expectation.quote is None:
                spelled = _as_spelled(here, qualifier)
                insert, label = f"{spelled}.{here.write_plain(column.name)}", f"{spelled}.{label}"
                features.add("qualified")
            yield Candidate(label, insert, one.kind, one.match, one.detail, frozenset(features))


def _as_spelled(here: Situation, qualifier: str) -> str:
    """The qualifier as the statement writes it."""
    return next((t.text for t in here.left if bare(t) == qualifier), qualifier)


def _of_all_tables(here: Situation) -> Iterator[Candidate]:
    tables = here.index.schema.tables
    found: dict[str, list[tuple[Table, OutputColumn, int]]] = {}
    if len(tables) <= _SMALL:
        for table in tables:
            for position, column in enumerate(table.columns):
                if here.fits(column.name):
                    out = OutputColumn(column.name, column.type, table, column)
                    found.setdefault(column.name.lower(), []).append((table, out, position))
    elif here.typed:
        for table, column in here.index.columns_with_prefix(here.typed, limit=200):
            out = OutputColumn(column.name, column.type, table, column)
            found.setdefault(column.name.lower(), []).append((table, out, 5))
    # Names that many tables share come first: they are the ones that a limit must not cut.
    for entries in sorted(found.values(), key=len, reverse=True):
        table, out, position = entries[0]
        one = _column(here, _as_relation_shell(table), out, position, qualify=False)
        more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
        features = one.features | {"any table", f"shared {min(len(entries), 4)}"}
        yield Candidate(
            one.label, one.insert, one.kind, one.match, f"{one.detail}{more}", frozenset(features)
        )


def _as_relation_shell(table: Table) -> Relation:
    return Relation(name=table.name, kind=table.kind, table=table)


def relations(here: Situation) -> Iterator[Candidate]:
    """Names of relations in scope, each with the dot that follows it."""
    if Kind.RELATION not in here.kinds or here.expectation.qualifier:
        return
    for relation in here.relations:
        if here.fits(relation.name):
            origin = relation.table.name if relation.table is not None else relation.kind
            yield Candidate(
                relation.name,
                here.write(relation.name) + ".",
                Kind.RELATION,
                relation.name,
                origin if origin.lower() != relation.name.lower() else relation.kind,
                frozenset({"outer"} if relation.level else ()),
            )
    if here.typed and not here.near and awaits_from(here):
        # A statement written from left to right qualifies columns before FROM names their tables.
        for table in here.index.tables_with_prefix(here.typed, limit=_QUALIFIERS):
            if here.fits(table.name):
                yield Candidate(
                    table.name,
                    here.write(table.name) + ".",
                    Kind.RELATION,
                    table.name,
                    table.kind,
                    frozenset({"before from"}),
                )


def stars(here: Situation) -> Iterator[Candidate]:
    """`*`, and the star spelled out into the columns it stands for."""
    if Kind.STAR not in here.kinds or here.typed:
        return
    qualifier = here.expectation.qualifier
    yield Candidate("*", "*", Kind.STAR, "*", "all columns")
    if qualifier:
        chosen = [r for r in here.relations if r.name.lower() == qualifier[-1].lower()]
    else:
        chosen = list(here.near)
        if len(chosen) > 1:
            for relation in chosen:
                star = f"{here.write_plain(relation.name)}.*"
                yield Candidate(
                    star, star, Kind.STAR, star, f"all of {relation.name}", frozenset({"qualified"})
                )
    if not chosen or not all(r.complete and r.columns for r in chosen):
        return
    if here.clause is not Clause.SELECT and here.clause is not Clause.RETURNING:
        return
    if not 2 <= sum(len(r.columns) for r in chosen) <= _STAR_LIMIT:
        return
    names = []
    for position, (relation, column) in enumerate((r, c) for r in chosen for c in r.columns):
        name = here.write_plain(column.name)
        dotted = (qualifier and position) or (not qualifier and here.qualifies)
        names.append(f"{here.write_plain(relation.name)}.{name}" if dotted else name)
    yield Candidate(
        f"{names[0]}, {names[1]}, … ({len(names)} columns)",
        ", ".join(names),
        Kind.STAR,
        names[0],
        "every column by name",
        frozenset({"expansion"}),
    )
