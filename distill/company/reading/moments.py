"""Times as logs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)


def moment(text: str | float | None) -> float | None:
    """Seconds since 1970 of a time as a log writes it: ISO 8601 and its like (UTC where no zone is
    given), or seconds, milliseconds or microseconds since 1970. None where it is none."""
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        return _epoch(float(text))
    found = _FORM.match(text.strip())
    if found is None:
        try:
            return _epoch(float(text))
        except ValueError:
            return None
    day, clock, fraction, zone = found.groups()
    try:
        if zone in (None, "Z", "UTC", "GMT"):
            base = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
        else:
            hours, _, minutes = zone.partition(":")
            minutes = minutes or zone[3:] or "00"
            base = datetime.fromisoformat(f"{day}T{clock}{hours[:3]}:{minutes[-2:]}")
    except ValueError:
        return None
    return base.timestamp() + (float(f"0.{fraction}") if fraction else 0.0)


def _epoch(number: float) -> float | None:
    if not 0 < number < 1e17:
        return None
    for scale in (1e-6, 1e-3, 1.0):
        if 1e8 < number * scale < 5e9:
            return number * scale
    return None
