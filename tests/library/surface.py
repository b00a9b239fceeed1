"""The public surface as lines of text, and the snapshot of it that is kept in the repository.

    python -m tests.library.surface

renews the snapshot. It refuses where the surface changed and CHANGELOG.md has no new entry.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlcomplete

SNAPSHOT = Path(__file__).with_name("public_surface.txt")
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
_COUNT = "# Entries of CHANGELOG.md: "


def public_surface(names: Mapping[str, Any] | None = None) -> list[str]:
    """Each public name with its signature, its fields and its methods, one a line."""
    if names is None:
        names = {name: getattr(sqlcomplete, name) for name in sqlcomplete.__all__}
    return [line for name in sorted(names) for line in _lines(name, names[name])]


def _lines(name: str, value: Any) -> Iterator[str]:
    if not inspect.isclass(value):
        signature = _signature(value) if callable(value) else f": {type(value).__name__}"
        yield f"{name}{signature}"
        return
    bases = [base.__name__ for base in value.__bases__ if base is not object]
    yield f"class {name}({', '.join(bases)})"
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            has_default = field.default is not dataclasses.MISSING
            default = f" = {field.default!r}" if has_default else ""
            yield f"    {name}.{field.name}: {field.type}{default}"
        return
    if not issubclass(value, BaseException):
        yield f"    {name}{_signature(value)}"
    for member, found in sorted(vars(value).items()):
        if member.startswith("_"):
            continue
        if isinstance(found, property):
            getter: Any = found.fget
            yield f"    {name}.{member}: {inspect.signature(getter).return_annotation}"
        elif callable(found):
            yield f"    {name}.{member}{_signature(found)}"
        else:
            yield f"    {name}.{member} = {found!r}"


def _signature(function: Any) -> str:
    """The signature, its annotations without the quotes that Python keeps around them."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(function)))


def entries(changelog: str) -> int:
    """How many entries the changelog has: lines that begin with a dash."""
    return sum(line.startswith("- ") for line in changelog.splitlines())


def snapshot_of(surface: list[str], changelog: str) -> str:
    """The snapshot's text."""
    return "\n".join([f"{_COUNT}{entries(changelog)}", *surface, ""])


def lines_of(snapshot: str) -> tuple[int, list[str]]:
    """The changelog's entries when a snapshot was written, and its surface."""
    head, *surface = snapshot.splitlines()
    return int(head.removeprefix(_COUNT)), surface


def renewed(snapshot: str, surface: list[str], changelog: str) -> str | None:
    """The new snapshot; None where the surface changed and the changelog has no new entry."""
    entries_then, surface_then = lines_of(snapshot)
    if surface_then != surface and entries(changelog) <= entries_then:
        return None
    return snapshot_of(surface, changelog)


def main() -> None:
    """Writes the snapshot, or says why not."""
    changelog = CHANGELOG.read_text(encoding="utf-8")
    text = renewed(SNAPSHOT.read_text(encoding="utf-8"), public_surface(), changelog)
    if text is None:
        sys.exit("the public surface changed: add an entry to CHANGELOG.md first")
    SNAPSHOT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
