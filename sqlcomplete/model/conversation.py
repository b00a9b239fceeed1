"""What the engine asks of a language model, wherever it runs: here, or behind a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.tokenizer import Tokenizer

Gate = Callable[[float | None], None]
"""Called with the deadline (`time.perf_counter()`, or None) before each step of a model. It may
wait for the model to be free; it raises OutOfTimeError where the work is no longer wanted."""


def open_gate(deadline: float | None) -> None:
    """The gate of a model that has one user."""


class Conversation(Protocol):
    """One user's way through a model: it remembers what was read. One thread at a time."""

    gate: Gate
    computed: int  # tokens computed so far, read and written

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def memory(self) -> int:
        """Bytes kept of what was read."""

    @property
    def ahead(self) -> int:
        """How many tokens of a draft one step may read besides its own; 0 where a draft costs as
        much as the steps it saves."""

    def known(self, tokens: Sequence[int]) -> int:
        """How many of `tokens`, from the first, need not be read again."""

    def logits(
        self, tokens: Sequence[int], *, positions: int = 1, deadline: float | None = None
    ) -> NDArray[np.float32]:
        """Logits (positions, vocabulary) after the last `positions` of `tokens`.

        Raises: OutOfTimeError, past the deadline.
        """

    def forget(self) -> None:
        """Drops what was read and gives its memory back."""


class LanguageModel(Protocol):
    """A model that many conversations share."""

    @property
    def name(self) -> str: ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    def session(self) -> Conversation:
        """A conversation that has read nothing yet."""
