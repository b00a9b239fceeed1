"""One table more, along a foreign key."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family
from distill.agents.symbolic.proof.instances import Instance
from distill.agents.symbolic.reading import Edit, edited
from distill.agents.symbolic.transforms.naming import words_of
from distill.agents.symbolic.transforms.site import Site, is_label, site_of
from distill.agents.symbolic.transforms.words import one_of, said, with_words
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.schema.model import Column, Table


@dataclass(frozen=True, slots=True)
class _Link:
    """`other` joined to `source`: pairs of (source's column, the other's)."""

    source: Instance
    other: Table
    pairs: tuple[tuple[str, str], ...]
    up: bool  # to the table that the key points to
    optional: bool


def add_join(subject: Subject, chance: random.Random) -> Change | None:
    """JOIN ... ON a foreign key, and a column of the new table."""
    site = site_of(subject)
    if site is None or not site.complete or site.grouped:
        return None
    joins = site.select.args.get("joins") or ()
    if any(not j.args.get("on") and not j.args.get("using") for j in joins):
        return None  # a comma or a cross join: ON would not see all of the tables
    if any(j.args.get("using") or j.method for j in joins) or len(joins) > 3:
        return None
    links = _links(site, subject)
    if not links:
        return None
    upwards = [link for link in links if link.up]
    link = chance.choice(upwards if upwards and chance.random() < 0.8 else links)
    label = _label(link.other, chance)
    if label is None:
        return None
    namer = _Namer(site, chance)
    source = namer.called(link.source)
    other, declared = namer.new(link.other)
    word = site.keyword
    on = f" {word('AND')} ".join(
        f"{source}.{site.name(a)} = {other}.{site.name(b)}" for a, b in link.pairs
    )
    left = (link.optional or not link.up) and chance.random() < 0.6
    space = link.other.namespace
    qualify = space is not None and space != subject.record.schema.default_namespace
    name = f"{site.name(space)}.{site.name(link.other.name)}" if qualify and space else (
        site.name(link.other.name)
    )  # fmt: skip
    join = f"{word('LEFT JOIN' if left else 'JOIN')} {name}{declared} {word('ON')} {on}"
    at = site.end_of("FROM")
    edits = [*namer.edits(), Edit(at, at, f"{_break(site)}{join}")]
    item = site.new_item(f"{other}.{site.name(label.name)}")
    star = [i for i in site.select.expressions if isinstance(i, exp.Star)]
    if star and len(site.select.expressions) == 1:
        span = site.spans["SELECT"]
        tokens = site.reading.tokens
        begin, end = tokens[span.end - 1].start, tokens[span.end - 1].end
        first = namer.called(site.sources[0])
        if len(site.sources) == 1:
            edits.append(Edit(begin, end, f"{first}.*, {other}.{site.name(label.name)}"))
        else:
            edits.append(item)
    elif star:
        return None
    else:
        edits.append(item)
    noun = one_of(link.other.name)
    question = with_words(subject.record.question, f"with the {said(label.name)} of the {noun}")
    return Change(edited(subject.reading.sql, edits), f"join to {link.other.name}",
                  question=question)  # fmt: skip


def _links(site: Site, subject: Subject) -> list[_Link]:
    index = subject.index
    here = {s.table.name.lower() for s in site.sources}
    found = []
    for source in site.sources:
        for key, target in index.foreign_keys_from(source.table):
            known = all(k.lower() in source.columns for k in key.columns)
            if target.name.lower() not in here and key.ref_columns and known:
                optional = any(
                    c.nullable
                    for c in source.table.columns
                    if c.name.lower() in (k.lower() for k in key.columns)
                )
                pairs = tuple(zip(key.columns, key.ref_columns, strict=True))
                found.append(_Link(source, target, pairs, True, optional))
        for holder, key in index.foreign_keys_to(source.table):
            if holder.name.lower() not in here and key.ref_columns:
                pairs = tuple(zip(key.ref_columns, key.columns, strict=True))
                found.append(_Link(source, holder, pairs, False, True))
    return found


def _label(table: Table, chance: random.Random) -> Column | None:
    """The column that one joins a table for."""
    fitting = [
        c
        for c in table.columns
        if not is_label(table, c)
        and not said(c.name).startswith(("is ", "has ", "can "))
        and family(c).kind in ("text", "int", "real", "date", "timestamp")
    ]
    if not fitting:
        return None
    named = [
        c for c in fitting if re.search(r"(name|title|label|code|email|status)$", c.name.lower())
    ]
    return chance.choice(named or fitting)


def _break(site: Site) -> str:
    """What stands before a new join."""
    tokens, sql = site.reading.tokens, site.reading.sql
    span = site.spans["FROM"]
    for at in range(span.start, span.end):
        if tokens[at].upper in ("JOIN", "LEFT", "INNER") and not site.reading.is_name(tokens[at]):
            gap = sql[tokens[at - 1].end : tokens[at].start]
            return gap if gap.strip() == "" else " "
    if not site.breaks:
        return " "
    inner = site.margin
    if site.style.layout == "stacked":
        inner += site.style.indent
    elif site.style.layout == "river":
        inner += 2
    return f"\n{' ' * inner}"


class _Namer:
    """Gives tables aliases where the statement has any, or needs some, and qualifies columns."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self.site = site
        self.aliased = any(s.node.alias for s in site.sources) or (
            len(site.sources) == 1 and chance.random() < 0.6
        )
        held = [s.node.args.get("alias") for s in site.sources if s.node.alias]
        sql = site.reading.sql
        self.with_as = any(
            re.search(r"\bas\s+$", sql[: a.this.meta.get("start", 0)], re.I)
            for a in held
            if isinstance(a, exp.TableAlias) and isinstance(a.this, exp.Identifier)
        ) or (not held and chance.random() < 0.4)
        self.taken = {s.alias for s in site.sources} | {
            t.text.lower() for t in site.reading.tokens if site.reading.is_name(t)
        }
        self.given: dict[int, str] = {}
        if self.aliased:
            for source in site.sources:
                if not source.node.alias:
                    self.given[id(source)] = self._alias(source.table)

    def called(self, source: Instance) -> str:
        """What qualifies the source's columns from now on."""
        return self.given.get(id(source)) or self.site.called(source)

    def new(self, table: Table) -> tuple[str, str]:
        """The new table's qualifier, and what stands after its name to declare it."""
        if not self.aliased:
            return self.site.name(table.name), ""
        alias = self._alias(table)
        return alias, self._declared(alias)

    def _declared(self, alias: str) -> str:
        return f" {self.site.keyword('AS')} {alias}" if self.with_as else f" {alias}"

    def _alias(self, table: Table) -> str:
        words = words_of(table.name) or ("t",)
        options = [
            "".join(w[0] for w in words), words[-1][:3], words[0][:3], words[0][:4],
            f"{words[0][0]}2",
        ]  # fmt: skip
        for option in options:
            good = (
                option.isidentifier() and option.upper() not in RESERVED and option.upper() != "AS"
            )
            if good and option not in self.taken:
                self.taken.add(option)
                return option
        number = 2
        while f"t{number}" in self.taken:
            number += 1
        self.taken.add(f"t{number}")
        return f"t{number}"

    def edits(self) -> list[Edit]:
        """Aliases declared, and every column that lacked its table's name given it."""
        site = self.site
        edits = []
        for source in site.sources:
            alias = self.given.get(id(source))
            if alias is not None and isinstance(source.node.this, exp.Identifier):
                end = source.node.this.meta["end"] + 1
                edits.append(Edit(end, end, self._declared(alias)))
        mine = {id(s): s for s in site.sources}
        named = {i.alias.lower() for i in site.select.expressions if isinstance(i, exp.Alias)}
        for column in site.select.find_all(exp.Column):
            star = isinstance(column.this, exp.Star)
            owner = site.instances.named(column) if star else site.instances.direct(column)
            if owner is None or id(owner) not in mine:
                continue
            if column.args.get("table") is not None:
                if id(owner) in self.given:
                    edits += self._requalified(column, owner)
                continue
            clause = column.find_ancestor(exp.Order, exp.Group, exp.Having, exp.Select)
            if not isinstance(clause, exp.Select) and column.name.lower() in named:
                continue  # an alias of the projection
            start = column.this.meta.get("start")
            if start is not None:
                edits.append(Edit(start, start, f"{self.called(owner)}."))
        return edits

    def _requalified(self, column: exp.Column, source: Instance) -> list[Edit]:
        qualifier = column.args.get("table")
        if not isinstance(qualifier, exp.Identifier) or column.args.get("db") is not None:
            return []
        start, end = qualifier.meta.get("start"), qualifier.meta.get("end")
        if start is None or end is None:
            return []
        return [Edit(start, end + 1, self.called(source))]
