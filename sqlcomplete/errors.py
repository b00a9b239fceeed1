"""The errors a person may see: each message is one line that says what, where and what to do."""

from __future__ import annotations


class SqlcompleteError(Exception):
    """Base of the errors that are a user's to mend. `exit_code` is the process's if it ends one."""

    exit_code = 2
