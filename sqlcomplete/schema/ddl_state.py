"""A schema while DDL is applied to it, statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlcomplete.dialects import dialect_of
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table, TableKind

Name = tuple[str | None, str]  # (namespace, name), as written


@dataclass(slots=True)
class DraftKey:
    """A primary key, unique or foreign key by the name of its constraint (None: it has none)."""

    constraint: str | None
    columns: tuple[str, ...]
    target: Name | None = None
    target_columns: tuple[str, ...] = ()


@dataclass(slots=True)
class DraftTable:
    """A table that may still change."""

    namespace: str | None
    name: str
    kind: TableKind = "table"
    columns: list[Column] = field(default_factory=list)
    primary_key: DraftKey | None = None
    foreign_keys: list[DraftKey] = field(default_factory=list)
    unique: list[DraftKey] = field(default_factory=list)
    comment: str | None = None
    inherits: bool = False  # it takes columns from another table, perhaps one not known
    _seen: set[str] = field(default_factory=set)  # every name it has had, in lower case

    def column(self, name: str) -> Column | None:
        """The column of that name; case counts only between names that differ by nothing else."""
        at = self.position(name)
        return None if at is None else self.columns[at]

    def position(self, name: str) -> int | None:
        """Where the column stands among the table's."""
        key = name.lower()
        if key not in self._seen:  # most names are new: a table of many columns must stay cheap
            return None
        same = [i for i, c in enumerate(self.columns) if c.name.lower() == key]
        exact = [i for i in same if self.columns[i].name == name]
        return next(iter(exact or same), None)

    def put(self, column: Column, at: int | None = None) -> None:
        """Adds the column at a position (the end by default), in place of one of the same name."""
        old = self.position(column.name)
        self._seen.add(column.name.lower())
        if old is not None and self.columns[old].name == column.name:
            self.columns[old] = column
        else:
            self.columns.insert(len(self.columns) if at is None else at, column)

    def drop_column(self, name: str) -> bool:
        """Removes the column and every key it is part of; False where there is none."""
        at = self.position(name)
        if at is None:
            return False
        gone = self.columns.pop(at).name.lower()
        self.drop_keys(lambda key: gone in [c.lower() for c in key.columns])
        return True

    def rename_column(self, old: str, new: str) -> bool:
        """Renames the column in the table and in its keys; False where there is none."""
        at = self.position(old)
        if at is None:
            return False
        self._seen.add(new.lower())
        self.columns[at] = replace(self.columns[at], name=new)
        for key in self.all_keys():
            key.columns = _renamed(key.columns, old, new)
        return True

    def drop_constraint(self, name: str) -> None:
        """Removes the key of that constraint name, if it is one that the schema knows."""
        wanted = name.lower()
        self.drop_keys(lambda key: (key.constraint or "").lower() == wanted)

    def drop_keys(self, gone: Callable[[DraftKey], bool]) -> None:
        """Removes every key that `gone` says so of."""
        if self.primary_key is not None and gone(self.primary_key):
            self.primary_key = None
        self.foreign_keys = [key for key in self.foreign_keys if not gone(key)]
        self.unique = [key for key in self.unique if not gone(key)]

    def all_keys(self) -> Iterator[DraftKey]:
        """All keys of the table."""
        if self.primary_key is not None:
            yield self.primary_key
        yield from self.foreign_keys
        yield from self.unique


