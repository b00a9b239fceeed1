"""A SQL prompt in the terminal: a popup and a dim suggestion, both from one call.

Run it with `python examples/repl.py sqlite:///shop.db` (any source that `load_schema` reads).
Right arrow takes the suggestion, Tab walks through the popup, Ctrl+D ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from threading import Lock

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion, ThreadedAutoSuggest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

import sqlcomplete


class SqlAssistant(Completer, AutoSuggest):
    """The popup and the suggestion of one prompt. They agree, as both read the same answer."""

    def __init__(self, completer: sqlcomplete.Completer, deadline_ms: float = 150) -> None:
        self._completer = completer
        self._deadline_ms = deadline_ms
        self._lock = Lock()
        self._last: tuple[str, int, sqlcomplete.Completion] | None = None

    def answer(self, document: Document) -> sqlcomplete.Completion:
        """The completion at the cursor; computed once, whichever of the two asks first."""
        text, cursor = document.text, document.cursor_position
        with self._lock:
            if self._last is None or self._last[:2] != (text, cursor):
                completion = self._completer.complete(text, cursor, deadline_ms=self._deadline_ms)
                self._last = (text, cursor, completion)
            return self._last[2]

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        cursor = document.cursor_position
        for item in self.answer(document).items:
            start, end = item.replace
            if end == cursor:  # prompt_toolkit replaces only what is left of the cursor
                yield Completion(
                    item.insert,
                    start_position=start - cursor,
                    display=item.label,
                    display_meta=item.detail or item.kind,
                )

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        ghost = self.answer(document).ghost
        line = "" if ghost is None else ghost.text.split("\n")[0]
        return Suggestion(line) if line else None


def sql_prompt(completer: sqlcomplete.Completer, deadline_ms: float = 150) -> PromptSession[str]:
    """A prompt that completes SQL while one types."""
    assistant = SqlAssistant(completer, deadline_ms)
    return PromptSession(
        "sql> ",
        completer=assistant,
        complete_in_thread=True,
        auto_suggest=ThreadedAutoSuggest(assistant),
    )


def main(source: str) -> None:
    prompt = sql_prompt(sqlcomplete.Completer(sqlcomplete.load_schema(source)))
    while True:
        try:
            print(prompt.prompt())
        except (EOFError, KeyboardInterrupt):
            return


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except IndexError:
        sys.exit("usage: python examples/repl.py SOURCE")
    except sqlcomplete.SqlcompleteError as error:
        sys.exit(f"repl: {error}")
