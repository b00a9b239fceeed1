"""Puts made-up values where a company's were taken out, so that the model keeps seeing SQL as it is
typed and never learns to write a placeholder, nor a value.

The values are drawn anew each time and carry no loss.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

from distill.company.redact import VALUE_KINDS

# Not the second half of a cast (`x::text`), nor a part of a longer name.
_PLACE = re.compile(r"(?<![:\w]):(" + "|".join(VALUE_KINDS) + r")\b(?!\s*\()")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_values(sql: str, chance: random.Random) -> tuple[str, tuple[str, ...]]:
    """The statement with a made-up value in each typed placeholder's place.

    Returns:
        The statement, and the values' inner texts (without quotes), which are in it as they stand.
    """
    values: list[str] = []

    def made(match: re.Match[str]) -> str:
        inner, written = _value(match[1], chance, cast=sql[match.end() : match.end() + 2] == "::")
        values.append(inner)
        return written

    return _PLACE.sub(made, sql), tuple(values)


def _value(kind: str, chance: random.Random, *, cast: bool) -> tuple[str, str]:
    if kind == "number":
        inner = str(chance.randint(3, 10 ** chance.randint(1, 5)))
        return inner, inner
    if kind == "interval":
        inner = f"{chance.randint(2, 90)} days"
        return inner, f"'{inner}'" if cast else f"INTERVAL '{inner}'"
    if kind == "blob":
        inner = f"{chance.getrandbits(32):08x}"
        return inner, f"x'{inner}'"
    inner = {
        "text": lambda: _word(chance),
        "pattern": lambda: f"%{_word(chance)}%",
        "date": lambda: _date(chance),
        "timestamp": lambda: f"{_date(chance)} {chance.randint(10, 23)}:{chance.randint(10, 59)}",
        "uuid": lambda: _uuid(chance),
        "json": lambda: f'{{"{_word(chance)}": {chance.randint(2, 99)}}}',
    }[kind]()
    return inner, f"'{inner}'"


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randint(4, 9)))


def _date(chance: random.Random) -> str:
    return f"20{chance.randint(10, 39)}-{chance.randint(10, 12)}-{chance.randint(10, 28)}"


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    cuts = (0, 8, 12, 16, 20, 32)
    return "-".join(digits[a:b] for a, b in pairwise(cuts))
