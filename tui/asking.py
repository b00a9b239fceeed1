"""One completion in flight, the newest question next, every question between them forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlcomplete.completion import Completion
from sqlcomplete.errors import SqlcompleteError
from tui.client import CompletionClient


@dataclass(frozen=True, slots=True)
class Question:
    """`number` grows with every question; `popup` asks for the list beside the ghost, `explicit`
    that the user pressed the key for it. `editor` is the identity of the one who asks."""

    number: int
    editor: str
    text: str
    cursor: int
    popup: bool = False
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The completion, or the one line that says why there is none."""

    question: Question
    completion: Completion | None
    error: str | None = None


class Asker:
    """Runs questions one at a time.

    `spawn` runs a callable in a thread; `deliver` takes the answer on that thread and must carry it
    to the interface's. The interface then calls `finished`, which starts the newest question that
    came meanwhile. `ask` and `finished` are for the interface's thread only, so nothing is locked.
    """

    def __init__(
        self,
        spawn: Callable[[Callable[[], None]], object],
        deliver: Callable[[Answer], object],
    ) -> None:
        self.client: CompletionClient | None = None
        self._spawn = spawn
        self._deliver = deliver
        self._running = False
        self._next: Question | None = None

    def ask(self, question: Question) -> None:
        """Answer `question` as soon as the one in flight is done, unless a newer one comes."""
        if self.client is None:
            return
        if self._running:
            self._next = question
            return
        self._start(question)

    def forget(self) -> None:
        """Drop the question that waits."""
        self._next = None

    def finished(self) -> None:
        """The answer in flight has arrived."""
        self._running = False
        if self._next is not None:
            question, self._next = self._next, None
            self._start(question)

    def _start(self, question: Question) -> None:
        client = self.client
        assert client is not None
        self._running = True

        def run() -> None:
            try:
                answer = Answer(question, client.complete(question.text, question.cursor))
            except SqlcompleteError as error:
                answer = Answer(question, None, str(error))
            except Exception as error:
                # Completion is a convenience: whatever breaks in it must not take the text along.
                answer = Answer(question, None, f"completion failed: {type(error).__name__}")
            self._deliver(answer)

        self._spawn(run)
