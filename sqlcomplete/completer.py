"""One keystroke's way: analysis, candidates, model, verdict, ranking, answer."""

from __future__ import annotations

import copy
import math
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlcomplete.candidates import candidates
from sqlcomplete.candidates.functions import catalogue
from sqlcomplete.completion import Completion, Ghost, Item, Source, Timings
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.guard import Guard, schema_names
from sqlcomplete.model import EMBEDDED, ModelError, load_weights
from sqlcomplete.model.conversation import Conversation, LanguageModel
from sqlcomplete.model.decode import first_scores, write_on
from sqlcomplete.model.prompt import SCHEMA_BUDGET, Prompt, build_prompt, schema_tokens, table_line
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.ranking import Ranked, hint, rank
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema, Table
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.keywords import KEYWORDS
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.verdict import verdict

SHOWN_FROM = 0.30
"""The least confidence at which the model's ghost is shown."""

LEAST = 0.12
"""The model stops writing where the whole becomes less likely than this."""

MAX_TOKENS = 14
_SHORTEST = 2  # characters: less is typed sooner than read
_LONGEST_TEXT = 1_000_000  # characters: beyond, an answer in time cannot be promised
_CUTS = 4  # verdicts asked for, each of a shorter ghost, before it is given up
_PLAIN_TABLES = 60  # more tables than this cannot all stand in a prompt


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

    Raises: ModelError, when the model cannot be loaded.
    """

    def __init__(
        self, schema: Schema, *, model: str | Path | LanguageModel | None = "embedded"
    ) -> None:
        self.schema = schema
        self.index = SchemaIndex(schema)
        self._lock = Lock()
        self._model: LanguageModel | None = None
        self._session: Conversation | None = None
        self._shown: tuple[str, int, Ghost] | None = None
        self._lines: dict[Table, list[int]] = {}
        if model is not None:
            if isinstance(model, str | Path):
                folder = EMBEDDED if model == "embedded" else Path(model)
                self._model = load_weights(folder)
            else:
                self._model = model
            self._session = self._model.session()
            self._names = schema_names(self.index, set(catalogue(schema.dialect)) | KEYWORDS)

    @property
    def session(self) -> Conversation | None:
        """The conversation with the model; None where there is none."""
        return self._session

    def beside(self) -> Completer:
        """A completer for another user of the same schema: what is known of the schema is shared,
        what the model has read is not."""
        other = copy.copy(self)
        other._lock = Lock()
        other._shown = None
        other._session = None if self._model is None else self._model.session()
        return other

    def prompt(self, text: str, cursor: int) -> Prompt:
        """What the model is given at a cursor; for those who ask it themselves.

        Raises: CursorError; ModelError, where there is no model.
        """
        if self._session is None:
            raise ModelError("there is no model to prompt")
        return self._prompt(analyse(text, self._within(text, cursor), self.index))

    def complete(
        self, text: str, cursor: int, *, max_items: int = 10, deadline_ms: float | None = None
    ) -> Completion:
        """What may come next at `cursor`, an offset in code points.

        Past `deadline_ms`, the answer is the deterministic one; what the model has read by then is
        kept, so that the next keystroke goes on from there.

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
        proven = ranked = rank(found, analysis, self.index)
        listed = time.perf_counter()
        deadline = None if deadline_ms is None else begun + deadline_ms * 0.75 / 1000
        ghost = None
        judged = 0.0
        source: Source = "schema"
        if self._session is not None:
            with self._lock:
                said, judged = self._ask(analysis, ranked, deadline)
            if said is not None:
                ghost, ranked, source = said.ghost, said.ranked, "model+schema"
        start = time.perf_counter()
        known = self._hint(proven, analysis)
        if known is not None and _goes_further(known, ghost):
            ghost = known
            ranked = _agreeing_first(ranked, analysis, known)
            self._shown = (text, cursor, known)
        judged += time.perf_counter() - start
        modelled = time.perf_counter()
        items = _items(ranked, analysis, ghost, max_items, source)
        ended = time.perf_counter()
        timings = Timings(
            total=(ended - begun) * 1000,
            scope=(analysed - begun) * 1000,
            candidates=(listed - analysed) * 1000,
            model=(modelled - listed - judged) * 1000,
            verdict=judged * 1000,
        )
        return Completion(uuid.uuid4().hex, ghost, items, timings)

    def _within(self, text: str, cursor: int) -> int:
        if not 0 <= cursor <= len(text):
            raise CursorError(f"cursor {cursor} is outside the text of {len(text)} characters")
        return cursor

    def _hint(self, ranked: Sequence[Ranked], analysis: Analysis) -> Ghost | None:
        found = hint(ranked, analysis)
        if found is None:
            return None
        text, confidence = found
        said = verdict(analysis, text, self.index)
        return None if said.status == "invalid" else Ghost(text, confidence, "schema", said)

    def _ask(
        self, analysis: Analysis, ranked: tuple[Ranked, ...], deadline: float | None
    ) -> tuple[_Written | None, float]:
        """What the model says, None where it had no time; and the seconds its verdicts took."""
        assert self._session is not None
        kept = self._typed_along(analysis)
        if kept is not None:
            return _Written(kept, _agreeing_first(ranked, analysis, kept)), 0.0
        prompt = self._prompt(analysis)
        try:
            scores = first_scores(self._session, prompt, deadline)
        except OutOfTimeError:
            return None, 0.0
        ranked = self._rescored(analysis, prompt, ranked, scores.tolist())
        written = write_on(
            self._session,
            prompt,
            Guard(analysis, self._names),
            max_tokens=MAX_TOKENS,
            least=LEAST,
            deadline=deadline,
        )
        start = time.perf_counter()
        ghost = self._checked(analysis, written.text, written.ends, written.confidence)
        judged = time.perf_counter() - start
        if ghost is not None:
            self._shown = (analysis.text, analysis.cursor, ghost)
            ranked = _agreeing_first(ranked, analysis, ghost)
        return _Written(ghost, ranked), judged

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
            if len(shown.strip()) < _SHORTEST or inside:
                continue
            said = verdict(analysis, shown, self.index)
            if said.status != "invalid":
                return Ghost(shown, probability, "model", said)
            tries += 1
            if tries == _CUTS:
                return None
        return None

    def _rescored(
        self,
        analysis: Analysis,
        prompt: Prompt,
        ranked: tuple[Ranked, ...],
        scores: list[float],
    ) -> tuple[Ranked, ...]:
        """The candidates in the model's order, by the first token of each; those that share it
        share its probability as the prior has them."""
        assert self._session is not None
        tokenizer = self._session.tokenizer
        boundary = analysis.cursor - len(prompt.pending)
        start = analysis.expectation.replace[0]
        first: dict[str, int] = {}
        mass: dict[int, float] = {}
        for one in ranked:
            insert = one.candidate.insert
            if start >= boundary:
                rest = analysis.text[boundary:start] + insert
            elif insert[: boundary - start].lower() == analysis.text[start:boundary].lower():
                rest = insert[boundary - start :]
            else:
                continue
            encoded = tokenizer.encode(rest[:24])
            if encoded:
                first[insert] = encoded[0]
                mass[encoded[0]] = mass.get(encoded[0], 0.0) + one.score
        model_scores = {}
        shares = {one.candidate.insert: one.score for one in ranked}
        for insert, token in first.items():
            share = shares[insert] / mass[token] if mass[token] > 0 else 0.0
            model_scores[insert] = scores[token] + _log(share)
        return rank([r.candidate for r in ranked], analysis, self.index, model_scores=model_scores)

    def _prompt(self, analysis: Analysis) -> Prompt:
        assert self._session is not None
        tokenizer = self._session.tokenizer
        start, end = analysis.statement.start, analysis.statement.end
        head = f"-- {analysis.instruction}\n" if analysis.instruction else ""
        prefix = head + analysis.text[min(start, analysis.cursor) : analysis.cursor]
        suffix = analysis.text[analysis.cursor : max(end, analysis.cursor)].rstrip()
        block = schema_tokens(
            self._tables(analysis),
            self.schema.dialect,
            tokenizer,
            default_namespace=self.schema.default_namespace,
            budget=SCHEMA_BUDGET,
            line_tokens=self._line,
        )
        earlier = analysis.text[max(start - 1500, 0) : start].split(";")
        recent = [s.strip() for s in earlier[1 if start > 1500 else 0 :] if s.strip()]
        recent = [s for s in recent if not s.startswith("--")]
        return build_prompt(block, recent, prefix, suffix, tokenizer)

    def _line(self, table: Table) -> list[int]:
        line = self._lines.get(table)
        if line is None:
            assert self._session is not None
            text = table_line(table, self.schema.dialect, self.schema.default_namespace)
            line = self._lines[table] = self._session.tokenizer.encode(text)
        return line

    def _tables(self, analysis: Analysis) -> list[Table]:
        """The tables of the schema block. Where all fit, always all in one order: then nothing that
        is typed drops the cache."""
        tables = self.schema.tables
        if len(tables) <= _PLAIN_TABLES and sum(len(self._line(t)) for t in tables) < SCHEMA_BUDGET:
            return list(tables)
        play = [r.table for r in analysis.scope.relations if r.table is not None]
        if analysis.scope.target is not None and analysis.scope.target.table is not None:
            play.append(analysis.scope.target.table)
        near = [t for p in play for _, t in self.index.foreign_keys_from(p)]
        near += [t for p in play for t, _ in self.index.foreign_keys_to(p)]
        return list(dict.fromkeys([*play, *near, *tables[:_PLAIN_TABLES]]))


