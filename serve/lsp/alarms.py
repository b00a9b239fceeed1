"""Counts the diagnostics of statements that are right: false alarms, by kind and dialect.

    python -m serve.lsp.alarms --schemas DATA/schemas.jsonl DATA/queries.jsonl --every 10 --show 20

The statements are a corpus's (one JSON object a line, with `db_id`, `dialect` and `sql`), each held
to its own schema; a corpus has errors of its own, so what is shown has to be read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from serve.lsp.diagnosing import Diagnoser, Problem
from sqlcomplete.schema.document import schema_from_json
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a corpus, and which schema it is written for."""

    database: str
    dialect: str
    sql: str


@dataclass
class Alarms:
    """Statements checked, and those with a problem of each kind, by dialect."""

    checked: Counter[str] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: list[tuple[Statement, Problem]] = field(default_factory=list)

    def rate(self, codes: Iterable[str]) -> float:
        """The share of all statements that have a problem of these kinds."""
        wanted = set(codes)
        count = sum(n for (_, code), n in self.found.items() if code in wanted)
        return count / max(self.checked.total(), 1)


def read_schemas(path: Path) -> dict[str, Schema]:
    """The schemas of a corpus by their names."""
    with path.open(encoding="utf-8") as file:
        records = map(json.loads, file)
        return {record["db_id"]: schema_from_json(record) for record in records}


def read_statements(path: Path, every: int = 1) -> Iterator[Statement]:
    """Every so many-th statement of a corpus."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % every == 0:
                record = json.loads(line)
                yield Statement(record["db_id"], record["dialect"], record["sql"])


def count_alarms(statements: Iterable[Statement], schemas: dict[str, Schema]) -> Alarms:
    """Checks each statement against its schema; those without one are left out."""
    alarms = Alarms()
    checks: dict[tuple[str, str], Diagnoser] = {}
    for one in statements:
        schema = schemas.get(one.database)
        if schema is None:
            continue
        key = (one.database, one.dialect)
        if key not in checks:
            checks[key] = Diagnoser(SchemaIndex(replace(schema, dialect=one.dialect)))
        alarms.checked[one.dialect] += 1
        problems = checks[key].problems(one.sql)
        for code in {problem.code for problem in problems}:
            alarms.found[one.dialect, code] += 1
        alarms.shown += [(one, problem) for problem in problems[:1]]
    return alarms


@click.command()
@click.argument("statements", type=click.Path(exists=True, path_type=Path))
@click.option("--schemas", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--every", default=1, show_default=True, help="Check one statement in so many.")
@click.option("--show", default=0, help="Show so many of the problems, spread over all.")
@click.option("--code", help="Show those of this kind alone.")
def main(statements: Path, schemas: Path, every: int, show: int, code: str | None) -> None:
    """Count the diagnostics of a corpus's statements."""
    alarms = count_alarms(read_statements(statements, every), read_schemas(schemas))
    for dialect, checked in alarms.checked.most_common():
        kinds = {c: n for (d, c), n in sorted(alarms.found.items()) if d == dialect}
        click.echo(f"{dialect or 'sql'}: {checked} statements, {kinds}")
    click.echo(f"errors {alarms.rate(['syntax']):.2%}")
    warnings = {c for _, c in alarms.found} - {"syntax"}
    for warning in sorted(warnings):
        click.echo(f"{warning} {alarms.rate([warning]):.2%}")
    chosen = [pair for pair in alarms.shown if code in (None, pair[1].code)]
    for statement, problem in chosen[:: max(len(chosen) // show, 1)][:show] if show else ():
        word = statement.sql[problem.start : problem.end][:60]
        click.echo(f"\n[{statement.database}] {problem.code} at {word!r}: {problem.message}")
        click.echo(" ".join(statement.sql.split())[:700])


if __name__ == "__main__":
    main()
