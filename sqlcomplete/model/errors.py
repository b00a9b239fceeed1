"""What can be wrong with a model."""

from __future__ import annotations

from sqlcomplete.errors import SqlcompleteError


class ModelError(SqlcompleteError):
    """A model that is missing, damaged or of another make: the message names the file."""
