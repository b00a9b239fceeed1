"""One keystroke from top to bottom: analysis, candidates, ranking, hint, model, verdict, answer.

Each stage takes frozen results of those before it and returns one of its own. `keystroke` runs
them in order; the clock is told where each ends.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlcomplete.candidates import candidates
from sqlcomplete.completion import Completion, Ghost, ModelShare, Source
from sqlcomplete.ghost.agreement import agreeing_first, first_lead, goes_further, popup
from sqlcomplete.ghost.ending import good_ending
from sqlcomplete.ghost.hint import hint
from sqlcomplete.ghost.name_constraint import NameConstraint, NameSet
from sqlcomplete.ghost.shortening import shortened
from sqlcomplete.ghost.spacing import with_space
from sqlcomplete.ghost.thresholds import THRESHOLDS
from sqlcomplete.model.decode import Continuation, Reader, write_on
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.profile.habits import Habit, Habits
from sqlcomplete.profile.offer import by_habit, habitual_ghost, with_phrases
from sqlcomplete.profile.phrases import Phrase
from sqlcomplete.prompting import Prompter
from sqlcomplete.ranking import Ranked, blend, rank
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.scoring import candidate_scores
from sqlcomplete.session import Session, Written
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.timing import Clock, Deadline
from sqlcomplete.verdict import verdict


@dataclass(frozen=True, slots=True)
class Known:
    """What all users of one schema share. `prompter` and `names` serve the model; without one they
    are None."""

    index: SchemaIndex
    habits: Habits | None = None
    prompter: Prompter | None = None
    names: NameSet | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One keystroke. `early` is given the deterministic answer before the model is asked."""

    text: str
    cursor: int
    max_items: int
    deadline: Deadline
    early: Callable[[Completion], None] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Candidates and ranking: what may stand at the cursor, the likeliest first, by schema, syntax
    and the profile. `habit` is what the profile says there."""

    ranked: tuple[Ranked, ...]
    habit: Habit | None


@dataclass(frozen=True, slots=True)
class Hinted:
    """The ghost that needs no model, if any, and the profile's phrases."""

    ghost: Ghost | None
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The model's words, not checked yet, and the candidates in the order that the model and the
    prior agree on."""

    continuation: Continuation
    ranked: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The ghost to show, and the candidates that agree with it, in the order of `source`."""

    ghost: Ghost | None
    ranked: tuple[Ranked, ...]
    source: Source


def keystroke(question: Question, known: Known, session: Session) -> Completion:
    """The answer to one keystroke."""
    clock = Clock(question.deadline.begun)
    analysis = analyse(question.text, question.cursor, known.index)
    clock.end("scope")
    if analysis.expectation.silent:
        return Completion(uuid.uuid4().hex, None, (), clock.timings())
    listed = listing(analysis, known)
    clock.end("candidates")
    hinted = hinting(analysis, listed.ranked, listed, known, session)
    clock.end("verdict")
    written: Written | None = None
    share: ModelShare = "none"
    if session.conversation is not None:
        share = "late"
        if question.early is not None:
            agreed = agreeing(analysis, listed, hinted, None, known)
            clock.end("verdict")
            question.early(answer(question, analysis, agreed, share, known, clock))
        written = asking(analysis, listed, question.deadline, known, session, clock)
        if written is not None:
            share = "answered"
            if known.habits is not None:
                hinted = hinting(analysis, written.ranked, listed, known, session)
                clock.end("verdict")
    agreed = agreeing(analysis, listed, hinted, written, known)
    clock.end("verdict")
    if agreed.ghost is not None and agreed.ghost is hinted.ghost:
        session.show(analysis, agreed.ghost)
    return answer(question, analysis, agreed, share, known, clock)


def listing(analysis: Analysis, known: Known) -> Listed:
    """Candidates and their order without the model."""
    found = candidates(analysis, known.index)
    ranked = rank(found, analysis, known.index)
    if known.habits is None:
        return Listed(ranked, None)
    habit = known.habits.at(analysis, found)
    return Listed(by_habit(ranked, habit), habit)


def hinting(
    analysis: Analysis, ranked: tuple[Ranked, ...], listed: Listed, known: Known, session: Session
) -> Hinted:
    """The ghost that needs no model: what the profile is surest of, or what is proven.

    `ranked` is the best order so far, by which phrases are chosen; what is proven is read from the
    order without the model.
    """
    phrases: tuple[Phrase, ...] = ()
    if known.habits is not None:
        own = () if listed.habit is None else listed.habit.phrases
        phrases = (*own, *known.habits.turned(ranked, analysis))
        found = habitual_ghost(phrases, analysis)
        ghost = None if found is None else _hint(*found, "history", analysis, known, session)
        if ghost is not None:
            return Hinted(ghost, phrases)
    found = hint(listed.ranked, analysis)
    ghost = None if found is None else _hint(*found, "schema", analysis, known, session)
    return Hinted(ghost, phrases)


