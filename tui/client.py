"""Where the editor's completions come from."""

from __future__ import annotations

from typing import Protocol

from sqlcomplete.cli.engine import Completes, open_engine
from sqlcomplete.completion import Completion
from sqlcomplete.model.errors import ModelError
from sqlcomplete.schema.model import Schema

# Longer than this and the answer comes after the next keystroke.
DEADLINE_MS = 150


class CompletionClient(Protocol):
    """Answers for one schema. It is called from one worker thread at a time."""

    def complete(self, text: str, cursor: int) -> Completion:
        """Complete `text` at `cursor`, an offset in code points.

        Raises:
            SqlcompleteError: where it cannot, with a line for the user.
        """
        ...


class LocalClient:
    """The completer in this process.

    Building it reads the model's weights (about a second), so build it in a worker thread.
    """

    def __init__(self, schema: Schema, *, model: bool | str = True, max_items: int = 10) -> None:
        self._problems: list[str] = []
        engine = open_engine(model=model, on_problem=self._problems.append)
        self._completer: Completes = engine(schema)
        self._max_items = max_items

    def complete(self, text: str, cursor: int) -> Completion:
        if self._problems:
            # Said once, at the cost of one answer: a model that was chosen and cannot be had.
            raise ModelError(self._problems.pop())
        return self._completer.complete(
            text, cursor, max_items=self._max_items, deadline_ms=DEADLINE_MS
        )
