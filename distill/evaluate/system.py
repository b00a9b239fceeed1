"""What is measured: anything that answers a text and a cursor. Plain values, no engine's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema


class SystemUnavailable(SqlcompleteError):  # noqa: N818 - it states a condition of the machine
    """A system that cannot run here: the message says what to install."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A popup line: `insert` takes the place of `text[replace[0]:replace[1]]` and leaves the
    cursor behind it."""

    insert: str
    replace: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ShownGhost:
    """Ghost text to insert at the cursor. `confidence` is None where the system states none."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system shows at one cursor; items best first."""

    ghost: ShownGhost | None = None
    items: tuple[Suggestion, ...] = ()


NOTHING = Answer()


class Session(Protocol):
    """A warm engine on one schema."""

    def complete(self, text: str, cursor: int) -> Answer:
        """What is shown at `cursor` (an offset in code points) of `text`."""


@runtime_checkable
class WorksBetween(Protocol):
    """A session that goes on working between two keystrokes."""

    def pause(self) -> None:
        """The user thinks: what the session does meanwhile is not timed, and the next keystroke
        comes when it is done."""


class System(Protocol):
    """An engine under test."""

    @property
    def name(self) -> str:
        """How the reports call it."""

    def start(self, schema: Schema) -> Session:
        """A session on the schema. The time it takes counts for the first completion."""
