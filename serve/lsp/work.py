"""Work off the event loop, and answers that several requests share."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A value that whoever asks first computes, and the others wait for. Thread-safe.

    The list and the ghost of one keystroke come from one completion, so that they agree.
    """

    def __init__(self, compute: Callable[[], T]) -> None:
        self._compute = compute
        self._lock = Lock()
        self._values: list[T] = []

    def get(self) -> T:
        """The value; what computing it raises, each caller gets."""
        with self._lock:
            if not self._values:
                self._values.append(self._compute())
            return self._values[0]

    def known(self) -> T | None:
        """The value where it is there already."""
        return self._values[0] if self._values else None
