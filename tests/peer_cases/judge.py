"""Whether a case holds: what the engine offers without a model, compared with what was promised."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache

from sqlcomplete.completer import Completer
from sqlcomplete.completion import Item
from tests.peer_cases.case import Case
from tests.peer_cases.schemas import schema_named

FIRST_ITEMS = 25
"""How many items count as offered: what a popup holds that a person may still read."""


@cache
def _completer(schema: str, dialect: str | None) -> Completer:
    return Completer(schema_named(schema, dialect), model=None)


def items_of(case: Case) -> tuple[Item, ...]:
    """The first items that the engine offers at the case's caret."""
    completer = _completer(case.schema, case.dialect)
    return completer.complete(case.sql, case.cursor, max_items=FIRST_ITEMS).items


def breaches(case: Case, items: tuple[Item, ...]) -> list[str]:
    """What of the case does not hold, a line each; empty where it holds."""
    found = []
    if case.silent and items:
        found.append(f"offered {items[0].insert.strip()!r} where nothing may be")
    found += [f"not offered: {name}" for name in case.offers if _place(name, items) is None]
    found += [f"offered: {name}" for name in case.refuses if any(_is(name, item) for item in items)]
    places = [_place(name, items) for name in case.order]
    for name, place in zip(case.order, places, strict=True):
        if place is None:
            found.append(f"not offered: {name}")
    known = [place for place in places if place is not None]
    if known != sorted(known):
        found.append(f"not in this order: {', '.join(case.order)}")
    if case.first is not None and not (items and _reaches(case.first, items[0])):
        first = items[0].insert.strip() if items else "nothing"
        found.append(f"first is {first!r}, not {case.first!r}")
    return found


def _place(name: str, items: tuple[Item, ...]) -> int | None:
    return next((place for place, item in enumerate(items) if _reaches(name, item)), None)


def _reaches(name: str, item: Item) -> bool:
    """Whether an item is what a name means, or a phrase of keywords that begins with it."""
    phrase = item.insert.strip().casefold()
    return _is(name, item) or (item.kind == "keyword" and phrase.startswith(f"{name.casefold()} "))


def _is(name: str, item: Item) -> bool:
    """Whether an item is what a name means.

    `name` is what the item inserts, whatever its case, with or without an opening parenthesis or
    a closing dot; a name without a dot also means the qualified name that ends with it. A condition
    `a = b` may be turned round, and `*` in it stands for any characters: an alias of any name.
    """
    written = item.insert.strip()
    if " = " in name:
        return _condition(name, written)
    names = {written, written.rstrip(".("), re.sub(r"\(.*", "", written)}
    if re.fullmatch(r"\S+", written):
        names.add(written.rstrip(".(").rsplit(".", 1)[-1])
    return name.casefold() in {each.casefold() for each in names}


def _condition(name: str, written: str) -> bool:
    """Whether a join or a condition is the promised one."""
    head, _, condition = written.rpartition(" ON ")
    wanted_head, _, wanted = name.rpartition(" ON ")
    turned = " = ".join(reversed(wanted.split(" = ")))
    return fnmatchcase(head.casefold(), wanted_head.casefold()) and any(
        fnmatchcase(condition.casefold(), each.casefold()) for each in (wanted, turned)
    )
