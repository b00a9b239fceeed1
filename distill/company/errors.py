"""What a person may have to mend before a company's log can be read."""

from __future__ import annotations

from sqlcomplete.errors import SqlcompleteError


class LogError(SqlcompleteError):
    """A log that cannot be read, or holds nothing of use."""
