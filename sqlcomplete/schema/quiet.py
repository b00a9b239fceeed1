"""Keeps sqlglot from logging: a warning on standard error would be drawn over a person's screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Silence(logging.Filter):
    """Drops what sqlglot logs on the threads that asked for it."""

    def __init__(self) -> None:
        super().__init__()
        self.local = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self.local, "on", False)


_SILENCE = _Silence()
logging.getLogger("sqlglot").addFilter(_SILENCE)


@contextmanager
def quiet_sqlglot() -> Iterator[None]:
    """Within it, sqlglot's warnings of this thread go nowhere."""
    before = getattr(_SILENCE.local, "on", False)
    _SILENCE.local.on = True
    try:
        yield
    finally:
        _SILENCE.local.on = before
