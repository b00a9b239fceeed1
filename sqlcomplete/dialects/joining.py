"""Words that join relations and stand around them."""

from __future__ import annotations

from sqlcomplete.dialects.keywords import RESERVED, SET_OPERATORS

TEMPORAL = frozenset({"SYSTEM_TIME", "SYSTEM", "VERSION", "TIMESTAMP", "TIME"})
"""The words after FOR that choose a version of a table."""

ENDS_JOIN = frozenset({"JOIN", "APPLY", "STRAIGHT_JOIN"})
"""The last words of a join."""

WITHOUT_CONDITION = frozenset({"CROSS", "NATURAL", "POSITIONAL"})
"""Words of joins that have no condition."""

NOT_RELATION = RESERVED | SET_OPERATORS | frozenset({"LATERAL", "CROSS", "OUTER", "JOIN", "APPLY"})
"""Words that name no relation."""

BEGINS_DERIVED = frozenset({"VALUES", "SELECT", "WITH"})
"""Words that begin a query in brackets in FROM."""

BEFORE_RELATION = frozenset({"LATERAL", "ONLY"})
"""Words that may stand before a relation."""
