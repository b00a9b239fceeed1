"""What can be wrong in fusion."""

from __future__ import annotations

from sqlcomplete.errors import SqlcompleteError


class FusionError(SqlcompleteError):
    """Logits, teachers or students that do not belong together: one line says which and why."""
