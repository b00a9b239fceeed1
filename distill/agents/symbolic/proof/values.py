"""Values of each family, made from a number: equal numbers give equal values."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid

from distill.agents.symbolic.families import Family, is_moment
from distill.agents.symbolic.proof.wishes import Constant, Operator

Value = str | int | float | bool | list["str | int | float | bool"] | None

_TODAY = dt.datetime.now(dt.UTC).replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)
_PEOPLE = ("Ada", "Ben", "Chen", "Dana", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jo")
_MOMENT = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ISO_MINUTE = "%Y-%m-%d %H:%M:%S"


def value_of(family: Family, name: str, number: int) -> Value:
    """A plain value that fits the family; a text's content follows the column's name."""
    if family.array:
        return [_scalar(family, name, number)]
    return _scalar(family, name, number)


def _scalar(family: Family, name: str, number: int) -> str | int | float | bool:
    kind = family.kind
    if family.values:
        chosen = family.values[number % len(family.values)]
        return int(chosen) if kind == "int" and chosen.lstrip("-").isdigit() else chosen
    if kind == "int":
        return number + 1
    if kind == "real":
        return round(10.5 * (number % 97) + 3.25, 2)
    if kind == "bool":
        return number % 2 == 0
    if kind == "date":
        return (_TODAY - dt.timedelta(days=number % 400)).date().isoformat()
    if kind == "timestamp":
        return (_TODAY - dt.timedelta(days=number % 400, minutes=number % 7)).strftime(_ISO_MINUTE)
    if kind == "time":
        return f"{number % 24:02d}:{number % 60:02d}:00"
    if kind == "uuid":
        return str(uuid.UUID(int=(0xA5 << 120) | number))
    if kind == "json":
        return json.dumps({"id": number, "name": f"item {number}"})
    if kind == "interval":
        return f"{number % 30 + 1} days"
    if kind == "blob":
        return f"{number:08x}"
    return _text(name.lower(), number, family.length)


def _text(name: str, number: int, length: int) -> str:
    if "mail" in name:
        text = f"user{number}@example.com"
    elif name.endswith(("_at", "date", "time")):
        text = (_TODAY - dt.timedelta(days=number % 400)).strftime(_ISO_MINUTE)
    elif name.endswith("name") or name in ("author", "owner", "user"):
        text = f"{_PEOPLE[number % 10]}{number // 10 or ''}"
    else:
        text = f"{name[:12]} {number}"
    if length and len(text) > length:
        text = str(number)[-length:].rjust(min(length, 3), "a")[:length]
    return text


def coerced(value: Constant, family: Family) -> Value:
    """The constant as the column would hold it; None where the column cannot."""
    if value is None:
        return None
    if family.array:
        return [value]
    kind = family.kind
    try:
        if kind == "int":
            return int(float(value)) if not isinstance(value, bool) else int(value)
        if kind == "real":
            return float(value)
    except ValueError:
        return None
    if kind == "bool":
        return str(value).strip().lower() in ("1", "true", "t", "yes", "y", "on")
    if kind in ("date", "timestamp"):
        moment = _moment(str(value))
        if moment is None:
            return None
        return moment.date().isoformat() if kind == "date" else moment.strftime(_ISO_MINUTE)
    if kind == "uuid":
        try:
            return str(uuid.UUID(str(value)))
        except ValueError:
            return None
    if kind == "json":
        return json.dumps({"value": value})
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _moment(text: str) -> dt.datetime | None:
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def fitting(
    wanted: list[tuple[Operator, Constant]], family: Family, name: str, number: int
) -> Value:
    """A value that meets the wishes as far as one can; the `number` picks one of several.

    Several "=" are alternatives (of an OR or an IN): the others are taken to hold together.
    """
    equal = [v for op, v in wanted if op == "="]
    if equal:
        value = coerced(equal[number % len(equal)], family)
        month = next((str(v) for op, v in wanted if op == "month"), "")
        if (
            is_moment(family.kind)
            and isinstance(value, str)
            and re.fullmatch(r"0?[1-9]|1[0-2]", month)
        ):
            value = f"{value[:5]}{int(month):02d}{value[7:]}"  # of the year, in that month
        if value is not None:
            return value
    operators = {op for op, _ in wanted}
    if "null" in operators and not operators & {"not null", "<", "<=", ">", ">=", "like"}:
        return None
    likes = [str(v) for op, v in wanted if op == "like"]
    if likes:
        value = coerced(_of_pattern(likes[number % len(likes)]), family)
        if value is not None:
            return value
    unequal = {coerced_text(v, family) for op, v in wanted if op == "<>"}
    for step in range(8):
        value = _between(wanted, family, number + step)
        if value is None:
            value = value_of(family, name, number + step)
        if str(value) not in unequal:
            break
    return value


def coerced_text(value: Constant, family: Family) -> str:
    return str(coerced(value, family))


def _of_pattern(pattern: str) -> str:
    plain = re.sub(r"\(\?\w\)|\\[a-zA-Z]|[\^$()+]|\[|\]", "", pattern)
    return plain.replace(".*", "").replace("%", "").replace("*", "").replace("_", "a").split("|")[0]


def _between(wanted: list[tuple[Operator, Constant]], family: Family, number: int) -> Value:
    year = next((v for op, v in wanted if op == "year"), None)
    month = next((v for op, v in wanted if op == "month"), None)
    if year is not None or month is not None:
        return _of_part(year, month, family, number)
    lows = [(v, op) for op, v in wanted if op in (">", ">=") and v is not None]
    highs = [(v, op) for op, v in wanted if op in ("<", "<=") and v is not None]
    if not lows and not highs:
        return None
    if family.kind in ("date", "timestamp"):
        return _moment_between(
            [str(v) for v, _ in lows], [str(v) for v, _ in highs], family, number
        )
    try:
        low = max((float(v) for v, _ in lows), default=None)
        high = min((float(v) for v, _ in highs), default=None)
    except ValueError:
        # Texts compare by their characters.
        if lows:
            return coerced(f"{lows[0][0]}~" if lows[0][1] == ">" else str(lows[0][0]), family)
        return coerced("" if highs[0][1] == "<" else str(highs[0][0]), family)
    whole = family.kind != "real"
    step = 1 if whole else 0.5
    if low is not None and high is not None:
        inner = [low, high] if high - low <= 1 else [low + step, (low + high) / 2, high - step]
        chosen = inner[number % len(inner)]
        if high - low < 1 and whole is False:
            chosen = (low + high) / 2
    elif low is not None:
        chosen = low + step * (1 + number % 5)
    else:
        assert high is not None
        chosen = high - step * (1 + number % 5)
    return coerced(int(chosen) if whole else round(chosen, 4), family)


def _moment_between(lows: list[str], highs: list[str], family: Family, number: int) -> Value:
    low = max((m for v in lows if (m := _moment(v))), default=None)
    high = min((m for v in highs if (m := _moment(v))), default=None)
    if low is not None and high is not None:
        chosen = low + (high - low) * ((number % 3 + 1) / 4)
    elif low is not None:
        chosen = low + dt.timedelta(days=1 + number % 5)
    elif high is not None:
        chosen = high - dt.timedelta(days=1 + number % 5)
    else:
        return None
    return coerced(chosen.strftime(_ISO_MINUTE), family)


def _of_part(year: Constant, month: Constant, family: Family, number: int) -> Value:
    digits = re.findall(r"\d+", f"{year or ''}")
    years = [int(d) for d in digits if len(d) == 4]
    if year is not None and not years:
        return None
    moment = dt.datetime(
        years[0] if years else _TODAY.year,
        int(digits[1]) if len(digits) > 1 and 1 <= int(digits[1]) <= 12
        else int(str(month)) if str(month).isdigit() and 1 <= int(str(month)) <= 12
        else 1 + number % 12,
        int(digits[2]) if len(digits) > 2 and 1 <= int(digits[2]) <= 28 else 1 + number % 28,
        12,
    )  # fmt: skip
    text = moment.strftime(_ISO_MINUTE)
    if family.kind in ("date", "timestamp"):
        return coerced(text, family)
    return text if family.kind == "text" else None
