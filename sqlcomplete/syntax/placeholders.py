"""Placeholders with a name: `@day`, `:day`, and `sqlc.arg(day)`, a call that sqlc reads as one."""

from __future__ import annotations

import re
from dataclasses import dataclass

SQLC = "sqlc"
CALLS = ("arg", "narg", "slice")
"""What stands before the dot, and after it."""

_CALL = r"sqlc\.(?:n?arg|slice)\(\s*"

CALL = rf"{_CALL}(?:'\w+'|\"\w+\"|\w+)\s*\)"
"""A pattern of sqlc's call."""

OPEN_CALL = rf"{_CALL}['\"]?\w*"
"""A pattern of the same as far as it is written."""

_NAMED = re.compile(rf"(?P<opening>[@:]|{_CALL}['\"]?)(?P<name>\w*)['\"]?\s*\)?")


@dataclass(frozen=True, slots=True)
class NamedPlaceholder:
    """A placeholder in its parts: `opening`, with a quote if it has one, and `name`, both as
    written. Nothing of the name may be written yet."""

    opening: str
    name: str

    def renamed(self, name: str) -> str:
        """The same placeholder, closed, with another name."""
        quote = self.opening[-1] if self.opening[-1] in "'\"" else ""
        return f"{self.opening}{name}{quote}{')' if '(' in self.opening else ''}"


def named_placeholder(text: str) -> NamedPlaceholder | None:
    """The parts of a placeholder's text, or of its beginning; None for `?`, `$1` and `%s`."""
    found = _NAMED.fullmatch(text)
    return NamedPlaceholder(found["opening"], found["name"]) if found else None
