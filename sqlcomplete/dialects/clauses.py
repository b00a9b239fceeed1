"""The clauses of statements, as data.

A clause that holds one condition and stands somewhere between FROM and LIMIT, as QUALIFY does, is
one record of `QUERY_CLAUSES` and one member of `Clause`: reading, what may follow what, keywords,
the verdict and the learned prior take it from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Clause(StrEnum):
    """Where in its query the cursor stands."""

    START = "start"  # nothing of the statement yet
    WITH = "with"
    SELECT = "select"  # the projection
    FROM = "from"  # the relations, before ON
    ON = "on"
    USING = "using"
    PREWHERE = "prewhere"
    WHERE = "where"
    GROUP_BY = "group by"
    HAVING = "having"
    QUALIFY = "qualify"
    WINDOW = "window"  # inside OVER (...) or WINDOW w AS (...)
    ORDER_BY = "order by"
    LIMIT = "limit"
    INSERT_INTO = "insert into"
    INSERT_COLUMNS = "insert columns"
    VALUES = "values"
    ON_CONFLICT = "on conflict"
    UPDATE = "update"
    SET = "set"
    DELETE = "delete"
    MERGE = "merge"
    RETURNING = "returning"
    DDL = "ddl"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryClause:
    """One clause that may stand in a SELECT."""

    clause: Clause
    phrase: str
    """Its words, as they are offered."""
    rank: int
    """None may come after one of a higher rank."""
    predicate: bool = False
    """Whether it holds one condition."""
    soft: bool = False
    """Whether its word is a name where no operand ends before it."""
    after: frozenset[Clause] = frozenset()
    """Where it is offered, behind the clauses that are usual there."""
    aliases: Literal["", "having"] = ""
    """The clause whose rule says whether it may name the projection's aliases; "" for none."""
    dialects: frozenset[str] | None = None
    """The dialects that have it, with those derived from them; None for all."""
    lacking: frozenset[str] = frozenset()
    """Dialects that do not have it, with those derived from them."""
    counted_as: str = ""
    """The clause as which the learned prior counts what stands in it."""
    ranked_as: Clause | None = None
    """The clause whose weights rank what stands in it; None for its own."""

    @property
    def word(self) -> str:
        """Its first word."""
        return self.phrase.partition(" ")[0]

    def is_in(self, family: tuple[str, ...]) -> bool:
        """Whether a dialect has it whose name and ancestors' names are `family`, its own last."""
        for name in reversed(family):
            if name in self.lacking:
                return False
            if self.dialects is not None and name in self.dialects:
                return True
        return self.dialects is None


_MIDDLE = frozenset({Clause.FROM, Clause.WHERE, Clause.GROUP_BY, Clause.HAVING})

QUERY_CLAUSES = (
    QueryClause(clause=Clause.SELECT, phrase="SELECT", rank=0),
    QueryClause(clause=Clause.FROM, phrase="FROM", rank=10),
    QueryClause(
        clause=Clause.PREWHERE,
        phrase="PREWHERE",
        rank=15,
        predicate=True,
        soft=True,
        after=frozenset({Clause.FROM}),
        dialects=frozenset({"clickhouse"}),
        counted_as="WHERE",
        ranked_as=Clause.WHERE,
    ),
    QueryClause(clause=Clause.WHERE, phrase="WHERE", rank=20, predicate=True),
    QueryClause(clause=Clause.GROUP_BY, phrase="GROUP BY", rank=30),
    QueryClause(
        clause=Clause.HAVING, phrase="HAVING", rank=40, predicate=True, aliases="having"
    ),
    QueryClause(
        clause=Clause.QUALIFY,
        phrase="QUALIFY",
        rank=60,
        predicate=True,
        soft=True,
        after=_MIDDLE | {Clause.WINDOW},
        aliases="having",
        dialects=frozenset({
            "bigquery", "clickhouse", "databricks", "duckdb", "exasol", "redshift", "snowflake",
            "teradata",
        }),
        counted_as="WHERE",
    ),
    QueryClause(clause=Clause.WINDOW, phrase="WINDOW", rank=50, after=_MIDDLE),
    QueryClause(clause=Clause.ORDER_BY, phrase="ORDER BY", rank=80),
    QueryClause(
        clause=Clause.LIMIT, phrase="LIMIT", rank=90, lacking=frozenset({"tsql", "oracle"})
    ),
    QueryClause(clause=Clause.LIMIT, phrase="OFFSET", rank=100, soft=True),
    QueryClause(
        clause=Clause.LIMIT,
        phrase="FETCH FIRST",
        rank=110,
        lacking=frozenset({"bigquery", "clickhouse", "duckdb", "mysql", "sqlite"}),
    ),
    QueryClause(clause=Clause.OTHER, phrase="FOR UPDATE", rank=120),
    QueryClause(
        clause=Clause.RETURNING,
        phrase="RETURNING",
        rank=990,
        dialects=frozenset({"", "duckdb", "oracle", "postgres", "sqlite"}),
        lacking=frozenset({"redshift"}),
    ),
)  # fmt: skip
"""Where several clauses are offered behind the usual ones, they stand in this order."""

RANKED_AS = {one.clause: one.ranked_as for one in QUERY_CLAUSES if one.ranked_as is not None}
BY_PHRASE = {one.phrase: one for one in QUERY_CLAUSES}
NAMES_ALIASES = frozenset(one.clause for one in QUERY_CLAUSES if one.aliases == "having")
"""The clauses that may name the projection's aliases where HAVING may."""
PREDICATES = frozenset(one.clause for one in QUERY_CLAUSES if one.predicate)
"""The clauses that hold one condition."""
