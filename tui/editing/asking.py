"""One completion in flight, the newest question next, every question between them forgotten."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlcomplete.completion import Completion
from sqlcomplete.errors import SqlcompleteError
from tui.client import CompletionClient

_KEPT = 200  # answers


@dataclass(frozen=True, slots=True)
class Question:
    """`number` grows with every question; `popup` asks for the list beside the ghost, `explicit`
    that the user pressed the key for it. `editor` is the identity of the one who asks. One that
    looks `ahead`, to where the cursor would be were the ghost accepted, is answered where nothing
    else waits, and its answer only kept."""

    number: int
    editor: str
    text: str
    cursor: int
    popup: bool = False
    explicit: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The completion, or the one line that says why there is none."""

    question: Question
    completion: Completion | None
    error: str | None = None


class Asker:
    """Answers questions one at a time, in a thread of its own, and remembers the answers.

    `deliver` gets each answer on the event loop's thread, where all else here is called too, so
    nothing is locked.
    """

    def __init__(self, deliver: Callable[[Answer], object]) -> None:
        self._client: CompletionClient | None = None
        self._deliver = deliver
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="completion")
        self._running = False
        self._next: Question | None = None
        self._kept: OrderedDict[tuple[str, int], Completion] = OrderedDict()

    @property
    def client(self) -> CompletionClient | None:
        """Who answers, None until one is there. Another one knows nothing of the old answers."""
        return self._client

    @client.setter
    def client(self, client: CompletionClient | None) -> None:
        self._client = client
        self._kept.clear()

    def known(self, text: str, cursor: int) -> Completion | None:
        """The answer to what was asked before."""
        return self._kept.get((text, cursor))

    def ask(self, question: Question) -> None:
        """Answer `question` as soon as the one in flight is done, unless a newer one comes."""
        if self._client is None:
            return
        if self._running:
            if not question.ahead or self._next is None:
                self._next = question
            return
        self._start(question)

    def close(self) -> None:
        """Answer no more."""
        self._client = self._next = None
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _start(self, question: Question) -> None:
        client = self._client
        assert client is not None
        self._running = True
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                answer = Answer(question, client.complete(question.text, question.cursor))
            except SqlcompleteError as error:
                answer = Answer(question, None, str(error))
            except Exception as error:
                # Completion is a convenience: whatever breaks in it must not take the text along.
                answer = Answer(question, None, f"completion failed: {type(error).__name__}")
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._arrived, answer, client)

        self._thread.submit(run)

    def _arrived(self, answer: Answer, client: CompletionClient) -> None:
        self._running = False
        question = answer.question
        if answer.completion is not None and client is self._client:
            self._kept[question.text, question.cursor] = answer.completion
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        if self._next is not None and self._client is not None:
            following, self._next = self._next, None
            self._start(following)
        if self._client is not None:
            self._deliver(answer)
