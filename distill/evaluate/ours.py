"""The engine itself behind the protocol, with its model or without."""

from __future__ import annotations

from dataclasses import dataclass

from distill.evaluate.system import Answer, Session, ShownGhost, Suggestion
from sqlcomplete.profile.model import Profile
from sqlcomplete.schema.model import Schema


@dataclass(frozen=True)
class OurSystem:
    """`model` is "embedded", a path, or None for the deterministic engine alone; `deadline_ms` is
    that of every completion, None for none: then what is measured does not depend on the machine.
    `profile` is how the schema's users write, None for not known.
    """

    name: str
    model: str | None
    deadline_ms: float | None = None
    profile: Profile | None = None

    def start(self, schema: Schema) -> Session:
        return OurSession(schema, self.model, self.deadline_ms, self.profile)


class OurSession:
    """One completer."""

    def __init__(
        self,
        schema: Schema,
        model: str | None,
        deadline_ms: float | None = None,
        profile: Profile | None = None,
    ) -> None:
        # Imported here: the first completion's time includes loading the engine.
        from sqlcomplete.completer import Completer

        self._completer = Completer(schema, model=model, profile=profile)
        self._deadline_ms = deadline_ms

    def complete(self, text: str, cursor: int) -> Answer:
        found = self._completer.complete(text, cursor, deadline_ms=self._deadline_ms)
        ghost = ShownGhost(found.ghost.text, found.ghost.confidence) if found.ghost else None
        return Answer(ghost, tuple(Suggestion(i.insert, i.replace) for i in found.items))

    def pause(self) -> None:
        self._completer.settle()
