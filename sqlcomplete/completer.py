"""One keystroke's way: analysis, candidates, model, verdict, ranking, answer."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from sqlcomplete.agreement import agreeing_first, first_lead, goes_further, popup
from sqlcomplete.candidates import candidates
from sqlcomplete.candidates.functions import catalogue
from sqlcomplete.completion import Completion, Ghost, ModelShare, Source, Timings
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.guard import Guard, schema_names
from sqlcomplete.model import EMBEDDED, ModelError, load_weights
from sqlcomplete.model.conversation import Conversation, LanguageModel
from sqlcomplete.model.decode import Reader, write_on
from sqlcomplete.model.prompt import Prompt
from sqlcomplete.model.reading import ReadingOn
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.profile.enrich import with_mined_joins
from sqlcomplete.profile.habits import Habit, habits_of
from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.offer import by_habit, habitual_ghost, with_phrases
from sqlcomplete.profile.phrases import Phrase
from sqlcomplete.prompting import Prompter
from sqlcomplete.ranking import Ranked, blend, hint, rank
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema
from sqlcomplete.scoring import candidate_scores
from sqlcomplete.spacing import with_blank
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.keywords import KEYWORDS
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.torn import is_torn
from sqlcomplete.verdict import verdict

SHOWN_FROM = 0.30
"""The least confidence at which the model's ghost is shown."""

MAX_TOKENS = 14
_SHORTEST = 2  # characters: less is typed sooner than read
_LONGEST_TEXT = 1_000_000  # characters: beyond, an answer in time cannot be promised
_BYTES_OF_CHARACTER = 2
_BYTES_OF_CANDIDATE = 400
_CUTS = 4  # verdicts asked for, each of a shorter ghost, before it is given up


