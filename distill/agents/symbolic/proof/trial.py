"""Runs a statement on rows made for it, and compares two statements on the same rows."""

from __future__ import annotations

import random
import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from distill.agents.symbolic.proof.binding import Values, bound, for_engine, runnable
from distill.agents.symbolic.proof.engines import (
    DuckdbEngine,
    Engine,
    EngineError,
    OutOfTimeError,
    Result,
    Session,
    SqliteEngine,
)
from distill.agents.symbolic.proof.instances import Instances
from distill.agents.symbolic.proof.limit import Limit
from distill.agents.symbolic.proof.rows import RowMaker, TableRows
from distill.agents.symbolic.proof.wishes import Constant, wishes
from distill.agents.symbolic.reading import Reading
from sqlcomplete.schema.index import SchemaIndex

Status = Literal["ran", "impossible", "error", "empty", "differs"]
_ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "duckdb": DuckdbEngine()}
_VOLATILE = re.compile(
    r"\b(rand\w*|newid|newsequentialid|uuid\w*|gen_random_uuid|generate_uuid|now|current_\w+|"
    r"getdate|getutcdate|sysdate\w*|sysutcdatetime|localtime\w*|curdate|curtime|utc_\w+|"
    r"\w+_timestamp|unixepoch)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """`status` "impossible": no engine here can run it, which says nothing against it."""

    status: Status
    engine: str = ""
    detail: str = ""


def tried(
    reading: Reading,
    index: SchemaIndex,
    chance: random.Random,
    *,
    before: Reading | None = None,
    attempts: int = 3,
    seconds: float = 2.0,
) -> Trial:
    """Runs the statement until it returns something, on other rows each time.

    Args:
        before: a statement that must return the same on the same rows
        attempts: how often rows are made before the statement counts as one that returns nothing
        seconds: how long the engines may work on all of it, of processor time
    """
    if not runnable(reading.tree):
        return Trial("impossible", detail="neither a query nor a change of rows")
    failures: list[Trial] = []
    limit = Limit(seconds)
    for name in engine_order(reading):
        try:
            return _tried_in(name, reading, index, chance, before, attempts, limit)
        except OutOfTimeError:
            return Trial("error", name, "ran out of time")
        except EngineError as error:
            failures.append(Trial("impossible", name, str(error)))
            if definite(str(error), reading, index):
                return Trial("error", name, str(error))
    return failures[0]


def engine_order(reading: Reading) -> tuple[str, ...]:
    """The engine that is nearest to the dialect first."""
    if reading.dialect in ("sqlite", "mysql", ""):
        return ("sqlite", "duckdb")
    return ("duckdb", "sqlite")


_DEFINITE = re.compile(
    r"ambiguous|same number of (result )?columns|has \d+ columns but \d+ values|misuse of "
    r"(aggregate|window)|aggregates? (functions? )?(are|is) not allowed|cannot contain aggregates|"
    r"sub-select returns \d+ columns|Subquery returns \d+ columns|values for \d+ columns|"
    r"duplicate column name|table .* has \d+ columns|column .* specified more than",
    re.I,
)
_GROUPED = re.compile(r"must appear in the GROUP BY clause", re.I)


def definite(message: str, reading: Reading, index: SchemaIndex) -> bool:
    """Whether the message means a mistake in the statement, in whatever engine it is run."""
    if _DEFINITE.search(message):
        return True
    if _GROUPED.search(message) and reading.dialect not in ("sqlite", "mysql", ""):
        # A key in GROUP BY brings its table's other columns along, for those who know keys.
        keys = {name.lower() for t in index.schema.tables for name in t.primary_key}
        return not any(
            isinstance(item, exp.Column) and item.name.lower() in keys
            for group in reading.tree.find_all(exp.Group)
            for item in group.expressions
        )
    return False


def _tried_in(
    name: str,
    reading: Reading,
    index: SchemaIndex,
    chance: random.Random,
    before: Reading | None,
    attempts: int,
    limit: Limit,
) -> Trial:
    instances = Instances(reading.tree, index)
    wanted = wishes(reading.tree, instances, lambda node: constant(node, reading.dialect))
    engine = _ENGINES[name]
    for attempt in range(attempts):
        maker = RowMaker(instances, wanted, chance, attempt)
        tables = maker.rows()
        if before is not None:
            tables = _with_others(tables, before, index, chance)
        named, names = _named(tables)
        unique = _unique(reading.tree, named, names)
        values: Values = {}
        tree = bound(reading.tree, instances, wanted, maker, values)
        with engine.session(named, unique, limit) as session:
            result = session.run(_text(tree.copy(), names, name))
            state = _state(session, reading.tree, names)
        if before is not None:
            other = _other(before, index, values)
            same = _same(engine, name, named, names, unique, limit, tree, other, result, state)
            if not same and not _VOLATILE.search(before.sql):
                return Trial("differs", name, "another result than before on the same rows")
        if not is_empty(reading.tree, result):
            return Trial("ran", name)
    return Trial("empty", name, "returns nothing on rows made to fit it")


def _text(tree: exp.Expr, names: dict[tuple[str, str], str], engine: str) -> str:
    try:
        return for_engine(tree, names, engine)
    except EngineError:
        raise
    except Exception as error:  # sqlglot's generators fail in ways of their own
        raise EngineError(f"cannot be written for {engine}: {error}"[:160]) from error


def is_empty(tree: exp.Expr, result: Result) -> bool:
    """No row, no row changed, or nothing but NULL and 0 from aggregates over no rows."""
    if isinstance(tree, exp.Query):
        if not result.rows:
            return True
        if isinstance(tree, exp.Select) and not tree.args.get("group") and len(result.rows) == 1:
            counted = any(item.find(exp.AggFunc) for item in tree.expressions)
            items = zip(tree.expressions, result.rows[0], strict=False)
            return counted and all(_is_nothing(item, value) for item, value in items)
        return False
    if result.changed is not None:
        return result.changed == 0
    return not result.rows


def _is_nothing(item: exp.Expr, value: object) -> bool:
    """Whether an aggregate says that it saw no row: only COUNT says so by 0."""
    if value is None:
        return True
    return value == 0 and item.find(exp.Count) is not None and item.find(exp.Sum) is None


def _with_others(
    tables: tuple[TableRows, ...], before: Reading, index: SchemaIndex, chance: random.Random
) -> tuple[TableRows, ...]:
    """Rows also of the tables that only the other statement names."""
    there = {(t.table.namespace, t.table.name) for t in tables}
    instances = Instances(before.tree, index)
    wanted = wishes(before.tree, instances, lambda node: constant(node, before.dialect))
    more = RowMaker(instances, wanted, chance, 0).rows()
    return (*tables, *(m for m in more if (m.table.namespace, m.table.name) not in there))


def _named(
    tables: tuple[TableRows, ...],
) -> tuple[list[tuple[str, TableRows]], dict[tuple[str, str], str]]:
    named: list[tuple[str, TableRows]] = []
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for held in tables:
        table = held.table
        name = table.name
        if name.lower() in taken:
            name = f"{table.namespace}__{name}"
        taken.add(name.lower())
        named.append((name, held))
        space = (table.namespace or "").lower()
        names.setdefault((space, table.name.lower()), name)
        names.setdefault(("", table.name.lower()), name)
        for usual in ("public", "main", "dbo"):
            names.setdefault((usual, table.name.lower()), name)
    return named, names


def _unique(
    tree: exp.Expr, named: list[tuple[str, TableRows]], names: dict[tuple[str, str], str]
) -> list[tuple[str, tuple[str, ...]]]:
    """What ON CONFLICT needs: that the columns it names are unique."""
    if not isinstance(tree, exp.Insert):
        return []
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    conflict = tree.args.get("conflict")
    if conflict is None and not tree.args.get("alternative"):
        return []
    name = names.get((target.db.lower(), target.name.lower()))
    held = next((h for n, h in named if n == name), None)
    if name is None or held is None:
        return []
    keys = [k.name.lower() for k in (conflict.args.get("conflict_keys") or ())] if conflict else []
    known = {c.name.lower(): c.name for c in held.table.columns}
    if keys:
        return [(name, tuple(known[k] for k in keys))] if all(k in known for k in keys) else []
    return [(name, held.table.primary_key)] if held.table.primary_key else []


def _state(
    session: Session, tree: exp.Expr, names: dict[tuple[str, str], str]
) -> tuple[tuple[Any, ...], ...]:
    """The rows of the table that DML writes to, as it leaves them."""
    if isinstance(tree, exp.Query):
        return ()
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if not isinstance(target, exp.Table):
        return ()
    name = names.get((target.db.lower(), target.name.lower()))
    return session.run(f'SELECT * FROM "{name}"').rows if name else ()


def _other(before: Reading, index: SchemaIndex, values: Values) -> exp.Expr:
    """The statement to compare with, bound to the same values."""
    instances = Instances(before.tree, index)
    wanted = wishes(before.tree, instances, lambda node: constant(node, before.dialect))
    maker = RowMaker(instances, wanted, random.Random(0), 0)
    return bound(before.tree, instances, wanted, maker, dict(values))


def _same(
    engine: Engine, name: str, named: list[tuple[str, TableRows]],
    names: dict[tuple[str, str], str], unique: list[tuple[str, tuple[str, ...]]],
    limit: Limit, tree: exp.Expr, other: exp.Expr, result: Result,
    state: tuple[tuple[Any, ...], ...],
) -> bool:  # fmt: skip
    """Whether `other` returns and leaves what `tree` did: `result` and `state`."""

    def run(statement: exp.Expr) -> tuple[list[str], list[str]]:
        with engine.session(named, unique, limit) as session:
            rows = session.run(_text(statement.copy(), names, name)).rows
            return _bag(rows), _bag(_state(session, statement, names))

    try:
        if run(other) == (_bag(result.rows), _bag(state)):
            return True
        if tree.args.get("limit") is None or other.args.get("limit") is None:
            return False
        # Of rows that tie, a limit may keep any: without it, they must all be there.
        for statement in (tree, other):
            statement.set("limit", None)
            statement.set("offset", None)
        return run(tree) == run(other)
    except OutOfTimeError:
        raise
    except EngineError:
        return False


def _bag(rows: tuple[tuple[Any, ...], ...]) -> list[str]:
    return sorted(repr([_rounded(v) for v in row]) for row in rows)


def _rounded(value: Any) -> Any:
    return float(f"{value:.9g}") if isinstance(value, float) else value


# Constants


def constant(node: exp.Expr, dialect: str) -> Constant:
    """The value of an expression that reads no row; None where it cannot be told."""
    while isinstance(node, (exp.Paren, exp.Cast)) and isinstance(node.this, exp.Literal):
        node = node.this
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else _number(node.name)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        value = _number(node.this.name)
        return -value if isinstance(value, (int, float)) else None
    if isinstance(node, exp.Null) or node.find(
        exp.Column, exp.Placeholder, exp.Parameter, exp.Select, exp.Identifier, exp.Star
    ):
        return None
    return _evaluated(_plain_sql(node, "sqlite"), _plain_sql(node, "duckdb"), dialect)


def _plain_sql(node: exp.Expr, engine: str) -> str:
    return node.sql(engine, unsupported_level=ErrorLevel.IGNORE, comments=False)


def _number(text: str) -> Constant:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None


@lru_cache(maxsize=2048)
def _evaluated(for_sqlite: str, for_duckdb: str, dialect: str) -> Constant:
    order = ("sqlite", "duckdb") if dialect in ("sqlite", "mysql", "") else ("duckdb", "sqlite")
    for name in order:
        text = for_sqlite if name == "sqlite" else for_duckdb
        if name == "duckdb":
            text = f"CAST({text} AS VARCHAR)"
        try:
            with _ENGINES[name].session([], [], Limit(0.2)) as session:
                value = session.run(f"SELECT {text}").rows[0][0]
        except (EngineError, IndexError, sqlite3.Error):
            continue
        if isinstance(value, (str, int, float, bool)):
            found = _number(value) if isinstance(value, str) else value
            return value if found is None else found
    return None
