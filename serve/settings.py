"""How a server behaves: plain values, set once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
MIN_TOKEN_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Sizes are in bytes, times in seconds.

    `queue` bounds the completions that wait for a worker or for the model: one more is refused with
    a 429, since an answer that comes after the next keystroke is worth nothing. `rate` is requests
    a second for each client's address. `max_columns` bounds the columns of all schemas together,
    about half a kilobyte each; the last one put stays, however large. `cache_memory` bounds what
    the model keeps in mind of all conversations, with their last answers; one that comes back after
    it was dropped is read anew. `events` is the file that
    events are kept in; without it, none are. `time_limit` bounds the answer to any one request.
    `head_timeout` and `body_timeout` bound how long the parts of a request may take to come,
    `read_timeout` how long a client may leave its answer unread.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    allow_database_urls: bool = False
    workers: int = 2
    queue: int = 64
    rate: float = 500.0
    max_schemas: int = 32
    max_columns: int = 150_000
    max_chats: int = 1024
    cache_memory: int = 160 * MEBIBYTE
    max_body: int = 4 * MEBIBYTE
    max_schema_body: int = 64 * MEBIBYTE
    head_timeout: float = 10.0
    body_timeout: float = 30.0
    read_timeout: float = 30.0
    time_limit: float = 60.0
    events: Path | None = None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address: 127.0.0.0/8, ::1, localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
