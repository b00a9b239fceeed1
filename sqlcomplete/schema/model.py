"""What a database looks like: plain, frozen values, whatever they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TableKind = Literal["table", "view"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database declares it.

    `type` is the type's text in the schema's own dialect, or None where it is not known. `values`
    are the literals that an enum type or a CHECK constraint admits, unquoted.
    """

    name: str
    type: str | None = None
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of the table that holds it point to `ref_columns` of `ref_table`, pairwise."""

    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    ref_namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or a view. `namespace` is the schema it lives in, None in a database without any."""

    name: str
    columns: tuple[Column, ...] = ()
    namespace: str | None = None
    kind: TableKind = "table"
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """All that a completion may name. `dialect` is a sqlglot dialect's name ("" for the generic
    one); tables of `default_namespace` are named without a qualifier."""

    dialect: str
    tables: tuple[Table, ...] = ()
    default_namespace: str | None = None
