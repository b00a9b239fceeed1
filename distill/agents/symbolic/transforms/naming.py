"""The ways in which people name tables and columns, and one renamed schema for each of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.schema.index import word_starts
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

_SHORT = {
    "account": "acct", "address": "addr", "amount": "amt", "average": "avg", "category": "cat",
    "count": "cnt", "customer": "cust",
    "date": "dt", "department": "dept", "description": "desc", "document": "doc",
    "employee": "emp", "group": "grp", "identifier": "id", "image": "img", "information": "info",
    "location": "loc", "manager": "mgr", "maximum": "max", "message": "msg", "minimum": "min",
    "number": "no", "organization": "org", "parameter": "param", "password": "pwd",
    "position": "pos", "product": "prod", "quantity": "qty", "reference": "ref",
    "sequence": "seq", "service": "svc", "student": "stu", "telephone": "tel",
    "timestamp": "ts", "transaction": "txn", "value": "val", "warehouse": "whs",
    "configuration": "cfg", "language": "lang", "environment": "env", "version": "ver",
    "temperature": "temp", "percent": "pct", "balance": "bal", "user": "usr",
}  # fmt: skip
_PREFIXES = ("tbl_", "t_", "app_", "core_", "stg_")
_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "addresses": "address",
    "statuses": "status", "indices": "index", "matrices": "matrix", "data": "data",
    "series": "series", "news": "news", "media": "media", "analyses": "analysis", "bases": "base",
    "movies": "movie", "epochs": "epoch",
    "stomachs": "stomach", "caches": "cache", "status": "status", "address": "address",
}  # fmt: skip
_PLURALS = {one: many for many, one in _IRREGULAR.items() if one != many}


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `OrderItems`, `order_items` and `tbl-order items` alike."""
    for prefix in _PREFIXES:
        if len(name) > len(prefix) + 1 and name.lower().startswith(prefix):
            name = name[len(prefix) :]
            break
    starts = word_starts(name)
    parts = [name[a:b] for a, b in zip(starts, [*starts[1:], len(name)], strict=True)]
    return tuple(w for p in parts if (w := re.sub(r"[^\w]|_", "", p).lower()))


def singular(word: str) -> str:
    """One of what the word names."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def plural(word: str) -> str:
    """Many of what the word names; a plural stays."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word in _IRREGULAR or (singular(word) != word and word.endswith("s")):
        return word
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"


def _snake(words: tuple[str, ...]) -> str:
    return "_".join(words)


def _camel(words: tuple[str, ...]) -> str:
    return words[0] + "".join(w.capitalize() for w in words[1:])


def _pascal(words: tuple[str, ...]) -> str:
    return "".join(w.capitalize() for w in words)


def _upper(words: tuple[str, ...]) -> str:
    return "_".join(words).upper()


def _short(words: tuple[str, ...]) -> str:
    return "_".join(_SHORT.get(w, _SHORT.get(singular(w), w)) for w in words)


def _last(words: tuple[str, ...], change: Callable[[str], str]) -> tuple[str, ...]:
    return (*words[:-1], change(words[-1]))


@dataclass(frozen=True, slots=True)
class NamingStyle:
    """`table` and `column` make a name of its words. `prefix`: put before tables, drawn once a
    schema where it is None."""

    name: str
    table: Callable[[tuple[str, ...]], str]
    column: Callable[[tuple[str, ...]], str]
    prefix: str | None = ""


STYLES: dict[str, NamingStyle] = {
    s.name: s
    for s in (
        NamingStyle("snake_case", _snake, _snake),
        NamingStyle("snake_case plural", lambda w: _snake(_last(w, plural)), _snake),
        NamingStyle("snake_case singular", lambda w: _snake(_last(w, singular)), _snake),
        NamingStyle("camelCase", lambda w: _camel(_last(w, plural)), _camel),
        NamingStyle("PascalCase", lambda w: _pascal(_last(w, singular)), _pascal),
        NamingStyle("PascalCase plural", lambda w: _pascal(_last(w, plural)), _pascal),
        NamingStyle("prefixed", lambda w: _snake(_last(w, singular)), _snake, None),
        NamingStyle("abbreviated", _short, _short),
        NamingStyle("UPPER_CASE", _upper, _upper),
    )
}