class CursorError(SqlcompleteError, ValueError):
    """A cursor outside the text."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model said at a cursor: its ghost, if any, and the candidates in its order."""

    ghost: Ghost | None
    ranked: tuple[Ranked, ...]


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
        self._habits = None if profile is None else habits_of(profile)
        self.schema = schema
        self.index = SchemaIndex(schema)
        self._lock = Lock()
        self._model: LanguageModel | None = None
        self._session: Conversation | None = None
        self._shown: tuple[str, int, Ghost] | None = None
        self._said: tuple[str, int, _Written] | None = None
        if model is not None:
            if isinstance(model, str | Path):
                folder = EMBEDDED if model == "embedded" else Path(model)
                self._model = load_weights(folder)
            else:
                self._model = model
            self._session = self._model.session()
            self._reading = ReadingOn(self._session, self._lock)
            self._prompter = Prompter(self.index, self._session.tokenizer)
            self._names = schema_names(self.index, set(catalogue(schema.dialect)) | KEYWORDS)

    @property
    def session(self) -> Conversation | None:
        """The conversation with the model; None where there is none."""
        return self._session

    @property
    def memory(self) -> int:
        """About how many bytes are this completer's own: what the model has read, and what it said
        at the last cursor."""
        read = 0 if self._session is None else self._session.memory
        if self._said is None:
            return read
        text, _, said = self._said
        return read + _BYTES_OF_CHARACTER * len(text) + _BYTES_OF_CANDIDATE * len(said.ranked)

    def beside(self, *, model: bool = True) -> Completer:
        """A completer for another user of the same schema, or one without the model: what is known
        of the schema is shared, what the model has read is not."""
        other = copy.copy(self)
        other._lock = Lock()
        other._shown = other._said = None
        other._model = self._model if model else None
        other._session = None if other._model is None else other._model.session()
        if other._session is not None:
            other._reading = ReadingOn(other._session, other._lock)
        return other

    def settle(self, seconds: float | None = None) -> None:
        """Waits until the model has read what a deadline cut off, at most so long."""
        if self._session is not None:
            self._reading.wait(seconds)

    def prompt(self, text: str, cursor: int) -> Prompt:
        """What the model is given at a cursor; for those who ask it themselves.

        Raises: CursorError; ModelError, where there is no model.
        """
        if self._session is None:
            raise ModelError("there is no model to prompt")
        return self._prompter.prompt(analyse(text, self._within(text, cursor), self.index))

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
        the model answered has the same answer. `early` is
        given the deterministic answer before the model is asked: who has promised an answer in time
        sends that one where the model's comes late.

        Raises: CursorError, when the cursor is outside the text.
        """
        begun = time.perf_counter()
        self._within(text, cursor)
        if len(text) > _LONGEST_TEXT:
            return Completion(uuid.uuid4().hex, None, (), Timings())
        analysis = analyse(text, cursor, self.index)
        analysed = time.perf_counter()
        if analysis.expectation.silent:
            took = (analysed - begun) * 1000
            return Completion(uuid.uuid4().hex, None, (), Timings(total=took, scope=took))
        found = candidates(analysis, self.index)
        habit = None if self._habits is None else self._habits.at(analysis, found)
        proven = ranked = by_habit(rank(found, analysis, self.index), habit)
        listed = time.perf_counter()
        phrases = self._phrases(ranked, habit, analysis)
        known = self._hint(proven, analysis, phrases)
        judged = time.perf_counter() - listed
        deadline = None if deadline_ms is None else begun + deadline_ms * 0.75 / 1000
        said: _Written | None = None
        source: Source = "schema"
        share: ModelShare = "none"

        def answer() -> Completion:
            start = time.perf_counter()
            ghost, shown = self._together(analysis, ranked, said, known, phrases)
            verdicts = judged + time.perf_counter() - start
            modelled = time.perf_counter()
            items = popup(shown, analysis, ghost, max_items, source)
            ended = time.perf_counter()
            timings = Timings(
                total=(ended - begun) * 1000,
                scope=(analysed - begun) * 1000,
                candidates=(listed - analysed) * 1000,
                model=(modelled - listed - verdicts) * 1000,
                verdict=verdicts * 1000,
            )
            return Completion(uuid.uuid4().hex, ghost, items, timings, share)

        if self._session is not None:
            share = "late"
            if early is not None:
                early(self._as_written(answer(), analysis))
            self._reading.stop()
            if self._locked(deadline):
                try:
                    said, took = self._ask(analysis, ranked, deadline)
                finally:
                    self._lock.release()
                judged += took
            if said is not None:
                ranked, source, share = said.ranked, "model+schema", "answered"
                start = time.perf_counter()
                phrases = self._phrases(ranked, habit, analysis)
                known = self._hint(proven, analysis, phrases)
                judged += time.perf_counter() - start
        completion = answer()
        if known is not None and completion.ghost is known:
            self._shown = (text, cursor, known)
        return self._as_written(completion, analysis)

    def _as_written(self, completion: Completion, analysis: Analysis) -> Completion:
        """The answer in the layout and case of the profile's statements."""
        if self._habits is None:
            return completion
        written = self._habits.writing(analysis)
        ghost = completion.ghost
        return replace(
            completion,
            ghost=None if ghost is None else replace(ghost, text=written(ghost.text)),
            items=tuple(replace(item, insert=written(item.insert)) for item in completion.items),
        )

    def _phrases(
        self, ranked: Sequence[Ranked], habit: Habit | None, analysis: Analysis
    ) -> tuple[Phrase, ...]:
        """What the profile would write at the cursor, of several words each."""
        if self._habits is None:
            return ()
        known = () if habit is None else habit.phrases
        return (*known, *self._habits.turned(ranked, analysis))

    def _together(
        self,
        analysis: Analysis,
        ranked: tuple[Ranked, ...],
        said: _Written | None,
        known: Ghost | None,
        phrases: Sequence[Phrase],
    ) -> tuple[Ghost | None, tuple[Ranked, ...]]:
        """The ghost that goes furthest, what is known without the model or what it wrote, and the
        candidates that agree with it."""
        ghost = None if said is None else said.ghost
        if known is not None and goes_further(known, ghost):
            ghost = known
            ranked = agreeing_first(ranked, analysis, known)
        if phrases:
            ranked = with_phrases(ranked, phrases, analysis, partial(self._may_be, analysis))
            ranked = ranked if ghost is None else agreeing_first(ranked, analysis, ghost)
        return ghost, ranked

    def _locked(self, deadline: float | None) -> bool:
        """Waits for the model's conversation, until the deadline at most; whether it is ours."""
        if deadline is None:
            return self._lock.acquire()
        return self._lock.acquire(timeout=max(deadline - time.perf_counter(), 0.0))

    def _within(self, text: str, cursor: int) -> int:
        if not 0 <= cursor <= len(text):
            raise CursorError(f"cursor {cursor} is outside the text of {len(text)} characters")
        return cursor

    def _hint(
        self, ranked: Sequence[Ranked], analysis: Analysis, phrases: Sequence[Phrase]
    ) -> Ghost | None:
        """The ghost that needs no model: what the profile is surest of, or what is proven."""
        sources: tuple[tuple[Source, tuple[str, float] | None], ...] = (
            ("history", habitual_ghost(phrases, analysis)),
            ("schema", hint(ranked, analysis)),
        )
        for source, found in sources:
            if found is not None:
                text, confidence = found
                said = verdict(analysis, text, self.index)
                if said.status != "invalid":
                    text = with_blank(text, analysis.cursor, analysis)
                    return Ghost(text, confidence, source, said)
        return None

    def _may_be(self, analysis: Analysis, text: str) -> bool:
        return verdict(analysis, text, self.index).status != "invalid"

    def _ask(
        self, analysis: Analysis, ranked: tuple[Ranked, ...], deadline: float | None
    ) -> tuple[_Written | None, float]:
        """What the model says, None where it had no time; and the seconds its verdicts took."""
        assert self._session is not None
        if self._said is not None and self._said[:2] == (analysis.text, analysis.cursor):
            return self._said[2], 0.0
        kept = self._typed_along(analysis)
        if kept is not None:
            along = _Written(kept, agreeing_first(ranked, analysis, kept))
            self._said = (analysis.text, analysis.cursor, along)
            return along, 0.0
        prompt = self._prompter.prompt(analysis)
        tokenizer = self._session.tokenizer
        reader = Reader(self._session, deadline)
        # The prior's first is the first draft: where the model agrees, its words cost no step.
        guess = first_lead(ranked, analysis)
        draft = tokenizer.encode(prompt.pending + guess.text) if guess is not None else []
        try:
            model_scores, other = candidate_scores(analysis, prompt, ranked, reader, draft=draft)
        except OutOfTimeError:
            self._reading.start(prompt.tokens)
            return None, 0.0
        mixed = blend(ranked, model_scores, other)
        lead = first_lead(mixed.ranked, analysis)
        written = write_on(
            reader,
            prompt,
            Guard(analysis, self._names),
            lead=lead if lead is not None and lead.confidence >= mixed.other else None,
            max_tokens=MAX_TOKENS,
            least=SHOWN_FROM,
        )
        start = time.perf_counter()
        ghost = self._checked(analysis, written.text, written.ends, written.confidence)
        judged = time.perf_counter() - start
        ranked = mixed.ranked
        if ghost is not None:
            self._shown = (analysis.text, analysis.cursor, ghost)
            ranked = agreeing_first(ranked, analysis, ghost)
        written_on = _Written(ghost, ranked)
        self._said = (analysis.text, analysis.cursor, written_on)
        return written_on, judged

    def _typed_along(self, analysis: Analysis) -> Ghost | None:
        """What is left of the last ghost when the user typed along it."""
        if self._shown is None:
            return None
        text, cursor, ghost = self._shown
        more = analysis.cursor - cursor
        if not 0 <= more < len(ghost.text) - 1:
            return None
        typed = ghost.text[:more]
        if analysis.text != text[:cursor] + typed + text[cursor:]:
            return None
        return Ghost(ghost.text[more:], ghost.confidence, ghost.source, ghost.verdict)

    def _checked(
        self,
        analysis: Analysis,
        text: str,
        ends: Sequence[int],
        confidence: Sequence[float],
    ) -> Ghost | None:
        """The longest beginning of the text, at a word's end, that is likely and valid."""
        tries = 0
        right = analysis.text[analysis.cursor : analysis.cursor + 1]
        for end, probability in zip(reversed(ends), reversed(confidence), strict=True):
            if probability < SHOWN_FROM:
                continue
            shown = text[:end].rstrip()
            following = text[end : end + 1] or right
            inside = shown[-1:].isalnum() and (following.isalnum() or following == "_")
            if len(shown.strip()) < _SHORTEST or inside or is_torn(shown, analysis):
                continue
            said = verdict(analysis, shown, self.index)
            if said.status != "invalid":
                if following != "\n":
                    shown = with_blank(shown, analysis.cursor, analysis)
                return Ghost(shown, probability, "model", said)
            tries += 1
            if tries == _CUTS:
                return None
        return None
