"""One condition more."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.families import family, is_number
from distill.agents.symbolic.reading import edited
from distill.agents.symbolic.transforms.site import (
    Site,
    is_key,
    is_label,
    next_placeholder,
    site_of,
    some_column,
)
from distill.agents.symbolic.transforms.words import said, with_words
from sqlcomplete.schema.model import Column, Table


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` with `{}` for the column; `words` as a question says it."""

    sql: str
    words: str


def add_filter(subject: Subject, chance: random.Random) -> Change | None:
    """A WHERE, or a term more in it, on a column that no predicate names yet."""
    site = site_of(subject)
    if site is None:
        return None
    used = {
        (c.table.lower(), c.name.lower())
        for key in ("where",)
        if (clause := site.select.args.get(key)) is not None
        for c in clause.find_all(exp.Column)
    }
    taken = {name for _, name in used}
    outer = {
        join.this.alias_or_name.lower()
        for join in site.select.args.get("joins") or ()
        if join.side in ("LEFT", "FULL")
    }
    sources = tuple(s for s in site.sources if s.alias not in outer)
    found = some_column(chance, sources, lambda t, c: _can_filter(t, c, taken))
    if found is None:
        return None
    source, column = found
    condition = some_condition(site, source.table, column, chance)
    if condition is None:
        return None
    term = condition.sql.replace("{}", site.column(source, column))
    sql = edited(subject.reading.sql, [site.new_term(term)])
    question = with_words(subject.record.question, f"only those whose {condition.words}")
    return Change(sql, f"filter on {column.name}", question=question)


def _can_filter(table: Table, column: Column, taken: set[str]) -> bool:
    kind = family(column)
    of_key = column.name.lower() in (k.lower() for k in table.primary_key)
    return (
        column.name.lower() not in taken
        and not (of_key and taken)
        and not kind.array
        and kind.kind not in ("json", "blob", "interval", "time", "uuid")
        and not (is_label(table, column) and not is_key(table, column))
    )


_TEXTS = {
    "status": ("active", "pending", "completed", "failed"), "state": ("active", "open", "closed"),
    "country": ("US", "Germany", "France"), "city": ("Berlin", "London", "Chicago"),
    "gender": ("F", "M"), "sex": ("F", "M"), "currency": ("USD", "EUR"),
    "role": ("admin", "member"),
    "language": ("en", "English"), "lang": ("en",), "locale": ("en",), "level": ("high", "low"),
    "priority": ("high", "low"), "color": ("red", "blue"), "region": ("EMEA", "West"),
    "type": ("default", "standard"), "kind": ("default",), "category": ("books", "other"),
    "department": ("Sales", "Engineering"), "method": ("card", "cash"), "provider": ("stripe",),
}  # fmt: skip
_NUMBERS = {
    "year": (2000, 2010, 2015, 2020), "age": (18, 21, 30, 40, 65), "price": (10, 50, 100, 500),
    "amount": (100, 500, 1000), "total": (50, 100, 1000), "salary": (30000, 50000, 80000),
    "quantity": (1, 5, 10), "count": (0, 1, 5, 10), "rating": (3, 4), "score": (50, 80, 90),
    "weight": (50, 100), "height": (150, 180), "percent": (10, 50), "stock": (0, 10),
    "population": (100000, 1000000), "capacity": (50, 100), "duration": (60, 300),
}  # fmt: skip


def some_condition(
    site: Site, table: Table, column: Column, chance: random.Random
) -> Condition | None:
    """A condition that somebody would put on the column; with a placeholder where the statement has
    placeholders already."""
    kind = family(column)
    name = said(column.name)
    word = site.keyword
    nullable = column.nullable and column.name not in table.primary_key
    placeholder = next_placeholder(site.reading, "_".join(name.split()))
    if kind.kind == "bool":
        yes = chance.random() < 0.7
        dialect = site.reading.dialect
        text = str(int(yes)) if dialect in ("sqlite", "tsql", "mysql") else word(str(yes))
        return Condition(f"{{}} = {text}", f"{name} is {'set' if yes else 'not set'}")
    if nullable and chance.random() < 0.15:
        return Condition(f"{{}} {word('IS NOT NULL')}", f"{name} is known")
    if placeholder is not None and chance.random() < 0.85:
        ranged = is_number(kind.kind) or kind.kind in ("date", "timestamp")
        operator = chance.choice((">=", "<", ">")) if ranged and not is_key(table, column) else "="
        said_ = {"=": "is the given one", ">=": "is at least the given one",
                 "<": "is below the given one", ">": "is over the given one"}[operator]  # fmt: skip
        return Condition(f"{{}} {operator} {placeholder}", f"{name} {said_}")
    if is_key(table, column):
        value = chance.choice((1, 2, 3, 5, 10, 42))
        return Condition(f"{{}} = {value}", f"{name} is {value}") if kind.kind == "int" else None
    if is_number(kind.kind):
        number = chance.choice(_NUMBERS.get(name.split()[-1], (1, 5, 10, 50, 100)))
        operator, words = chance.choice(((">", "over"), (">=", "at least"), ("<", "under")))
        if number == 0:
            operator, words = ">", "over"
        if number == 1 and operator == "<":
            operator, words = ">=", "at least"
        return Condition(f"{{}} {operator} {number}", f"{name} is {words} {number}")
    if kind.kind in ("date", "timestamp"):
        day = f"{chance.choice(range(2019, 2026))}-{chance.choice((1, 4, 7, 10)):02d}-01"
        operator, words = chance.choice(((">=", "from"), ("<", "before")))
        return Condition(f"{{}} {operator} '{day}'", f"{name} is {words} {day}")
    return _text_condition(column, name, kind.values, nullable, site, chance)


def _text_condition(
    column: Column,
    name: str,
    values: tuple[str, ...],
    nullable: bool,
    site: Site,
    chance: random.Random,
) -> Condition | None:
    word = site.keyword
    if values:
        picked = chance.sample(values, min(len(values), 2))
        if len(values) > 2 and chance.random() < 0.3:
            quoted = ", ".join(_string(v) for v in picked)
            return Condition(f"{{}} {word('IN')} ({quoted})", f"{name} is {' or '.join(picked)}")
        return Condition(f"{{}} = {_string(picked[0])}", f"{name} is {picked[0]}")
    last = name.split()[-1]
    if last in _TEXTS:
        value = chance.choice(_TEXTS[last])
        return Condition(f"{{}} = '{value}'", f"{name} is {value}")
    if "mail" in name:
        return Condition(f"{{}} {word('LIKE')} '%@example.com'", f"{name} ends in @example.com")
    if last in ("name", "title", "label", "username", "subject"):
        letter = chance.choice("ABCMST")
        return Condition(f"{{}} {word('LIKE')} '{letter}%'", f"{name} begins with {letter}")
    if nullable:
        return Condition(f"{{}} {word('IS NOT NULL')}", f"{name} is known")
    return Condition("{} <> ''", f"{name} is not empty")


def _string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
