"""How often the symbolic expansion makes what, where several transforms would do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Set against how often each applies: renaming, laying out anew and translating fit nearly every
# statement, and all alike they would be half of what is made, and teach no new clause.
TRANSFORM_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "filter": 0.5,
        "ordering": 1.0,
        "grouping": 1.0,
        "window": 1.0,
        "join": 3.0,
        "to CTE": 6.0,
        "from CTE": 6.0,
        "insert": 2.0,
        "update": 2.0,
        "delete": 1.5,
        "rename": 0.25,
        "transpile": 0.25,
        "reformat": 0.25,
        "aliases": 0.5,
    }
)
