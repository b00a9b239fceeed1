"""What every reader of logs yields: a statement with what the log says of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A text as it was logged: one statement or several, with its values still in it.

    `time` is seconds since 1970 (UTC), None where the log does not say. `count` is how often it
    ran. `user` is who ran it, used for counting alone and never kept. `running_total` says that
    `count` is the sum since the server began, not since the log's last reading.
    """

    text: str
    time: float | None = None
    count: float = 1.0
    user: str | None = None
    running_total: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a log that its reader could not make a statement of."""

    reason: str
