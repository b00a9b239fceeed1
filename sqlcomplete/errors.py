"""The errors a person may see: each message is one line that says what, where and what to do."""

from __future__ import annotations


class SqlcompleteError(Exception):
    """Base of every error that is a user's to mend. `exit_code` is the process's when it ends one."""

    exit_code = 2
