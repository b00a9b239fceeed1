"""Exasol."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.model import derived

EXASOL = derived(
    ANSI,
    "exasol",
    identifier_quotes=('"', "["),
    bracketed_names_in_ddl=True,
    typed_literals=True,
    first_placeholder="?",
)
