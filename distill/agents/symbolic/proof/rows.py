"""Makes rows that a statement can find: they fit the schema, its keys and the predicates.

A witness is one row for each instance, all of which together meet the predicates: variables that
must be equal share a class, and a class has one value in a witness. Beside the witnesses stand rows
that nothing was asked of, so that what is left out can be seen to be left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from distill.agents.symbolic.families import Family, family
from distill.agents.symbolic.proof.instances import Instance, Instances, Var
from distill.agents.symbolic.proof.values import Value, fitting, value_of
from distill.agents.symbolic.proof.wishes import Constant, Operator, Wishes
from sqlcomplete.schema.model import Table

WITNESSES = 3
LONE = 4
MOST = 200  # rows of a table

Row = dict[str, Value]
"""By the column's name in lower case."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one table of the schema."""

    table: Table
    rows: tuple[Row, ...]


class RowMaker:
    """Makes the rows of one statement; `attempt` 0, 1, 2 ... varies how."""

    def __init__(
        self, instances: Instances, wishes: Wishes, chance: random.Random, attempt: int
    ) -> None:
        self.instances = instances
        self.wishes = wishes
        self.chance = chance
        self.attempt = attempt
        self._parent: dict[Var, Var] = {}
        self._unite()
        self._classes: dict[Var, int] = {}
        self._wanted: dict[Var, list[tuple[Operator, Constant]]] = {}
        self._families: dict[Var, tuple[Family, str]] = {}
        self._gather()
        self._made: dict[tuple[Var, int], Value] = {}

    # Classes of variables that are equal

    def _root(self, var: Var) -> Var:
        parent = self._parent
        while parent.setdefault(var, var) is not var and parent[var] != var:
            parent[var] = parent[parent[var]]
            var = parent[var]
        return var

    def _unite(self) -> None:
        for var in self.wishes.of:
            self._root(var)
        for var, operator in self.wishes.bound.values():
            if operator != "set":
                self._root(var)
        for one, two in self.wishes.same:
            a, b = self._root(one), self._root(two)
            if a != b:
                self._parent[a] = b
        # Instances of a table that agree on its key are one row.
        by_key: dict[tuple[str, Var], Instance] = {}
        for instance in self.instances.all:
            if instance.negative:
                continue
            key = _key(instance.table)
            if len(key) != 1 or (instance, key[0]) not in self._parent:
                continue
            place = (instance.table.name, self._root((instance, key[0])))
            other = by_key.setdefault(place, instance)
            if other is not instance:
                for name in instance.columns:
                    if (instance, name) in self._parent or (other, name) in self._parent:
                        a, b = self._root((instance, name)), self._root((other, name))
                        if a != b:
                            self._parent[a] = b

    def _gather(self) -> None:
        for var in list(self._parent):
            root = self._root(var)
            self._classes.setdefault(root, len(self._classes))
            column = var[0].columns.get(var[1])
            if column is None:
                continue
            mine = family(column)
            known = self._families.get(root)
            if known is None or (known[0].kind == "text" and mine.kind != "text"):
                self._families[root] = (mine, var[1])
        for var, wanted in self.wishes.of.items():
            if not var[0].negative:
                self._wanted.setdefault(self._root(var), []).extend(wanted)

    def value(self, var: Var, witness: int) -> Value:
        """What the variable is in that witness; None also where it is in no class."""
        if var not in self._parent:
            return None
        root = self._root(var)
        key = (root, witness)
        if key not in self._made:
            self._made[key] = self._fresh(root, witness)
        return self._made[key]

    def _fresh(self, root: Var, witness: int) -> Value:
        kind, name = self._families.get(root, (Family("text"), root[1]))
        wanted = self._wanted.get(root, [])
        number = witness
        if not wanted and kind.kind in ("int", "text", "uuid"):
            # Keys of different classes must not meet by accident.
            number = 100 * (self._classes[root] + 1) + witness
        return fitting(wanted, kind, name, number)

    # Rows

    def rows(self) -> tuple[TableRows, ...]:
        """Rows of every table that the statement reads or writes."""
        made: dict[tuple[str | None, str], _Pile] = {}
        for instance in self.instances.all:
            place = (instance.table.namespace, instance.table.name)
            made.setdefault(place, _Pile(instance.table, self.chance))
        copies = self.wishes.rows + (1 if self.attempt else 0)
        for instance in self.instances.all:
            if instance.negative and self.attempt != 1:
                continue
            pile = made[(instance.table.namespace, instance.table.name)]
            for witness in range(WITNESSES):
                asked = {
                    name: self.value((instance, name), witness)
                    for name in instance.columns
                    if (instance, name) in self._parent
                }
                # Values above those of the rows beside, or below: an average is passed either way.
                number = witness + (60 if self.attempt == 1 else 0)
                pile.add(asked, number, copies, vary=self.attempt == 2)
        for pile in made.values():
            pile.add_lone(LONE, nulls=self.attempt > 0)
        _keep_keys(made)
        return tuple(TableRows(p.table, tuple(p.rows[:MOST])) for p in made.values())


