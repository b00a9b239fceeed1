"""An order, and perhaps a limit."""

from __future__ import annotations

import random

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family, is_number
from distill.agents.symbolic.reading import Edit, edited
from distill.agents.symbolic.transforms.site import Site, is_label, site_of, some_column
from distill.agents.symbolic.transforms.words import said, with_words
from sqlcomplete.schema.model import Column, Table

_TOP = frozenset({"tsql", "fabric", "oracle"})


def add_ordering(subject: Subject, chance: random.Random) -> Change | None:
    """ORDER BY one or two columns, with a limit half of the time; a limit for what is ordered."""
    site = site_of(subject)
    if site is None or {"LIMIT", "FETCH", "OFFSET", "FOR"} & site.spans.keys():
        return None
    if site.select.args.get("limit") is not None:
        return None
    if "ORDER BY" in site.spans:
        return _limited(subject, site, chance)
    keys = _keys(site, chance)
    if not keys:
        return None
    if site.select.args.get("distinct") is None and len(keys) > 1 and chance.random() < 0.6:
        keys = keys[:1]
    parts, words = [], []
    for name, text, falls in keys[:2]:
        parts.append(text + (f" {site.keyword('DESC')}" if falls else ""))
        words.append(name + (" (highest first)" if falls else ""))
    edits = [site.new_clause("ORDER BY", ", ".join(parts))]
    told = f"ordered by {', then '.join(words)}"
    if chance.random() < 0.5 and site.reading.dialect not in _TOP:
        count = chance.choice((1, 3, 5, 10, 10, 20, 50, 100))
        edits.append(_limit_edit(site, edits[0].start, count))
        told += f", the first {count} only" if count > 1 else ", the first one only"
    question = with_words(subject.record.question, told)
    return Change(edited(subject.reading.sql, edits), "ordering", question=question)


def _limited(subject: Subject, site: Site, chance: random.Random) -> Change | None:
    if site.reading.dialect in _TOP:
        return None
    count = chance.choice((1, 3, 5, 10, 10, 20, 50, 100))
    edit = site.new_clause("LIMIT", str(count))
    words = f"the first {count} only" if count > 1 else "the first one only"
    question = with_words(subject.record.question, words)
    return Change(edited(subject.reading.sql, [edit]), f"limit {count}", question=question)


def _limit_edit(site: Site, at: int, count: int) -> Edit:
    made = site.new_clause("LIMIT", str(count))
    return Edit(at, at, made.new)


def _keys(site: Site, chance: random.Random) -> list[tuple[str, str, bool]]:
    """(name in words, text, descending) of what the result may be ordered by."""
    if site.grouped:
        found = []
        for item in site.select.expressions:
            if isinstance(item, exp.Alias) and isinstance(item.args.get("alias"), exp.Identifier):
                number = item.find(exp.AggFunc) is not None
                found.append((said(item.alias), site.text_of(item.args["alias"]), number))
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Identifier):
                start = item.parts[0].meta.get("start")
                end = item.this.meta.get("end")
                if start is not None and end is not None:
                    found.append((said(item.name), site.reading.sql[start : end + 1], False))
            elif (
                isinstance(item, exp.Count)
                and isinstance(item.this, exp.Star)
                and site.select.args.get("group") is not None
            ):
                found.append(("how many", f"{site.function('count')}(*)", True))
        if site.select.args.get("group") is None and site.select.args.get("distinct") is None:
            return []
        chance.shuffle(found)
        return sorted(found, key=lambda f: not f[2])
    keys: list[tuple[str, str, bool]] = []
    for wanted in (_is_measure, _is_readable):
        one = some_column(chance, site.sources, wanted)
        if one is not None:
            source, column = one
            kind = family(column).kind
            falls = kind in ("date", "timestamp", "real") or (
                is_number(kind) and chance.random() < 0.6
            )
            keys.append((said(column.name), site.column(source, column), falls))
    chance.shuffle(keys)
    return keys


def _is_measure(table: Table, column: Column) -> bool:
    kind = family(column)
    return (
        not kind.array
        and kind.kind in ("int", "real", "date", "timestamp")
        and not is_label(table, column)
    )


def _is_readable(table: Table, column: Column) -> bool:
    kind = family(column)
    return (
        kind.kind == "text"
        and not kind.array
        and not is_label(table, column)
        and column.name.lower().endswith(("name", "title", "code", "status", "type", "category",
                                          "country", "city", "email"))
    )  # fmt: skip
