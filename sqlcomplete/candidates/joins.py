"""Whole joins and join conditions from foreign keys, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.candidates.awaited import awaited, fit_of
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.naming import free_alias
from sqlcomplete.candidates.output_names import singular
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import Kind, Relation

Pairs = tuple[tuple[str, str], ...]  # (column of the new relation, column of the old one)


def joins(here: Situation, limit: int) -> Iterator[Candidate]:
    """Tables that a foreign key ties to one in scope, each with alias and condition."""
    if Kind.JOIN not in here.kinds or here.expectation.qualifier or here.expectation.quote:
        return
    taken = [r.name for r in here.relations]
    with_alias = any(r.alias for r in here.near)
    numbered = sorted(n for n in taken if len(n) == 2 and n[0] in "tT" and n[1].isdigit())
    waiting = awaited(here)
    count = 0
    for relation in reversed(here.near):
        table = relation.table
        if table is None or relation.kind not in ("table", "view"):
            continue
        for other, pairs, direction in _linked(here, table):
            if not here.fits(other.name) or _is_joined(here, relation.name, other, pairs):
                continue
            count += 1
            if count > limit:
                return
            alias = other.name
            declared = ""
            fit = fit_of(other, waiting) if waiting else None
            if fit is not None or with_alias or other.name.lower() in {n.lower() for n in taken}:
                if fit is not None:
                    alias = next((t.text for t in here.others if bare(t) == fit[1]), fit[1])
                elif numbered:
                    alias = f"{numbered[0][0]}{len(here.near) + 1}"
                else:
                    alias = free_alias(other.name, taken)
                declared = f" {here.keyword('AS')} {alias}" if here.aliases_with_as else f" {alias}"
            name = here.write(other.name)
            if other.namespace and other.namespace != here.index.schema.default_namespace:
                name = f"{here.write_plain(other.namespace)}.{name}"
            condition = _condition(here, alias, relation.name, pairs, old_first=_old_first(here))
            text = f"{name}{declared} {here.keyword('ON')} {condition}"
            features = {direction, "linked"}
            if waiting:
                features.add("not awaited" if fit is None else fit[0])
            if other.name.lower() in {r.table.name.lower() for r in here.near if r.table}:
                features.add("used")
            if other.name.lower() in here.words_elsewhere:
                features.add("recent")
            yield Candidate(
                text, text, Kind.JOIN, other.name, f"{direction} key", frozenset(features)
            )


def _is_joined(here: Situation, name: str, other: Table, pairs: Pairs) -> bool:
    """Whether the statement already compares the key's columns of `name` and of such a table."""
    return any(
        relation.table is other
        and all(
            (relation.name.lower(), mine.lower()) in here.dotted
            and (name.lower(), theirs.lower()) in here.dotted
            for mine, theirs in pairs
        )
        for relation in here.near
        if relation.name != name
    )


def _linked(here: Situation, table: Table) -> Iterator[tuple[Table, Pairs, str]]:
    for key, other in here.index.foreign_keys_from(table):
        yield other, tuple(zip(key.ref_columns, key.columns, strict=False)), "foreign"
    for other, key in here.index.foreign_keys_to(table):
        yield other, tuple(zip(key.columns, key.ref_columns, strict=False)), "referencing"


def _condition(here: Situation, new: str, old: str, pairs: Pairs, *, old_first: bool) -> str:
    parts = []
    for mine, theirs in pairs:
        left = f"{here.write_plain(new)}.{here.write_plain(mine)}"
        right = f"{here.write_plain(old)}.{here.write_plain(theirs)}"
        parts.append(f"{right} = {left}" if old_first else f"{left} = {right}")
    return f" {here.keyword('AND')} ".join(parts)


def _old_first(here: Situation) -> bool:
    """Whether the statement's conditions name the earlier relation first; so where none tells."""
    order = {r.name.lower(): place for place, r in enumerate(here.near)}
    tokens = here.others
    for at, token in enumerate(tokens[:-7]):
        if (
            token.upper == "ON"
            and tokens[at + 2].text == "."
            and tokens[at + 4].text == "="
            and tokens[at + 6].text == "."
        ):
            one, two = tokens[at + 1].text.lower(), tokens[at + 5].text.lower()
            if one in order and two in order:
                return order[one] < order[two]
    return True


def join_conditions(here: Situation) -> Iterator[Candidate]:
    """Conditions after ON between the relation just joined and those before it; shared columns
    after USING."""
    if Kind.JOIN_CONDITION not in here.kinds or here.expectation.qualifier:
        return
    cursor = here.expectation.replace[0]
    before = [r for r in here.near if r.start < cursor]
    if len(before) < 2:
        return
    new, olds = before[-1], before[-2::-1]
    if here.clause is Clause.USING:
        yield from _shared(here, new, olds)
        return
    if here.expectation.quote:
        return
    seen: set[str] = set()
    old_first = _old_first(here)
    for old in olds:
        for pairs, feature in _pairs(here, new, old):
            # The other way round is offered too when letters of the other name are typed.
            for first in (old_first, not old_first):
                text = _condition(here, new.name, old.name, pairs, old_first=first)
                if text in seen or not here.fits(text):
                    continue
                seen.add(text)
                features = {feature} if first == old_first else {feature, "other way"}
                yield Candidate(text, text, Kind.JOIN_CONDITION, text, feature, frozenset(features))


def _pairs(here: Situation, new: Relation, old: Relation) -> Iterator[tuple[Pairs, str]]:
    by_key = False
    if new.table is not None and old.table is not None:
        for key, other in here.index.foreign_keys_from(new.table):
            if other.name.lower() == old.table.name.lower():
                by_key = True
                yield tuple(zip(key.columns, key.ref_columns, strict=False)), "foreign key"
        for key, other in here.index.foreign_keys_from(old.table):
            if other.name.lower() == new.table.name.lower():
                by_key = True
                yield tuple(zip(key.ref_columns, key.columns, strict=False)), "foreign key"
    if by_key:
        return
    yield from _by_name(new, old)


def _by_name(new: Relation, old: Relation) -> Iterator[tuple[Pairs, str]]:
    """Pairs that names suggest where no key is declared: `x_id` on both sides, or `x.id` and
    `x_id`."""
    olds = {c.name.lower(): c.name for c in old.columns}
    shared = [c.name for c in new.columns if c.name.lower() in olds]
    keyed = [
        n for n in shared if n.lower().endswith(("id", "key", "code", "_no", "number", "uuid"))
    ]
    for name in (keyed or shared)[:3]:
        if name.lower() != "id":
            yield ((name, olds[name.lower()]),), "same name"
    for mine, theirs, flipped in ((new, old, False), (old, new, True)):
        own = next((c.name for c in theirs.columns if c.name.lower() in ("id", "uuid")), None)
        if own is None:
            continue
        stem = singular((theirs.table.name if theirs.table else theirs.name).lower())
        for column in mine.columns:
            low = column.name.lower()
            if low in (f"{stem}_{own.lower()}", f"{stem}{own.lower()}"):
                pair = (own, column.name) if flipped else (column.name, own)
                yield (pair,), "name of the table"


def _shared(here: Situation, new: Relation, olds: list[Relation]) -> Iterator[Candidate]:
    known = {c.name.lower() for old in olds for c in old.columns}
    for column in new.columns:
        if column.name.lower() in known and here.fits(column.name):
            name = here.write(column.name)
            yield Candidate(
                column.name, name, Kind.JOIN_CONDITION, column.name, "shared column",
                frozenset({"shared"}),
            )  # fmt: skip
