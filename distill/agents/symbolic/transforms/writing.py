"""A query becomes a change of the rows it finds."""

from __future__ import annotations

import random

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family, is_number
from distill.agents.symbolic.plan import condition_text
from distill.agents.symbolic.proof.instances import Instance
from distill.agents.symbolic.reading import Edit, edited
from distill.agents.symbolic.transforms.filtering import some_condition
from distill.agents.symbolic.transforms.naming import plural, singular, words_of
from distill.agents.symbolic.transforms.site import (
    Site,
    is_key,
    is_label,
    next_placeholder,
    site_of,
    some_column,
)
from distill.agents.symbolic.transforms.words import said
from sqlcomplete.schema.model import Column, Table

_RETURNING = frozenset({"postgres", "sqlite", "duckdb"})


def to_delete(subject: Subject, chance: random.Random) -> Change | None:
    """DELETE of the rows that a filtered query of one table finds, or that joins find by key."""
    made = _found(subject, chance)
    if made is None:
        return None
    site, source, where, words = made
    if source.table.kind == "view":
        return None
    sql = f"{site.keyword('DELETE FROM')} {_table(site, source)}{where}"
    sql += _returning(site, chance)
    noun = _many(source.table)
    return Change(sql, "SELECT to DELETE", question=_asked(subject, f"Delete the {noun}{words}"))


def to_update(subject: Subject, chance: random.Random) -> Change | None:
    """UPDATE of the same rows: one column of theirs, or two, gets a value."""
    made = _found(subject, chance)
    if made is None:
        return None
    site, source, where, words = made
    if source.table.kind == "view":
        return None
    assigned = _assignments(site, source, chance)
    if not assigned:
        return None
    body = ", ".join(f"{name} = {value}" for name, value, _ in assigned)
    gap = _gap(site)
    sql = f"{site.keyword('UPDATE')} {_table(site, source)}{gap}{site.keyword('SET')} {body}{where}"
    sql += _returning(site, chance)
    told = " and ".join(t for _, _, t in assigned)
    noun = _many(source.table)
    return Change(
        sql, "SELECT to UPDATE", question=_asked(subject, f"{told} for the {noun}{words}")
    )


def to_insert(subject: Subject, chance: random.Random) -> Change | None:
    """INSERT ... SELECT into a table whose columns the found rows can fill."""
    site = site_of(subject)
    if site is None or site.grouped or site.select.find(exp.Window) is not None:
        return None
    if "WITH" in site.spans or any(site.select.args.get(k) for k in ("into", "hint")):
        return None
    here = {s.table.name.lower() for s in site.sources}
    options = []
    for table in subject.record.schema.tables:
        if table.name.lower() in here or table.kind == "view":
            continue
        pairs = _pairs(site, table)
        if len(pairs) >= 2 and _belongs(site, table, len(pairs)):
            options.append((len(pairs), table, pairs))
    if not options:
        return None
    options.sort(key=lambda o: -o[0])
    _, table, pairs = chance.choice(options[:2])
    pairs = pairs[:8]
    if len(pairs) > 3 and chance.random() < 0.3:
        pairs = pairs[: chance.randint(2, len(pairs))]
    word = site.keyword
    names = ", ".join(site.name(name) for name, _ in pairs)
    items = ", ".join(text for _, text in pairs)
    gap = _gap(site)
    tail = _tail(site)
    head = f"{word('INSERT INTO')} {_named(site, table)} ({names})"
    sql = f"{head}{gap}{word('SELECT')} {items}{tail}"
    first = said(site.sources[0].table.name)
    told = f"Insert into {said(table.name)} from {first}{_words(site)}"
    return Change(sql, "SELECT to INSERT ... SELECT", question=_asked(subject, told))


def _asked(subject: Subject, text: str) -> str | None:
    return None if subject.record.question is None else text[:1].upper() + text[1:]


def _found(subject: Subject, chance: random.Random) -> tuple[Site, Instance, str, str] | None:
    """The site, the table to change, the WHERE with what stands before it, and it in words."""
    site = site_of(subject)
    if site is None or site.grouped or not site.complete or "WHERE" not in site.spans:
        return None
    if "WITH" in site.spans:
        return None
    source = site.sources[0]
    tokens = site.reading.tokens
    span = site.spans["WHERE"]
    words = _words(site)
    if len(site.sources) == 1:
        text = _bare_where(site, source)
        return None if text is None else (site, source, text, words)
    keys = source.table.primary_key
    if len(keys) != 1 or site.select.args.get("limit") is not None:
        return None
    column = next(c for c in source.table.columns if c.name.lower() == keys[0].lower())
    word = site.keyword
    from_ = site.reading.sql[tokens[site.spans["FROM"].start].start : tokens[span.end - 1].end]
    inner = f"{word('SELECT')} {site.column(source, column)}"
    gap = _gap(site)
    if gap == " ":
        text = f" {word('WHERE')} {site.name(column.name)} {word('IN')} ({inner} {from_})"
    else:
        pad = " " * (site.margin + site.style.indent)
        lines = from_.split("\n")
        shifted = "\n".join(f"{pad}{line[site.margin:] if line[: site.margin].isspace() else line}"
                            for line in lines)  # fmt: skip
        text = (
            f"{gap}{word('WHERE')} {site.name(column.name)} {word('IN')} (\n{pad}{inner}\n"
            f"{shifted}\n{' ' * site.margin})"
        )
    return site, source, text, words


