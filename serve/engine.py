"""What the server asks of the engine, and how the model gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlcomplete.completion import Completion
from sqlcomplete.model.conversation import Conversation, LanguageModel
from sqlcomplete.model.prompt import Prompt
from sqlcomplete.schema.model import Schema


class SharedCompleter(Protocol):
    """A completer of one schema that many users share."""

    def complete(
        self,
        text: str,
        cursor: int,
        *,
        max_items: int = 10,
        deadline_ms: float = 150,
        early: Callable[[Completion], None] | None = None,
    ) -> Completion: ...

    @property
    def session(self) -> Conversation | None: ...

    @property
    def memory(self) -> int:
        """Bytes that are this user's own: what the model has read, and the last answer."""

    def beside(self, *, model: bool = True) -> SharedCompleter: ...

    def prompt(self, text: str, cursor: int) -> Prompt: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """What makes completers, and the model in them; None where they have none.

    `width` is how many requests the model serves at a time; `reachable` tells of a model behind
    another server whether it answers. `look` gives what is to be used from now on: this object,
    or another where the model was exchanged.
    """

    make: Callable[[Schema], SharedCompleter]
    model: LanguageModel | None
    width: int = 1
    reachable: Callable[[], bool] | None = None
    look: Callable[[], Loaded] | None = None


Reader = Callable[[str, str | None], Schema]


@dataclass(frozen=True, slots=True)
class Engine:
    """What the app is given to work with.

    `load` loads the model, which may take a second or more. `read_ddl` makes a schema of DDL and a
    dialect, `read_database` one of a URL; both raise SqlcompleteError.
    """

    load: Callable[[], Loaded]
    read_ddl: Reader
    read_database: Reader