def _hint(
    text: str, confidence: float, source: Source, analysis: Analysis, known: Known, session: Session
) -> Ghost | None:
    """The text as a ghost: up to the last good end, if that is valid."""
    along = session.typed_along(analysis)
    if along is not None and along.source == source and along.text.rstrip() == text.rstrip():
        # The rest of what was shown: the statement with it is the same, and so is what it means.
        return Ghost(along.text, confidence, source, along.verdict)
    text = good_ending(text, analysis)
    if len(text.strip()) < THRESHOLDS.shortest:
        return None
    said = verdict(analysis, text, known.index)
    if said.status == "invalid":
        return None
    return Ghost(with_space(text, analysis.cursor, analysis), confidence, source, said)


def asking(
    analysis: Analysis,
    listed: Listed,
    deadline: Deadline,
    known: Known,
    session: Session,
    clock: Clock,
) -> Written | None:
    """What the model says, checked; None where it had no time."""
    with session.held(deadline) as held:
        if not held:
            # Whoever has the conversation gives it back; then the prompt is read for a later key.
            assert session.reading is not None and known.prompter is not None
            session.reading.start(known.prompter.prompt(analysis).tokens)
            clock.end("model")
            return None
        written = session.said(analysis)
        if written is None:
            along = session.typed_along(analysis)
            if along is not None:
                written = Written(along, agreeing_first(listed.ranked, analysis, along))
        if written is None:
            spoken = speaking(analysis, listed, deadline, known, session)
            clock.end("model")
            if spoken is None:
                return None
            written = judging(analysis, spoken, known)
            clock.end("verdict")
            if written.ghost is not None:
                session.show(analysis, written.ghost)
        else:
            clock.end("model")
        session.say(analysis, written)
        return written


def speaking(
    analysis: Analysis, listed: Listed, deadline: Deadline, known: Known, session: Session
) -> Spoken | None:
    """The model's order of the candidates, and its words; None where it had no time. What the
    deadline cut off is read on in the background."""
    conversation, reading = session.conversation, session.reading
    assert conversation is not None and reading is not None
    assert known.prompter is not None and known.names is not None
    prompt = known.prompter.prompt(analysis)
    reader = Reader(conversation, deadline.model)
    # The prior's first is the first draft: where the model agrees, its words cost no step.
    guess = first_lead(listed.ranked, analysis)
    encode = conversation.tokenizer.encode
    draft = encode(prompt.pending + guess.text) if guess is not None else []
    try:
        scores, other = candidate_scores(analysis, prompt, listed.ranked, reader, draft=draft)
    except OutOfTimeError:
        reading.start(prompt.tokens)
        return None
    mixed = blend(listed.ranked, scores, other)
    lead = first_lead(mixed.ranked, analysis)
    continuation = write_on(
        reader,
        prompt,
        NameConstraint(analysis, known.names),
        lead=lead if lead is not None and lead.confidence >= mixed.other else None,
        max_tokens=THRESHOLDS.most_tokens,
        most_lines=THRESHOLDS.most_lines,
        least=THRESHOLDS.model,
    )
    return Spoken(continuation, mixed.ranked)


def judging(analysis: Analysis, spoken: Spoken, known: Known) -> Written:
    """The model's words as far as they may be shown."""
    ghost = shortened(analysis, spoken.continuation, known.index)
    if ghost is None:
        return Written(None, spoken.ranked)
    return Written(ghost, agreeing_first(spoken.ranked, analysis, ghost))


def agreeing(
    analysis: Analysis, listed: Listed, hinted: Hinted, written: Written | None, known: Known
) -> Agreed:
    """The ghost that goes furthest, the hint or what the model wrote, and the candidates that agree
    with it."""
    source: Source = "schema" if written is None else "model+schema"
    ranked = listed.ranked if written is None else written.ranked
    ghost = None if written is None else written.ghost
    if hinted.ghost is not None and goes_further(hinted.ghost, ghost):
        ghost = hinted.ghost
        ranked = agreeing_first(ranked, analysis, ghost)
    if hinted.phrases:
        ranked = with_phrases(ranked, hinted.phrases, analysis, partial(_may_be, analysis, known))
        ranked = ranked if ghost is None else agreeing_first(ranked, analysis, ghost)
    return Agreed(ghost, ranked, source)


def _may_be(analysis: Analysis, known: Known, text: str) -> bool:
    return verdict(analysis, text, known.index).status != "invalid"


def answer(
    question: Question,
    analysis: Analysis,
    agreed: Agreed,
    share: ModelShare,
    known: Known,
    clock: Clock,
) -> Completion:
    """The answer, in the layout and case of the profile's statements."""
    ghost = agreed.ghost
    items = popup(agreed.ranked, analysis, ghost, question.max_items, agreed.source)
    clock.end("answer")
    if known.habits is not None:
        written = known.habits.writing(analysis)
        ghost = None if ghost is None else replace(ghost, text=written(ghost.text))
        items = tuple([replace(item, insert=written(item.insert)) for item in items])
    return Completion(uuid.uuid4().hex, ghost, items, clock.timings(), share)