def _bare_where(site: Site, source: Instance) -> str | None:
    """The WHERE of a query of one table, its columns without the table's alias."""
    span = site.spans["WHERE"]
    tokens, sql = site.reading.tokens, site.reading.sql
    first, last = tokens[span.start].start, tokens[span.end - 1].end
    edits = []
    for column in site.select.args["where"].find_all(exp.Column):
        if not column.table or site.instances.named(column) is not source:
            continue
        if column.find_ancestor(exp.Select) is not site.select:
            return None  # a nested query needs the name
        qualifier, name = column.args["table"], column.this
        start, end = qualifier.meta.get("start"), name.meta.get("start")
        if start is None or end is None:
            return None
        edits.append(Edit(start - first, end - first, ""))
    return _gap(site) + edited(sql[first:last], edits)


def _words(site: Site) -> str:
    where = site.select.args.get("where")
    return f" where {condition_text(where.this)}" if where is not None else ""


def _tail(site: Site) -> str:
    """FROM and WHERE as they stand, with the white space before FROM."""
    tokens, sql = site.reading.tokens, site.reading.sql
    from_ = site.spans["FROM"]
    last = site.spans.get("WHERE", from_)
    return sql[tokens[from_.start - 1].end : tokens[last.end - 1].end]


def _gap(site: Site) -> str:
    return f"\n{' ' * site.margin}" if site.breaks else " "


def _table(site: Site, source: Instance) -> str:
    """The table's name as the statement wrote it, with its namespace."""
    parts = [p for p in source.node.parts if isinstance(p, exp.Identifier)]
    return ".".join(site.text_of(p) for p in parts)


def _named(site: Site, table: Table) -> str:
    name = site.name(table.name)
    beside = site.sources[0]
    if table.namespace and beside.node.db and beside.table.namespace == table.namespace:
        return f"{site.text_of(beside.node.args['db'])}.{name}"
    return name


def _many(table: Table) -> str:
    *rest, last = said(table.name).split() or ["row"]
    return " ".join((*rest, plural(last)))


def _returning(site: Site, chance: random.Random) -> str:
    if site.reading.dialect not in _RETURNING or chance.random() > 0.15:
        return ""
    return f"{_gap(site)}{site.keyword('RETURNING')} *"


def _assignments(site: Site, source: Instance, chance: random.Random) -> list[tuple[str, str, str]]:
    """(column, value, words) of one assignment, or of two where there is a time of change."""
    found = some_column(chance, (source,), _can_set)
    if found is None:
        return []
    column = found[1]
    value = _value(site, source.table, column, chance)
    if value is None:
        return []
    text, words = value
    made = [(site.name(column.name), text, f"set the {said(column.name)} to {words}")]
    stamp = next(
        (c for c in source.table.columns
         if c.name.lower() in ("updated_at", "modified_at", "last_updated", "updatedat")
         and c is not column),
        None,
    )  # fmt: skip
    if stamp is not None and chance.random() < 0.6:
        now = "CURRENT_TIMESTAMP"
        if site.reading.dialect == "postgres":
            now = f"{site.function('now')}()"
        made.append((site.name(stamp.name), now, f"set the {said(stamp.name)} to now"))
    return made


def _can_set(table: Table, column: Column) -> bool:
    kind = family(column)
    return (
        not is_key(table, column)
        and not is_label(table, column)
        and not kind.array
        and kind.kind in ("int", "real", "text", "bool", "date", "timestamp")
        and not column.name.lower().startswith("created")
    )


def _value(
    site: Site, table: Table, column: Column, chance: random.Random
) -> tuple[str, str] | None:
    kind = family(column)
    placeholder = next_placeholder(site.reading, "_".join(said(column.name).split()))
    if placeholder is not None and chance.random() < 0.8:
        return placeholder, "the given value"
    if kind.kind in ("date", "timestamp"):
        return ("CURRENT_DATE", "today") if kind.kind == "date" else ("CURRENT_TIMESTAMP", "now")
    if is_number(kind.kind):
        name = site.name(column.name)
        step = chance.choice((1, 5, 10))
        return chance.choice(
            ((f"{name} + {step}", f"{step} more"), ("0", "0"), (f"{step * 10}", f"{step * 10}"))
        )
    if column.nullable and chance.random() < 0.15:
        return site.keyword("NULL"), "nothing"
    condition = some_condition(site, table, column, chance)
    if condition is None or not condition.sql.startswith("{} = "):
        return None
    text = condition.sql.removeprefix("{} = ")
    return text, "the given value" if text == placeholder else text.strip("'")


def _belongs(site: Site, table: Table, filled: int) -> bool:
    """Whether rows of the query have business in that table: it points to where they come from, or
    it is made like it."""
    here = {s.table.name.lower() for s in site.sources}
    if any(key.ref_table.lower() in here for key in table.foreign_keys):
        return True
    words = {singular(w) for s in site.sources for w in words_of(s.table.name)}
    return filled * 2 > len(table.columns) and bool(
        words & {singular(w) for w in words_of(table.name)}
    )


def _pairs(site: Site, table: Table) -> list[tuple[str, str]]:
    """(the table's column, an expression) for the columns that the found rows fill: those of the
    same name and family, and keys that point to a table in play."""
    pairs = []
    for column in table.columns:
        name = column.name.lower()
        if name in ("created_at", "updated_at"):
            continue
        own = name in (k.lower() for k in table.primary_key)
        for key in table.foreign_keys:
            if [c.lower() for c in key.columns] != [name] or not key.ref_columns:
                continue
            source = next(
                (s for s in site.sources if s.table.name.lower() == key.ref_table.lower()), None
            )
            if source is not None and key.ref_columns[0].lower() in source.columns:
                there = source.columns[key.ref_columns[0].lower()]
                pairs.append((column.name, site.column(source, there)))
                break
        else:
            if own and name == "id":
                continue
            for source in site.sources:
                there_ = source.columns.get(name)
                if there_ is not None and family(there_) == family(column):
                    pairs.append((column.name, site.column(source, there_)))
                    break
    return pairs
