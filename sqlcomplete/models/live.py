"""The model in use, exchanged under a running program when another is chosen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlcomplete.model import load_weights
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.session import Weights
from sqlcomplete.models.checked import load_checked
from sqlcomplete.models.registry import EMBEDDED_NAME, Entry, Registry

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Weights with the id of the model they are of."""

    id: str
    weights: Weights


def load_entry(entry: Entry) -> Loaded:
    """The entry's weights, checked. Raises: ModelError."""
    if entry.id == EMBEDDED_NAME:
        return Loaded(entry.id, load_weights(entry.folder))
    if entry.manifest is None:
        raise ModelError(entry.problem or f"{entry.folder}: no manifest")
    return Loaded(entry.id, load_checked(entry.folder, entry.manifest))


def load_in_use(registry: Registry, on_problem: Callable[[str], None]) -> Loaded:
    """The model in use; where it is missing or damaged, `on_problem` gets one line that says so
    and the embedded model goes on in its place.

    Raises: ModelError, when the embedded one cannot be loaded either.
    """
    try:
        return load_entry(registry.current())
    except ModelError as error:
        if registry.in_use().id == EMBEDDED_NAME:
            raise
        on_problem(f"{error}; the embedded model is used instead")
        return load_entry(registry.find(EMBEDDED_NAME))


class LiveModel:
    """Holds the model in use. Safe for threads.

    `look` costs one `stat`; where the choice has changed, a thread loads the new model while the
    old one goes on, and the next look after that returns it. One that cannot be loaded is told to
    `on_problem` in one line, and the model in use stays.
    """

    def __init__(self, registry: Registry, *, on_problem: Callable[[str], None]) -> None:
        self._registry = registry
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stamp = self._read_stamp()
        self._loaded = load_in_use(registry, on_problem)

    def look(self) -> Loaded:
        """The model to work with now."""
        if self._read_stamp() != self._stamp and self._lock.acquire(blocking=False):
            try:
                if self._thread is None or not self._thread.is_alive():
                    self._stamp = self._read_stamp()
                    self._thread = threading.Thread(
                        target=self._exchange, name="sqlcomplete-model", daemon=True
                    )
                    self._thread.start()
            finally:
                self._lock.release()
        return self._loaded

    def settle(self, timeout: float | None = None) -> None:
        """Waits for an exchange under way, at most `timeout` seconds."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def _exchange(self) -> None:
        try:
            entry = self._registry.current()
            if entry.id != self._loaded.id:
                self._loaded = load_entry(entry)
        except Exception as error:
            # Whatever is wrong with the new one, completion with the old one must go on.
            line = " ".join(str(error).split()) or type(error).__name__
            self._on_problem(f"{line}; {self._loaded.id} stays in use")

    def _read_stamp(self) -> Stamp:
        try:
            found = self._registry.current_file.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino, found.st_size)
