"""What in a database's address may be secret."""

from __future__ import annotations

import re

URL_USAGE = "write dialect://user:password@host/database"

_SECRET = re.compile(r"pass|pwd|secret|token|key|cred|odbc_connect", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a URL's parameter of that name may hold a secret."""
    return _SECRET.search(name) is not None


def looks_secret(source: str) -> bool:
    """Whether what was given as a path may be a URL gone wrong, with a password in it: no message
    may repeat it."""
    return "://" in source or "@" in source or is_secret(source)
