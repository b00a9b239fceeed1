"""What kind of value a column holds, by its type and, where that says nothing, by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlcomplete.schema.model import Column

Kind = Literal[
    "int", "real", "text", "bool", "date", "time", "timestamp", "uuid", "json", "blob", "interval"
]

_TYPES: tuple[tuple[str, Kind], ...] = (
    (r"interval", "interval"),
    (
        r"\b(small|medium|big|tiny)?(int|serial)(eger)?\d*\b|^u?int\d*|\blong\b|number\(\d+\)|oid",
        "int",
    ),
    (r"bool|^bit$|bit\(1\)", "bool"),
    (r"timestamp|datetime|smalldatetime", "timestamp"),
    (r"^date", "date"),
    (r"^time", "time"),
    (r"uuid|uniqueidentifier", "uuid"),
    (r"json|variant|^object|^map|struct|super", "json"),
    (r"bytea|blob|binary|image|bytes", "blob"),
    (r"dec|num|real|double|float|money", "real"),
    (r"char|text|string|clob|enum|inet|citext|xml|cidr|name", "text"),
    (r"year", "int"),
)
_NAMES: tuple[tuple[str, Kind], ...] = (
    (r"(_at|_on|timestamp|_time|datetime)$", "timestamp"),
    (r"(^|_)date($|_)|(_day|birthday|dob)$", "date"),
    (r"^(is|has|can)_|(_flag|enabled|active|deleted)$", "bool"),
    (r"(price|amount|total|rate|percent|ratio|score|cost|salary|budget|weight|height)$", "real"),
    (r"(^|_)(id|count|number|num|no|year|age|qty|quantity|rank|position|size)$|[a-z]Id$", "int"),
)


@dataclass(frozen=True, slots=True)
class Family:
    """A column's kind. `array`: it holds lists of that kind. `values`: the only texts it admits.
    `length`: how many characters at most, 0 where nobody says."""

    kind: Kind
    array: bool = False
    values: tuple[str, ...] = ()
    length: int = 0


@lru_cache(maxsize=20_000)
def _of(type_: str, name: str) -> Family:
    text = type_.strip().lower()
    array = "[]" in text or text.startswith(("array", "_")) or text.endswith(" array")
    size = re.search(r"char\w*\s*\((\d+)\)", text)
    text = text.replace("[]", "").removeprefix("array").strip(" <>()_") if array else text
    if text:
        for pattern, kind in _TYPES:
            if re.search(pattern, text):
                return Family(kind, array, (), int(size.group(1)) if size else 0)
        return Family("text", array)
    for pattern, kind in _NAMES:
        if re.search(pattern, name if "[a-z]Id" in pattern else name.lower()):
            return Family(kind, array)
    return Family("text", array)


def family(column: Column) -> Family:
    """The column's family; text where neither type nor name tells."""
    found = _of(column.type or "", column.name)
    if column.values and found.kind in ("text", "int"):
        return Family(found.kind, found.array, column.values, found.length)
    return found


def is_number(kind: Kind) -> bool:
    return kind in ("int", "real")


def is_moment(kind: Kind) -> bool:
    """A date or a point in time."""
    return kind in ("date", "timestamp")
