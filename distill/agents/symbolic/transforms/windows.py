"""A window function beside the columns."""

from __future__ import annotations

import random

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family
from distill.agents.symbolic.reading import edited
from distill.agents.symbolic.transforms.grouping import _is_group, _is_measure
from distill.agents.symbolic.transforms.site import Site, is_label, site_of, some_column
from distill.agents.symbolic.transforms.words import said, with_words
from sqlcomplete.schema.model import Column, Table


def add_window(subject: Subject, chance: random.Random) -> Change | None:
    """A rank, a row number, a share of the group, a running total or the row before."""
    site = site_of(subject)
    if site is None or site.reading.dialect == "access":
        return None
    if "GROUP BY" in site.spans and site.select.args.get("distinct") is None:
        return _rank_of_groups(subject, site, chance)
    if site.grouped:
        return None
    made = _call(site, chance)
    if made is None:
        return None
    call, alias, words = made
    taken = {item.alias_or_name.lower() for item in site.select.expressions}
    if alias.lower() in taken:
        return None
    edit = site.new_item(f"{call} {site.keyword('AS')} {alias}")
    question = with_words(subject.record.question, words)
    return Change(edited(subject.reading.sql, [edit]), f"window {alias}", question=question)


def _rank_of_groups(subject: Subject, site: Site, chance: random.Random) -> Change | None:
    word = site.keyword
    name = chance.choice(("rank", "row_number", "dense_rank"))
    call = (
        f"{site.function(name)}() {word('OVER')} "
        f"({word('ORDER BY')} {site.function('count')}(*) {word('DESC')})"
    )
    alias = chance.choice(("rnk", "position", "rn"))
    edit = site.new_item(f"{call} {word('AS')} {alias}")
    question = with_words(subject.record.question, "with their rank by number of rows")
    return Change(edited(subject.reading.sql, [edit]), "window over groups", question=question)


def _call(site: Site, chance: random.Random) -> tuple[str, str, str] | None:
    """The call with its window, an alias, and words for a question."""
    word = site.keyword
    group = some_column(chance, site.sources, _is_group)
    measure = some_column(chance, site.sources, _is_measure)
    moment = some_column(chance, site.sources, _is_moment)
    by = group[1].name if group is not None else None
    within = f" within each {said(by)}" if by is not None else ""
    partition = f"{word('PARTITION BY')} {site.column(*group)}" if group is not None else ""
    order = measure if measure is not None and (moment is None or chance.random() < 0.6) else moment
    kinds = []
    if order is not None:
        kinds += ["rank"] * 3
    if measure is not None and group is not None:
        kinds.append("share")
    if measure is not None and moment is not None:
        kinds += ["running", "before"]
    if not kinds:
        return None
    kind = chance.choice(kinds)
    if kind == "share":
        assert measure is not None and group is not None
        name = chance.choice(("avg", "sum", "max"))
        call = f"{site.function(name)}({site.column(*measure)}) {word('OVER')} ({partition})"
        alias = f"{_alias(by)}_{name}" if name != "sum" else f"{_alias(by)}_total"
        told = {"avg": "average", "sum": "total", "max": "highest"}[name]
        return call, alias, f"beside the {told} {said(measure[1].name)}{within}"
    if kind == "rank":
        assert order is not None
        name = chance.choice(("row_number", "row_number", "rank", "dense_rank"))
        alias = {"row_number": "rn", "rank": "rnk", "dense_rank": "rnk"}[name]
        falls = f" {word('DESC')}" if chance.random() < 0.75 else ""
        inner = f"{word('ORDER BY')} {site.column(*order)}{falls}"
        call = f"{site.function(name)}() {word('OVER')} ({f'{partition} {inner}'.strip()})"
        return call, alias, f"ranked by {said(order[1].name)}{within}"
    assert measure is not None and moment is not None
    inner = f"{partition} {word('ORDER BY')} {site.column(*moment)}".strip()
    if kind == "running":
        call = f"{site.function('sum')}({site.column(*measure)}) {word('OVER')} ({inner})"
        return call, "running_total", f"with a running total of {said(measure[1].name)}{within}"
    call = f"{site.function('lag')}({site.column(*measure)}) {word('OVER')} ({inner})"
    alias = f"previous_{_alias(measure[1].name)}"
    return call, alias, f"beside the {said(measure[1].name)} of the row before{within}"


def _alias(name: str | None) -> str:
    return "_".join(said(name or "").split())


def _is_moment(table: Table, column: Column) -> bool:
    kind = family(column)
    return kind.kind in ("date", "timestamp") and not kind.array and not is_label(table, column)