class _Pile:
    """The rows of a table, its key kept unique."""

    def __init__(self, table: Table, chance: random.Random) -> None:
        self.table = table
        self.chance = chance
        self.rows: list[Row] = []
        self.asked: list[frozenset[str]] = []
        self._by_key: dict[tuple[str, ...], int] = {}
        self._key = _key(table)
        self._unique = [
            tuple(name.lower() for name in columns) for columns in table.unique if columns
        ]
        self._seen: list[set[tuple[str, ...]]] = [set() for _ in self._unique]
        self._next = 0

    def add(self, asked: Row, number: int, copies: int, *, vary: bool) -> None:
        base = self._filled(asked, number)
        self._put(base, frozenset(asked))
        if set(self._key) <= asked.keys() and self._key:
            return
        for _ in range(copies - 1):
            row = dict(base)
            for name in self._key:
                if name not in asked:
                    row[name] = self._plain(name, self._number())
            if vary:
                for column in self.table.columns:
                    name = column.name.lower()
                    if name not in asked and name not in self._key and self.chance.random() < 0.5:
                        row[name] = self._plain(name, self._number())
            self._put(row, frozenset(asked))

    def add_lone(self, count: int, *, nulls: bool) -> None:
        for _ in range(count):
            row = self._filled({}, self._number() + 40)
            if nulls:
                for column in self.table.columns:
                    name = column.name.lower()
                    if column.nullable and name not in self._key and self.chance.random() < 0.2:
                        row[name] = None
            self._put(row, frozenset())

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _filled(self, asked: Row, number: int) -> Row:
        row: Row = {}
        fresh = self._number() + 10
        size = len(self.table.columns)
        for place, column in enumerate(self.table.columns):
            name = column.name.lower()
            if name in asked:
                row[name] = asked[name]
                continue
            key = name in self._key or any(name in names for names in self._unique)
            # Columns of a row differ, now this one being the larger, now the other.
            shift = place if number % 2 == 0 else size - place
            row[name] = self._plain(name, fresh if key else number + 2 * shift)
        return row

    def _plain(self, name: str, number: int) -> Value:
        column = next(c for c in self.table.columns if c.name.lower() == name)
        return value_of(family(column), name, number)

    def _put(self, row: Row, asked: frozenset[str]) -> None:
        key = tuple(str(row.get(name)) for name in self._key)
        if self._key:
            known = self._by_key.get(key)
            if known is not None:
                # One row that both ask something of: what is asked first is kept.
                for name in asked - self.asked[known]:
                    self.rows[known][name] = row[name]
                self.asked[known] |= asked
                return
        for names, seen in zip(self._unique, self._seen, strict=True):
            place = tuple(str(row.get(name)) for name in names)
            if place in seen and any(row.get(name) is not None for name in names):
                free = [name for name in names if name not in asked]
                if not free:
                    return
                row[free[0]] = self._plain(free[0], self._number() + 500)
                place = tuple(str(row.get(name)) for name in names)
            seen.add(place)
        if self._key:
            self._by_key[key] = len(self.rows)
        self.rows.append(row)
        self.asked.append(asked)


def _key(table: Table) -> tuple[str, ...]:
    return tuple(name.lower() for name in table.primary_key)


def _keep_keys(made: dict[tuple[str | None, str], _Pile]) -> None:
    """Foreign keys between the tables in play point to rows that exist."""
    for pile in made.values():
        for key in pile.table.foreign_keys:
            if len(key.columns) != 1:
                continue
            parent = next(
                (p for p in made.values() if p.table.name.lower() == key.ref_table.lower()), None
            )
            if parent is None or not parent.rows:
                continue
            child = key.columns[0].lower()
            target = (key.ref_columns or parent.table.primary_key or ("",))[0].lower()
            existing = {str(row.get(target)): row.get(target) for row in parent.rows}
            if child not in pile.rows[0] if pile.rows else True:
                continue
            lone = [row.get(target) for row in parent.rows[-LONE:]]
            for row, asked in zip(list(pile.rows), pile.asked, strict=True):
                value = row[child]
                if value is None or str(value) in existing:
                    continue
                if child in asked and parent is not pile:
                    parent._put(parent._filled({target: value}, 0), frozenset({target}))
                    existing[str(value)] = value
                elif child not in asked and child not in _key(pile.table):
                    row[child] = pile.chance.choice(lone)
