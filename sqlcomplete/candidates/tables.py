"""Tables, views, CTEs and namespaces; an alias for the table just named."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.candidates.awaited import awaited, fit_of, tables_awaited
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.naming import free_alias
from sqlcomplete.candidates.situation import Situation, bare
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import Kind, TokenKind


def tables(here: Situation, limit: int) -> Iterator[Candidate]:
    """Tables to read from or write to: CTEs, then those that keys tie to the statement's, then by
    name. At most `limit` by name."""
    if Kind.TABLE not in here.kinds:
        return
    qualifier = here.expectation.qualifier
    namespace = qualifier[-1] if qualifier else None
    if namespace is None:
        for cte in here.analysis.scope.ctes:
            if here.fits(cte.name):
                used = {"used"} if any(r.name == cte.name for r in here.relations) else set()
                yield Candidate(
                    cte.name, here.write(cte.name), Kind.TABLE, cte.name, "cte",
                    frozenset({"cte", *used}),
                )  # fmt: skip
    linked = _neighbours(here) if namespace is None else {}
    mine = {id(t) for t in here.tables_nearby}
    seen: set[int] = set()
    wanted = _wanted_columns(here)
    found = list(linked.values())
    # A schema that knows no namespace has the tables meant, whatever stands left of the dot.
    known = namespace if here.index.namespaces else None
    found += here.index.tables_matching(here.typed, namespace=known, limit=limit)
    waiting = awaited(here) if here.clause is Clause.FROM else {}
    if not here.typed and namespace is None:
        for alias, columns in waiting.items():
            found += tables_awaited(here, alias, columns)
        found += _recent(here)
    for table in found:
        if id(table) in seen or not here.fits(table.name):
            continue
        seen.add(id(table))
        features = {table.kind, f"links {min(4, len(table.foreign_keys))}"}
        if id(table) in linked:
            features.add("linked")
        if id(table) in mine:
            features.add("used")
        if table.name.lower() in here.words_elsewhere:
            features.add("recent")
        if wanted:
            have = {column.name.lower() for column in table.columns}
            share = len(wanted & have) / len(wanted)
            features.add("has all" if share == 1 else "has some" if share else "has none")
        if waiting:
            fit = fit_of(table, waiting)
            features.add("not awaited" if fit is None else fit[0])
        count = len(table.columns)
        insert = here.write(table.name)
        label = table.name
        default = here.index.schema.default_namespace
        if (
            namespace is None
            and table.namespace is not None
            and table.namespace != default
            and here.expectation.quote is None
        ):
            label = f"{table.namespace}.{table.name}"
            insert = f"{here.write_plain(table.namespace)}.{insert}"
            features.add("other namespace")
        yield Candidate(
            label, insert, Kind.TABLE, table.name,
            table.comment or f"{table.kind}, {count} column{'s' if count != 1 else ''}",
            frozenset(features),
        )  # fmt: skip


def _neighbours(here: Situation) -> dict[int, Table]:
    near: dict[int, Table] = {}
    for table in here.tables_nearby:
        for _, other in here.index.foreign_keys_from(table):
            near.setdefault(id(other), other)
        for other, _ in here.index.foreign_keys_to(table)[:40]:
            near.setdefault(id(other), other)
    return near


def _recent(here: Situation) -> list[Table]:
    found = (here.index.table(word) for word in sorted(here.words_elsewhere)[:200])
    return [table for table in found if table is not None]


def _wanted_columns(here: Situation) -> frozenset[str]:
    """Names that the projection uses before FROM: the table should have them."""
    if here.clause is not Clause.FROM or here.tables_nearby:
        return frozenset()
    return frozenset(
        name.rpartition(".")[2].strip('"`[]').lower()
        for item in here.analysis.scope.projection
        for name in item.columns
        if name and not name.endswith("*")
    )


def namespaces(here: Situation) -> Iterator[Candidate]:
    """Namespaces, each with the dot that follows it."""
    if Kind.NAMESPACE not in here.kinds or here.expectation.qualifier:
        return
    for name in here.index.namespaces_with_prefix(here.typed):
        yield Candidate(name, here.write(name) + ".", Kind.NAMESPACE, name, "schema")


def new_aliases(here: Situation) -> Iterator[Candidate]:
    """A free alias right after a table's name in FROM, JOIN, INTO or UPDATE."""
    if Kind.NEW_NAME not in here.kinds or here.expectation.qualifier or not here.left:
        return
    if here.clause not in (Clause.FROM, Clause.UPDATE, Clause.DELETE, Clause.MERGE):
        return
    tokens = here.left
    last = tokens[-1]
    written_as = last.upper == "AS"
    if written_as and len(tokens) > 1:
        last = tokens[-2]
    if last.kind not in (TokenKind.WORD, TokenKind.QUOTED):
        return
    name = bare(last)
    # The relation's own name must not count as taken, nor must the word at the cursor.
    taken = {r.name.lower() for r in here.relations} - {name}
    taken |= {t.name.lower() for t in here.tables_nearby} - {name}
    if here.index.table(name) is None and not any(
        c.name.lower() == name for c in here.analysis.scope.ctes
    ):
        return
    numbered = [a for a in taken if len(a) == 2 and a[0] == "t" and a[1].isdigit()]
    alias = f"t{len(numbered) + 1}" if numbered else free_alias(name, taken)
    if numbered and any(r.name.startswith("T") for r in here.relations):
        alias = alias.upper()
    table = here.index.table(name)
    waiting = awaited(here) if here.clause is Clause.FROM else {}
    fit = fit_of(table, waiting) if table is not None else None
    if fit is not None:
        alias = next((t.text for t in here.others if bare(t) == fit[1]), fit[1])
    if not here.fits(alias):
        return
    prefix = ""
    if not written_as and here.aliases_with_as and not here.typed:
        prefix = here.keyword("AS") + " "
    yield Candidate(
        prefix + alias, prefix + alias, Kind.NEW_NAME, alias, f"alias of {name}",
        frozenset({"alias", *(["written as"] if written_as else []), *([fit[0]] if fit else [])}),
    )  # fmt: skip
