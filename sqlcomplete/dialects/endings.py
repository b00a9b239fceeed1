"""What an unfinished statement still needs, so that a parser can read it."""

from __future__ import annotations

BINDERS = frozenset({"SELECT", "WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "THEN", "ELSE", "BY"})
"""Words that an expression follows."""
