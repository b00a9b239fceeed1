"""What a profile holds: how often and how lately each thing was written. No value of any log.

Every `count` is how often it ran. Every `weight` is what ranking counts it for: the statements that
hold it, each by the logarithm of its runs, halved for every half-life since it last ran. Tables are
named in lower case, as "namespace.name" outside the default namespace.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table, and the aliases it is given (with their weights, heaviest first)."""

    table: str
    count: float
    weight: float
    last_seen: float | None = None
    aliases: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column, with its weight in each clause: select, join, where, group, order, set, insert."""

    table: str
    column: str
    count: float
    weight: float
    clauses: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class MinedJoin:
    """`columns` of `table` compared with `ref_columns` of `ref_table`, pairwise. `declared` tells
    whether the schema has it as a foreign key."""

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    count: float
    weight: float
    last_seen: float | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Predicate:
    """A typical filter: a column and the operator it is compared by."""

    table: str
    column: str
    operator: str
    count: float
    weight: float


@dataclass(frozen=True, slots=True)
class Together:
    """Columns that one clause (select, group, order, insert) names together, in their order;
    those of ORDER BY end in DESC where they run downwards."""

    clause: str
    table: str
    columns: tuple[str, ...]
    count: float
    weight: float


@dataclass(frozen=True, slots=True)
class Idiom:
    """A whole statement, its values replaced by placeholders of their kinds."""

    sql: str
    count: float
    weight: float
    last_seen: float | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """Shares, 0 to 1, of how the statements are written; None where nothing tells."""

    lower_keywords: float | None = None
    aliases_with_as: float | None = None
    qualified: float | None = None
    placeholder: str | None = None
    not_equal: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """All that was mined of one connection's logs. `statements` counts different ones, `runs` all
    of their repetitions; `newest` is the log's last moment, that ages count from."""

    name: str
    dialect: str
    statements: int
    runs: float
    half_life_days: float
    newest: float | None = None
    tables: tuple[TableUse, ...] = ()
    columns: tuple[ColumnUse, ...] = ()
    joins: tuple[MinedJoin, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    together: tuple[Together, ...] = ()
    idioms: tuple[Idiom, ...] = field(default=(), repr=False)
    style: Style = Style()
