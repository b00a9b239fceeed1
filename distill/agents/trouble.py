"""What may go wrong with a language model, told apart by what is to be done about it."""

from __future__ import annotations

from sqlcomplete.errors import SqlcompleteError


class ModelError(SqlcompleteError):
    """The endpoint cannot be used as it is set up: the run ends, and goes on once it is mended."""


class RefusedError(Exception):
    """The endpoint or its answer is no good for this record: it is rejected, with this reason."""


class UnansweredError(Exception):
    """No answer this time, after all retries: the record is put off to the next run."""


class BudgetSpentError(Exception):
    """The next question could cost more than is left: the run ends cleanly."""