class DraftSchema:
    """Tables and types as the statements read so far leave them.

    A bare name is one of `default`, the namespace that the dialect or the text itself sets.
    """

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.default: str | None = dialect_of(dialect).default_namespace
        self.first_default = self.default
        self.qualified = False
        self._tables: dict[tuple[str, str], DraftTable] = {}
        self._values: dict[tuple[str, str], tuple[str, ...]] = {}

    def _key(self, name: Name) -> tuple[str, str]:
        namespace = name[0] if name[0] is not None else self.default
        return (namespace or "").lower(), name[1].lower()

    def settle(self, name: Name) -> Name:
        """The name with the namespace that is in force."""
        return (name[0] if name[0] is not None else self.default, name[1])

    # Tables

    def table(self, name: Name) -> DraftTable | None:
        """The table or view of that name."""
        found = self._tables.get(self._key(name))
        if found is None and name[0] is None:
            found = self._tables.get(("", name[1].lower()))
        return found

    def tables(self) -> list[DraftTable]:
        """All of them, in the order they came."""
        return list(self._tables.values())

    def add(self, table: DraftTable) -> None:
        """Adds the table, in place of one of the same name."""
        self._tables[self._key((table.namespace, table.name))] = table

    def drop(self, name: Name) -> bool:
        """Removes the table or view; False where there is none."""
        return self._tables.pop(self._key(name), None) is not None

    def drop_namespace(self, namespace: str) -> None:
        """Removes all that lives in the namespace."""
        wanted = namespace.lower()
        self._tables = {k: t for k, t in self._tables.items() if k[0] != wanted}
        self._values = {k: v for k, v in self._values.items() if k[0] != wanted}

    def rename(self, old: Name, new: Name) -> bool:
        """Renames or moves a table, and follows it in the keys that point to it."""
        table = self._tables.pop(self._key(old), None)
        if table is None:
            return False
        before = self._key(old)
        table.namespace, table.name = new
        self.add(table)
        for other in self.tables():
            for key in other.foreign_keys:
                if key.target is not None and self._key(key.target) == before:
                    key.target = new
        return True

    def rename_namespace(self, old: str, new: str) -> None:
        """Renames a namespace with all that lives in it."""
        for table in self.tables():
            if (table.namespace or "").lower() == old.lower():
                self.rename((table.namespace, table.name), (new, table.name))
        for key in [k for k in self._values if k[0] == old.lower()]:
            self._values[(new.lower(), key[1])] = self._values.pop(key)

    def rename_column(self, table: DraftTable, old: str, new: str) -> bool:
        """Renames a column, and follows it in the keys that point to it."""
        if not table.rename_column(old, new):
            return False
        target = self._key((table.namespace, table.name))
        for other in self.tables():
            for key in other.foreign_keys:
                if key.target is not None and self._key(key.target) == target:
                    key.target_columns = _renamed(key.target_columns, old, new)
        return True

    # Types with a known set of values

    def values(self, name: Name) -> tuple[str, ...]:
        """The values of an enum type or of a domain that admits only these."""
        return self._values.get(self._key(name)) or self._values.get(("", name[1].lower()), ())

    def set_values(self, name: Name, values: tuple[str, ...]) -> None:
        """Defines the type."""
        self._values[self._key(name)] = values

    def drop_values(self, name: Name) -> None:
        """Removes the type."""
        self._values.pop(self._key(name), None)

    # The end

    def finished(self) -> Schema:
        """The schema as it now stands.

        A text that never names a namespace gives tables without one; otherwise bare names take the
        namespace that was in force.
        """
        keep = self.qualified
        by_key = dict(self._tables)
        tables = []
        for draft in self.tables():
            tables.append(
                Table(
                    name=draft.name,
                    columns=tuple(self._valued(draft, c) for c in draft.columns),
                    namespace=draft.namespace if keep else None,
                    kind=draft.kind,
                    primary_key=draft.primary_key.columns if draft.primary_key else (),
                    foreign_keys=tuple(
                        self._foreign_key(draft, key, by_key, keep) for key in draft.foreign_keys
                    ),
                    unique=tuple(dict.fromkeys(key.columns for key in draft.unique)),
                    comment=draft.comment,
                )
            )
        default = self.first_default or self.default
        return Schema(self.dialect, tuple(tables), default if keep else None)

    def _foreign_key(
        self,
        table: DraftTable,
        key: DraftKey,
        tables: dict[tuple[str, str], DraftTable],
        keep: bool,
    ) -> ForeignKey:
        assert key.target is not None
        target = tables.get(self._key(key.target))
        columns = key.target_columns
        namespace, name = key.target
        if target is not None:
            namespace, name = target.namespace, target.name
            if not columns and target.primary_key is not None:
                columns = target.primary_key.columns
        elsewhere = keep and (namespace or "").lower() != (table.namespace or "").lower()
        return ForeignKey(key.columns, name, columns, namespace if elsewhere else None)

    def _valued(self, table: DraftTable, column: Column) -> Column:
        if column.values or not column.type or not self._values:
            return column
        name = type_name(column.type)
        if name is None:
            return column
        if name[0] is None:
            values = self.values((table.namespace, name[1])) or self.values(name)
        else:
            values = self.values(name)
        return replace(column, values=values) if values else column


def type_name(text: str) -> Name | None:
    """The name of a user's type as a column mentions it, or None where it is no plain name."""
    parts = [p.strip().strip('"`') for p in text.strip().removesuffix("[]").split(".")]
    if not all(parts) or any(not p.replace("_", "a").replace("$", "a").isalnum() for p in parts):
        return None
    return (parts[-2] if len(parts) > 1 else None, parts[-1])


def _renamed(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if c.lower() == old.lower() else c for c in columns)
