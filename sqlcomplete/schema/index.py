"""Looks names up in a schema, by whole name and by prefix: 100,000 tables are as fast as ten."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from sqlcomplete.dialects import dialect_of
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

# Where a word begins inside a name: after a separator, at camelCase's hump.
_WORD_START = re.compile(r"(?<=[_\W])(?=[^_\W])|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def word_starts(name: str) -> tuple[int, ...]:
    """Offsets of the words of a name, the first word's included (`order_items` gives 0 and 6)."""
    return (0, *(m.start() for m in _WORD_START.finditer(name) if m.start() > 0))


class _Sorted:
    """Keys in order, each with a table's position; equal keys keep the order they came in."""

    __slots__ = ("_keys", "_positions")

    def __init__(self, entries: Sequence[tuple[str, int]]) -> None:
        ordered = sorted(entries, key=lambda entry: entry[0])
        self._keys = [key for key, _ in ordered]
        self._positions = [position for _, position in ordered]

    def starting_with(self, prefix: str) -> Iterator[int]:
        for at in range(bisect_left(self._keys, prefix), len(self._keys)):
            if not self._keys[at].startswith(prefix):
                return
            yield self._positions[at]


class SchemaIndex:
    """An immutable index over one schema. Names compare without case.

    Every look-up costs O(log tables + answers). The parts that only some look-ups need are built at
    the first of them; `warm` builds them all at once, for a thread that has the time.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        # The dialect's own where the schema was read without one: `public.orders` names `orders`.
        usual = dialect_of(schema.dialect).default_namespace or ""
        default = (schema.default_namespace or usual).lower()
        # Positions in `_tables` order every answer: the default namespace first, then by name.
        self._tables: list[Table] = sorted(
            schema.tables,
            key=lambda t: (
                (t.namespace or "").lower() not in ("", default),
                t.name.lower(),
                (t.namespace or "").lower(),
                t.name,
            ),
        )
        self._n_default = 0
        self._by_name: dict[str, list[int]] = {}
        self._by_namespace: dict[str, list[int]] = {}
        self._position: dict[int, int] = {}
        for position, table in enumerate(self._tables):
            namespace = (table.namespace or "").lower()
            if namespace in ("", default):
                self._n_default += 1
            self._by_name.setdefault(table.name.lower(), []).append(position)
            self._by_namespace.setdefault(namespace, []).append(position)
            self._position[id(table)] = position
        self._default = default
        self._columns: dict[int, dict[str, list[Column]]] = {}
        self._namespace_names: dict[str, _Sorted] = {}
        self._namespace_words: dict[str, tuple[_Sorted, _Sorted]] = {}
        spelled = {t.namespace.lower(): t.namespace for t in reversed(self._tables) if t.namespace}
        if schema.default_namespace:
            spelled.setdefault(default, schema.default_namespace)
        self.namespaces: tuple[str, ...] = tuple(spelled[key] for key in sorted(spelled))

    def warm(self) -> None:
        """Builds every part that is otherwise built at its first use."""
        _ = self._default_names, self._other_names, self._default_words, self._other_words
        _ = self._column_names, self._referring

    # Names of tables

    def table(self, name: str, namespace: str | None = None) -> Table | None:
        """The table of that name; without a namespace, the default one's goes first.

        A table of another namespace answers to its bare name where it is the only one of that name.
        Of names that differ by case alone, the one spelled as asked goes first.
        """
        positions = self._by_name.get(name.lower())
        if not positions:
            return None
        if namespace is not None:
            wanted = namespace.lower()
            # A schema read without namespaces still answers when its default one is named.
            accepted = ("", wanted) if wanted == self._default else (wanted,)
            found = [
                self._tables[p]
                for p in positions
                if (self._tables[p].namespace or "").lower() in accepted
            ]
            return self._best(found, name, namespace)
        found = [self._tables[p] for p in positions if p < self._n_default]
        if not found:
            found = [self._tables[p] for p in positions]
            if len({(t.namespace or "").lower() for t in found}) > 1:
                return None
        return self._best(found, name, None)

    def table_within(self, name: str, namespace: str | None) -> Table | None:
        """As `table`; where the schema knows no namespace at all, a table answers within any: dumps
        and migrations often leave out the namespace that queries write."""
        return self.table(name, namespace if self.namespaces else None)

    @staticmethod
    def _best(found: list[Table], name: str, namespace: str | None) -> Table | None:
        if not found:
            return None
        return max(found, key=lambda t: (t.name == name, t.namespace == namespace))

    def column(self, table: Table, name: str) -> Column | None:
        """The table's column of that name."""
        key = name.lower()
        if id(table) not in self._position:
            same = [c for c in table.columns if c.name.lower() == key]
            return next((c for c in same if c.name == name), same[0] if same else None)
        columns = self._columns.get(id(table))
        if columns is None:
            columns = {}
            for column in table.columns:
                columns.setdefault(column.name.lower(), []).append(column)
            self._columns[id(table)] = columns
        same = columns.get(key, [])
        return next((c for c in same if c.name == name), same[0] if same else None)

    def tables_with_prefix(
        self, prefix: str, *, namespace: str | None = None, limit: int = 50
    ) -> tuple[Table, ...]:
        """Tables whose name begins with `prefix`, the default namespace's first, then by name."""
        found: dict[int, None] = {}
        for names in self._names(namespace):
            self._take(names.starting_with(prefix.lower()), found, limit)
        return tuple(self._tables[p] for p in found)

    def tables_matching(
        self, typed: str, *, namespace: str | None = None, limit: int = 50
    ) -> tuple[Table, ...]:
        """Tables that `typed` may mean: by prefix, then by the prefix of a word inside the name
        (`item` finds `order_items`), then by initials (`oi` finds `order_items`)."""
        key = typed.lower()
        found: dict[int, None] = {}
        for names in self._names(namespace):
            self._take(names.starting_with(key), found, limit)
        if key and len(found) < limit:
            words = self._words(namespace)
            for inner, _ in words:
                self._take(inner.starting_with(key), found, limit)
            for _, initials in words:
                self._take(initials.starting_with(key), found, limit)
        return tuple(self._tables[p] for p in found)

    def namespaces_with_prefix(self, prefix: str) -> tuple[str, ...]:
        """Namespaces whose name begins with `prefix`."""
        key = prefix.lower()
        return tuple(n for n in self.namespaces if n.lower().startswith(key))

    @staticmethod
    def _take(positions: Iterator[int], found: dict[int, None], limit: int) -> None:
        while len(found) < limit:
            position = next(positions, None)
            if position is None:
                return
            found[position] = None

    def _names(self, namespace: str | None) -> tuple[_Sorted, ...]:
        if namespace is None:
            return self._default_names, self._other_names
        key = namespace.lower()
        names = self._namespace_names.get(key)
        if names is None:
            names = self._sorted_names(self._positions_in(key))
            self._namespace_names[key] = names
        return (names,)

    def _words(self, namespace: str | None) -> tuple[tuple[_Sorted, _Sorted], ...]:
        if namespace is None:
            return self._default_words, self._other_words
        key = namespace.lower()
        words = self._namespace_words.get(key)
        if words is None:
            words = self._sorted_words(self._positions_in(key))
            self._namespace_words[key] = words
        return (words,)

    def _positions_in(self, namespace: str) -> list[int]:
        positions = self._by_namespace.get(namespace, [])
        if namespace and namespace == self._default:
            positions = [*positions, *self._by_namespace.get("", [])]
        return positions

    def _sorted_names(self, positions: Sequence[int]) -> _Sorted:
        return _Sorted([(self._tables[p].name.lower(), p) for p in positions])

    def _sorted_words(self, positions: Sequence[int]) -> tuple[_Sorted, _Sorted]:
        """Of each name: what follows each of its inner words' beginnings, and its initials."""
        inner: list[tuple[str, int]] = []
        initials: list[tuple[str, int]] = []
        for position in positions:
            name = self._tables[position].name
            starts = word_starts(name)
            if len(starts) < 2:
                continue
            lower = name.lower()
            inner.extend((lower[start:], position) for start in starts[1:])
            initials.append(("".join(name[start] for start in starts).lower(), position))
        return _Sorted(inner), _Sorted(initials)

    @cached_property
    def _default_names(self) -> _Sorted:
        return self._sorted_names(range(self._n_default))

    @cached_property
    def _other_names(self) -> _Sorted:
        return self._sorted_names(range(self._n_default, len(self._tables)))

    @cached_property
    def _default_words(self) -> tuple[_Sorted, _Sorted]:
        return self._sorted_words(range(self._n_default))

    @cached_property
    def _other_words(self) -> tuple[_Sorted, _Sorted]:
        return self._sorted_words(range(self._n_default, len(self._tables)))

    # Names of columns

    def tables_with_column(self, name: str, *, limit: int = 50) -> tuple[Table, ...]:
        """Tables that have a column of that name."""
        _, holders = self._column_names
        return tuple(self._tables[p] for p in holders.get(name.lower(), [])[:limit])

    def columns_with_prefix(
        self, prefix: str, *, limit: int = 50
    ) -> tuple[tuple[Table, Column], ...]:
        """Columns of any table whose name begins with `prefix`, by name, then by table."""
        names, holders = self._column_names
        key = prefix.lower()
        found: list[tuple[Table, Column]] = []
        for at in range(bisect_left(names, key), len(names)):
            if not names[at].startswith(key) or len(found) >= limit:
                break
            for position in holders[names[at]][: limit - len(found)]:
                table = self._tables[position]
                column = self.column(table, names[at])
                if column is not None:
                    found.append((table, column))
        return tuple(found)

    @cached_property
    def _column_names(self) -> tuple[list[str], dict[str, list[int]]]:
        holders: dict[str, list[int]] = {}
        for position, table in enumerate(self._tables):
            for column in table.columns:
                at = holders.setdefault(column.name.lower(), [])
                if not at or at[-1] != position:
                    at.append(position)
        return sorted(holders), holders

    # Keys

    def foreign_keys_from(self, table: Table) -> tuple[tuple[ForeignKey, Table], ...]:
        """Keys the table holds, each with the table it points to (those that exist).

        A key declared without the columns it points to is given those of the primary key.
        """
        found = []
        for key in table.foreign_keys:
            target = self._target(table, key)
            if target is not None:
                found.append((_completed(key, target), target))
        return tuple(found)

    def foreign_keys_to(self, table: Table) -> tuple[tuple[Table, ForeignKey], ...]:
        """Keys of other tables that point to this one, each with the table that holds it."""
        position = self._position.get(id(table))
        if position is None:  # an equal table of another reading of the same schema
            known = self.table(table.name, table.namespace)
            position = None if known is None else self._position[id(known)]
        if position is None:
            return ()
        return tuple(
            (self._tables[p], _completed(key, table))
            for p, key in self._referring.get(position, ())
        )

    @cached_property
    def _referring(self) -> dict[int, list[tuple[int, ForeignKey]]]:
        referring: dict[int, list[tuple[int, ForeignKey]]] = {}
        for position, table in enumerate(self._tables):
            for key in table.foreign_keys:
                target = self._target(table, key)
                if target is not None:
                    referring.setdefault(self._position[id(target)], []).append((position, key))
        return referring

    def _target(self, table: Table, key: ForeignKey) -> Table | None:
        if key.ref_namespace is not None:
            return self.table(key.ref_table, key.ref_namespace)
        if table.namespace is not None:
            beside = self.table(key.ref_table, table.namespace)
            if beside is not None:
                return beside
        return self.table(key.ref_table)


def _completed(key: ForeignKey, target: Table) -> ForeignKey:
    if key.ref_columns or len(target.primary_key) != len(key.columns):
        return key
    return replace(key, ref_columns=target.primary_key)
