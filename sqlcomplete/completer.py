"""Completes statements against one schema: what every face and every program calls."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from pathlib import Path

from sqlcomplete.candidates.functions import catalogue
from sqlcomplete.completion import Completion, Timings
from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.ghost.name_constraint import schema_names
from sqlcomplete.model import EMBEDDED, ModelError, load_weights
from sqlcomplete.model.conversation import Conversation, LanguageModel
from sqlcomplete.model.prompt import Prompt
from sqlcomplete.pipeline import Known, Question, keystroke
from sqlcomplete.profile.enrich import with_mined_joins
from sqlcomplete.profile.habits import habits_of
from sqlcomplete.profile.model import Profile
from sqlcomplete.prompting import Prompter
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema
from sqlcomplete.session import Session
from sqlcomplete.syntax import analyse
from sqlcomplete.timing import Deadline

_LONGEST_TEXT = 1_000_000  # characters: beyond, an answer in time cannot be promised


class CursorError(SqlcompleteError, ValueError):
    """A cursor outside the text."""


class Completer:
    """Completes statements against one schema. Safe to call from several threads.

    Args:
        schema: What may be named.
        model: "embedded", a folder that `distill export` wrote, a loaded or remote model, or None
            for the deterministic engine alone.
        profile: How the users of this schema write, where their logs have been read.

    Raises: ModelError, when the model cannot be loaded.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        model: str | Path | LanguageModel | None = "embedded",
        profile: Profile | None = None,
    ) -> None:
        if profile is not None:
            schema = with_mined_joins(schema, profile)
        self.schema = schema
        self.index = SchemaIndex(schema)
        habits = None if profile is None else habits_of(profile)
        if isinstance(model, str | Path):
            model = load_weights(EMBEDDED if model == "embedded" else Path(model))
        self._session = Session(model)
        if model is None:
            self._known = Known(self.index, habits)
        else:
            words = set(catalogue(schema.dialect)) | KEYWORDS
            prompter = Prompter(self.index, model.tokenizer)
            self._known = Known(self.index, habits, prompter, schema_names(self.index, words))

    @property
    def session(self) -> Conversation | None:
        """The conversation with the model; None where there is none."""
        return self._session.conversation

    def beside(self, *, model: bool = True) -> Completer:
        """A completer for another user of the same schema, or one without the model: what is known
        of the schema is shared, what the model has read is not."""
        other = copy.copy(self)
        other._session = Session(self._session.model if model else None)
        return other

    def settle(self, seconds: float | None = None) -> None:
        """Waits until the model has read what a deadline cut off, at most so long."""
        if self._session.reading is not None:
            self._session.reading.wait(seconds)

    def prompt(self, text: str, cursor: int) -> Prompt:
        """What the model is given at a cursor; for those who ask it themselves.

        Raises: CursorError; ModelError, where there is no model.
        """
        prompter = self._known.prompter
        if prompter is None or self._session.conversation is None:
            raise ModelError("there is no model to prompt")
        _check(text, cursor)
        return prompter.prompt(analyse(text, cursor, self.index))

    def complete(
        self,
        text: str,
        cursor: int,
        *,
        max_items: int = 10,
        deadline_ms: float | None = None,
        early: Callable[[Completion], None] | None = None,
    ) -> Completion:
        """What may come next at `cursor`, an offset in code points.

        Past `deadline_ms`, the answer is the deterministic one; the model reads on in the
        background until the next call, so that a later keystroke finds the prompt read. The time
        that another thread's call holds the model counts too. Asked twice in a row, a question that
        the model answered has the same answer. `early` is given the deterministic answer before the
        model is asked: who has promised an answer in time sends that one where the model's comes
        late.

        Raises: CursorError, when the cursor is outside the text.
        """
        deadline = Deadline.from_now(deadline_ms)
        _check(text, cursor)
        if len(text) > _LONGEST_TEXT:
            return Completion(uuid.uuid4().hex, None, (), Timings())
        question = Question(text, cursor, max_items, deadline, early)
        return keystroke(question, self._known, self._session)


def _check(text: str, cursor: int) -> None:
    if not 0 <= cursor <= len(text):
        raise CursorError(f"cursor {cursor} is outside the text of {len(text)} characters")