def _goes_further(known: Ghost, ghost: Ghost | None) -> bool:
    """Whether what schema and syntax prove should be shown rather than what the model wrote: it is
    surer, or says the same and more."""
    if ghost is None or known.text.startswith(ghost.text):
        return True
    return not ghost.text.startswith(known.text) and known.confidence > ghost.confidence


def _log(share: float) -> float:
    return math.log(share) if share > 0 else -30.0


def _agreeing_first(
    ranked: tuple[Ranked, ...], analysis: Analysis, ghost: Ghost
) -> tuple[Ranked, ...]:
    """The candidates with the longest that the ghost begins with in front."""
    start = analysis.expectation.replace[0]
    whole = (analysis.text[start : analysis.cursor] + ghost.text).lower()
    best: Ranked | None = None
    for one in ranked:
        insert = one.candidate.insert.lower()
        if not whole.startswith(insert):
            continue
        # A ghost that goes on inside the same word does not agree with its beginning.
        after = whole[len(insert) : len(insert) + 1]
        if insert[-1:].isalnum() and (after.isalnum() or after == "_"):
            continue
        if best is None or len(insert) > len(best.candidate.insert):
            best = one
    if best is None:
        return ranked
    return (best, *(r for r in ranked if r is not best))


def _items(
    ranked: Sequence[Ranked],
    analysis: Analysis,
    ghost: Ghost | None,
    most: int,
    source: Source,
) -> tuple[Item, ...]:
    replace = analysis.expectation.replace
    items = [
        Item(
            label=r.candidate.label,
            insert=r.candidate.insert,
            replace=replace,
            kind=str(r.candidate.kind),
            score=r.score,
            source=source,
            detail=r.candidate.detail,
        )
        for r in ranked[:most]
    ]
    if ghost is not None and ghost.source == "model":
        whole = analysis.text[replace[0] : analysis.cursor] + ghost.text
        begins = items and whole.lower().startswith(items[0].insert.lower())
        if not begins:
            # The model's own words, such as an operator with its literal, lead the popup too.
            own = Item(whole.strip(), whole, replace, "phrase", ghost.confidence, "model")
            items = [own, *items][:most]
    return tuple(items)
