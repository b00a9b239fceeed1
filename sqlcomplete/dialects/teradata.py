"""Teradata."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.model import derived

TERADATA = derived(
    ANSI,
    "teradata",
    other_names=("teradatasql",),
    aliases_in_select=True,
    aliases_in_where=True,
)
