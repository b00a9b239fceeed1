"""Mines a profile from statements without values: what is used, joined, filtered and named
together, weighed by how often and how lately."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlglot import exp
from sqlglot.errors import SqlglotError

from distill.company.kept import KeptStatement
from distill.company.parsing import parsed
from distill.company.reading_tree import Tree, read_tree
from distill.company.style import style_of
from sqlcomplete.profile.model import (
    ColumnUse,
    Idiom,
    MinedJoin,
    Predicate,
    Profile,
    TableUse,
    Together,
)
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema, Table

K = TypeVar("K")

HALF_LIFE_DAYS = 90.0
"""Days after which a statement that is no longer run counts half."""

MOST_IDIOMS = 3_000
_MOST = 5_000  # entries of any other list
_DAY = 86_400.0


@dataclass(slots=True)
class _Tally:
    """Counts of one thing: runs, weight, the last time."""

    count: float = 0.0
    weight: float = 0.0
    last: float | None = None
    parts: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, one: KeptStatement, weight: float, part: str | None = None) -> None:
        self.count += one.count
        self.weight += weight
        if one.last_seen is not None:
            self.last = max(self.last or 0.0, one.last_seen)
        if part is not None:
            self.parts[part] += weight


def weight_of(
    count: float, last_seen: float | None, newest: float | None, half_life: float
) -> float:
    """What a statement counts for: the logarithm of its runs, halved for every half-life (days)
    since it last ran. A statement without a time counts as new."""
    age = 0.0 if last_seen is None or newest is None else max(0.0, newest - last_seen) / _DAY
    return (1 + math.log2(max(1.0, count))) * math.pow(0.5, age / half_life)


def mine(
    name: str,
    schema: Schema,
    statements: Sequence[KeptStatement],
    *,
    half_life_days: float = HALF_LIFE_DAYS,
) -> Profile:
    """The profile of the statements against the schema. Only names that the schema has go in,
    aliases excepted."""
    index = SchemaIndex(schema)
    times = [s.last_seen for s in statements if s.last_seen is not None]
    newest = max(times, default=None)
    miner = _Miner(index)
    weighed = [(s, weight_of(s.count, s.last_seen, newest, half_life_days)) for s in statements]
    for one, weight in weighed:
        try:
            miner.add(one, weight, parsed(one.sql, schema.dialect))
        except (SqlglotError, RecursionError):
            continue  # still an idiom: its words are known even where its tree is not
    best = sorted(weighed, key=lambda pair: (-pair[1], pair[0].order))[:MOST_IDIOMS]
    return Profile(
        name=name,
        dialect=schema.dialect,
        statements=len(statements),
        runs=sum(s.count for s in statements),
        half_life_days=half_life_days,
        newest=newest,
        tables=miner.table_uses(),
        columns=miner.column_uses(),
        joins=miner.mined_joins(),
        predicates=miner.mined_predicates(),
        together=miner.named_together(),
        idioms=tuple(Idiom(s.sql, s.count, w, s.last_seen) for s, w in best),
        style=style_of(weighed, schema.dialect),
    )


class _Miner:
    """Tallies what trees hold."""

    def __init__(self, index: SchemaIndex) -> None:
        self._index = index
        self._tables: dict[str, _Tally] = defaultdict(_Tally)
        self._columns: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
        self._joins: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], _Tally] = defaultdict(
            _Tally
        )
        self._predicates: dict[tuple[str, str, str], _Tally] = defaultdict(_Tally)
        self._together: dict[tuple[str, str, tuple[str, ...]], _Tally] = defaultdict(_Tally)
        self._declared: set[tuple[str, tuple[str, ...], str, tuple[str, ...]]] = set()

    def add(self, one: KeptStatement, weight: float, tree: exp.Expr) -> None:
        """Takes one statement's tree in; each thing counts once a statement."""
        found: Tree = read_tree(tree, self._index)
        for table, alias in set(found.tables):
            self._tables[self.name(table)].add(one, weight, alias)
        for table, column, clause in set(found.columns):
            self._columns[self.name(table), column].add(one, weight, clause)
        for table, column, operator in set(found.predicates):
            self._predicates[self.name(table), column, operator].add(one, weight)
        for clause, table, columns in set(found.together):
            self._together[clause, self.name(table), columns].add(one, weight)
        for join in {self._directed(*j) for j in found.joins}:
            self._joins[join].add(one, weight)

    def name(self, table: Table) -> str:
        """A table's name as profiles have it."""
        default = (self._index.schema.default_namespace or "").lower()
        namespace = (table.namespace or "").lower()
        bare = table.name.lower()
        return bare if namespace in ("", default) else f"{namespace}.{bare}"

    def _directed(
        self, one: Table, columns: tuple[str, ...], two: Table, ref_columns: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
        """The join with the referring table first: as declared, else towards the key, else as the
        names sort."""
        pairs = sorted(zip(columns, ref_columns, strict=True))
        turned = sorted((b, a) for a, b in pairs)
        for holder, target, want, forth in ((one, two, pairs, True), (two, one, turned, False)):
            for key, other in self._index.foreign_keys_from(holder):
                have = sorted(
                    (a.lower(), b.lower())
                    for a, b in zip(key.columns, key.ref_columns, strict=False)
                )
                if other is target and have == want:
                    found = self._as_key(one, two, pairs, forth)
                    self._declared.add(found)
                    return found
        to_two = {b for _, b in pairs} == {k.lower() for k in two.primary_key}
        to_one = {a for a, _ in pairs} == {k.lower() for k in one.primary_key}
        if to_two != to_one:
            return self._as_key(one, two, pairs, to_two)
        return self._as_key(one, two, pairs, self.name(one) <= self.name(two))

    def _as_key(
        self, one: Table, two: Table, pairs: list[tuple[str, str]], forth: bool
    ) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
        if not forth:
            one, two, pairs = two, one, sorted((b, a) for a, b in pairs)
        return (
            self.name(one),
            tuple(a for a, _ in pairs),
            self.name(two),
            tuple(b for _, b in pairs),
        )

    def table_uses(self) -> tuple[TableUse, ...]:
        return tuple(
            TableUse(
                table,
                t.count,
                t.weight,
                t.last,
                tuple(sorted(((a, w) for a, w in t.parts.items() if a), key=lambda p: -p[1])[:8]),
            )
            for table, t in _heaviest(self._tables.items())
        )

    def column_uses(self) -> tuple[ColumnUse, ...]:
        return tuple(
            ColumnUse(*key, t.count, t.weight, tuple(sorted(t.parts.items(), key=lambda p: -p[1])))
            for key, t in _heaviest(self._columns.items())
        )

    def mined_joins(self) -> tuple[MinedJoin, ...]:
        return tuple(
            MinedJoin(*key, t.count, t.weight, t.last, key in self._declared)
            for key, t in _heaviest(self._joins.items())
        )

    def mined_predicates(self) -> tuple[Predicate, ...]:
        return tuple(
            Predicate(*key, t.count, t.weight) for key, t in _heaviest(self._predicates.items())
        )

    def named_together(self) -> tuple[Together, ...]:
        return tuple(
            Together(*key, t.count, t.weight) for key, t in _heaviest(self._together.items())
        )


def _heaviest(items: Iterable[tuple[K, _Tally]]) -> list[tuple[K, _Tally]]:
    return sorted(items, key=lambda item: (-item[1].weight, str(item[0])))[:_MOST]
