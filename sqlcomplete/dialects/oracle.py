"""Oracle."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.model import derived

ORACLE = derived(
    ANSI,
    "oracle",
    telltale=r"\bVARCHAR2\s*\(|\bNUMBER\s*\(\d+",
    minus=True,
    locking=True,
    aliases_in_group_by=False,
    apply=True,
    lateral=True,
    lateral_first=True,
    returning_into=True,
    update_from=False,
    typed_literals=True,
)
