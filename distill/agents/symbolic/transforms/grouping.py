"""A summary of rows, or a condition on groups."""

from __future__ import annotations

import random

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family
from distill.agents.symbolic.proof.instances import Instance
from distill.agents.symbolic.reading import Edit, edited
from distill.agents.symbolic.transforms.site import Site, is_key, is_label, site_of, some_column
from distill.agents.symbolic.transforms.words import said, with_words
from sqlcomplete.schema.model import Column, Table

_DROPPED = ("ORDER BY", "LIMIT", "OFFSET", "FETCH", "FOR")


def add_grouping(subject: Subject, chance: random.Random) -> Change | None:
    """Rows become counts or sums per a column; groups get a HAVING."""
    site = site_of(subject)
    if site is None:
        return None
    if "GROUP BY" in site.spans:
        return _having(subject, site, chance)
    if site.grouped or (site.select.args.get("limit") is not None and "LIMIT" not in site.spans):
        return None
    if site.select.find(exp.Window) is not None:
        return None
    by = some_column(chance, site.sources, _is_group)
    if by is None:
        return None
    source, column = by
    group = site.column(source, column)
    aggregate, alias, words = _aggregate(site, chance)
    items = f"{group}, {aggregate} {site.keyword('AS')} {alias}"
    edits = _new_projection(site, group, f"{aggregate} {site.keyword('AS')} {alias}", items)
    anchor = max((site.spans[c] for c in ("FROM", "WHERE") if c in site.spans), key=lambda s: s.end)
    at = site.reading.tokens[anchor.end - 1].end
    added = site.new_clause("GROUP BY", group).new
    told = f"{words} per {said(column.name)}"
    if chance.random() < 0.25:
        least = chance.choice((1, 2, 5, 10))
        count = f"{site.function('count')}(*)"
        added += site.new_clause("HAVING", f"{count} > {least}").new
        told += f", only those with more than {least}"
    if chance.random() < 0.5:
        added += site.new_clause("ORDER BY", f"{alias} {site.keyword('DESC')}").new
        told += ", highest first"
    kept = [c for c in _DROPPED if c in site.spans]
    end = site.end_of(max(kept, key=lambda c: site.spans[c].end)) if kept else at
    edits.append(Edit(at, max(end, at), added))
    question = with_words(subject.record.question, told)
    return Change(edited(subject.reading.sql, edits), f"grouping by {column.name}",
                  question=question)  # fmt: skip


def _new_projection(site: Site, group: str, call: str, items: str) -> list[Edit]:
    """The projection replaced, in the form that it had: one line, or an item a line."""
    span = site.spans["SELECT"]
    tokens, sql = site.reading.tokens, site.reading.sql
    first, last = tokens[span.body].start, tokens[span.end - 1].end
    lead = sql[tokens[span.body - 1].end : first]
    if "\n" in lead:
        items = f"{group},{lead}{call}"
    return [Edit(first, last, items)]


def _is_group(table: Table, column: Column) -> bool:
    kind = family(column)
    if kind.array or kind.kind in ("json", "blob", "real", "timestamp", "time", "interval"):
        return False
    if column.name.lower() in (k.lower() for k in table.primary_key):
        return False
    if is_key(table, column) or kind.values or kind.kind == "bool":
        return True
    name = column.name.lower()
    return not is_label(table, column) and name.endswith(
        ("status", "type", "category", "country", "city", "state", "year", "kind", "level", "role",
         "region", "gender", "department", "group", "language", "class", "source", "currency",
         "name", "date", "location", "nationality", "priority")
    )  # fmt: skip


def _aggregate(site: Site, chance: random.Random) -> tuple[str, str, str]:
    """The call, its alias and its words."""
    measure = some_column(chance, site.sources, _is_measure)
    if measure is None or chance.random() < 0.5:
        source = site.sources[0]
        alias = chance.choice(("total", "cnt", "num", f"{_plain(source)}_count", "count"))
        if alias == "count" and site.reading.dialect not in ("postgres", "sqlite"):
            alias = "cnt"
        return f"{site.function('count')}(*)", alias, "counted"
    source, column = measure
    name = chance.choice(("sum", "avg", "max", "min"))
    prefix = {"sum": "total", "avg": "avg", "max": "max", "min": "min"}[name]
    words = {"sum": "the total", "avg": "the average", "max": "the highest", "min": "the lowest"}
    alias = f"{prefix}_{'_'.join(said(column.name).split())}"
    call = f"{site.function(name)}({site.column(source, column)})"
    return call, alias, f"{words[name]} {said(column.name)}"


def _plain(source: Instance) -> str:
    return "_".join(said(source.table.name).split())


def _is_measure(table: Table, column: Column) -> bool:
    kind = family(column)
    return kind.kind in ("int", "real") and not kind.array and not is_label(table, column) and (
        not column.name.lower().endswith(("year", "number", "no", "code", "month", "day"))
    )  # fmt: skip


def _having(subject: Subject, site: Site, chance: random.Random) -> Change | None:
    if "HAVING" in site.spans or site.select.args.get("group") is None:
        return None
    least = chance.choice((1, 2, 3, 5, 10))
    edit = site.new_clause("HAVING", f"{site.function('count')}(*) > {least}")
    question = with_words(subject.record.question, f"only those with more than {least} rows")
    return Change(edited(subject.reading.sql, [edit]), "having", question=question)