@dataclass(frozen=True, slots=True)
class Renaming:
    """A schema under new names. `tables` by (namespace or "", name), `columns` by (namespace or "",
    table, column), all in lower case; values as they are now written."""

    schema: Schema
    tables: dict[tuple[str, str], str]
    columns: dict[tuple[str, str, str], str]


_RENAMED: dict[tuple[int, str], tuple[Schema, Renaming]] = {}


def renamed(schema: Schema, style: str) -> Renaming:
    """The schema in a style. Equal schemas and styles give equal names, in every run."""
    key = (id(schema), style)
    found = _RENAMED.get(key)
    if found is None or found[0] is not schema:
        if len(_RENAMED) > 1024:
            _RENAMED.clear()
        found = _RENAMED[key] = (schema, _rename(schema, STYLES[style]))
    return found[1]


def _rename(schema: Schema, style: NamingStyle) -> Renaming:
    prefix = style.prefix
    if prefix is None:
        prefix = random.Random("\x1f".join(t.name for t in schema.tables)).choice(_PREFIXES)
    tables: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, str]] = set()
    for table in schema.tables:
        space = (table.namespace or "").lower()
        words = words_of(table.name)
        new = _name(words, lambda w: f"{prefix}{style.table(w)}", table.name)
        if (space, new.lower()) in taken:
            new = table.name
        taken.add((space, new.lower()))
        tables[(space, table.name.lower())] = new
    columns: dict[tuple[str, str, str], str] = {}
    for table in schema.tables:
        used: set[str] = set()
        for column in table.columns:
            new = _column_name(column.name, style.column)
            if new.lower() in used:
                new = column.name
            used.add(new.lower())
            place = ((table.namespace or "").lower(), table.name.lower(), column.name.lower())
            columns[place] = new
    made = tuple(_table(table, tables, columns) for table in schema.tables)
    return Renaming(replace(schema, tables=made), tables, columns)


@lru_cache(maxsize=100_000)
def _column_name(name: str, style: Callable[[tuple[str, ...]], str]) -> str:
    return _name(words_of(name), style, name)


def _name(words: tuple[str, ...], style: Callable[[tuple[str, ...]], str], old: str) -> str:
    """A name that needs no quotes; the old one where none comes of its words."""
    if not words:
        return old
    new = style(words)
    if not re.fullmatch(r"[A-Za-z_]\w*", new) or not new.isascii():
        return old
    if new.upper() in RESERVED and old.upper() != new.upper():
        return old
    return new


def _table(
    table: Table, tables: dict[tuple[str, str], str], columns: dict[tuple[str, str, str], str]
) -> Table:
    space, name = (table.namespace or "").lower(), table.name.lower()

    def column(of: str, owner: str, space_: str = space) -> str:
        return columns.get((space_, owner.lower(), of.lower()), of)

    def key(one: ForeignKey) -> ForeignKey:
        there = (one.ref_namespace or table.namespace or "").lower()
        if (there, one.ref_table.lower()) not in tables:
            there = ""
        return replace(
            one,
            columns=tuple(column(c, name) for c in one.columns),
            ref_table=tables.get((there, one.ref_table.lower()), one.ref_table),
            ref_columns=tuple(column(c, one.ref_table, there) for c in one.ref_columns),
        )

    def renamed_column(one: Column) -> Column:
        return replace(one, name=column(one.name, name))

    return replace(
        table,
        name=tables[(space, name)],
        columns=tuple(renamed_column(c) for c in table.columns),
        primary_key=tuple(column(c, name) for c in table.primary_key),
        foreign_keys=tuple(key(k) for k in table.foreign_keys),
        unique=tuple(tuple(column(c, name) for c in u) for u in table.unique),
    )
