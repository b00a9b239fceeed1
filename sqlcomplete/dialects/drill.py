"""Apache Drill."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.model import derived

DRILL = derived(ANSI, "drill", identifier_quotes=('"', "`"), backslash_escapes=True)
