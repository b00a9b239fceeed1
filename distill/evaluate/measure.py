"""Puts one statement through everything that is measured, in one warm session."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from distill.corpus import Statement
from distill.evaluate.ghosts import GhostScore, score
from distill.evaluate.infill import Infill, fill, gaps
from distill.evaluate.keystrokes import Replay, replay
from distill.evaluate.names import KnownNames, judge
from distill.evaluate.next_token import Probe, probes
from distill.evaluate.system import NOTHING, Answer, Session, WorksBetween
from distill.evaluate.target import target_of
from distill.evaluate.tokens import label


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one statement showed. `latencies_ms` are the replay's keystrokes, wall clock, in
    order; `asked` counts the next-token cursors, at `shown` of which a ghost stood (`ghosts`).
    `judged` ghosts, those of every phase, were checked for names; `judged_by_words` of them did
    not parse. `unknown` lists the offences: the names, and the text up to the ghost's end.
    `failures` are exceptions that the system let escape."""

    id: str
    source: str
    replay: Replay
    probes: tuple[Probe, ...]
    asked: int
    ghosts: tuple[GhostScore, ...]
    infills: tuple[Infill, ...]
    latencies_ms: tuple[float, ...]
    judged: int
    judged_by_words: int
    unknown: tuple[tuple[tuple[str, ...], str], ...]
    failures: tuple[str, ...]


class Asker:
    """Asks the session, keeps the time, remembers what was shown and outlives its failures."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.latencies_ms: list[float] = []
        self.failures: list[str] = []
        self.log: list[tuple[str, int, Answer]] = []

    def __call__(self, text: str, cursor: int) -> Answer:
        began = time.perf_counter()
        try:
            answer = self._session.complete(text, cursor)
        except Exception as error:  # a crash is a finding, not the end of the run
            self.failures.append(f"{type(error).__name__}: {error} at {text[:cursor][-60:]!r}")
            answer = NOTHING
        self.latencies_ms.append((time.perf_counter() - began) * 1000)
        if isinstance(self._session, WorksBetween):
            self._session.pause()
        self.log.append((text, cursor, answer))
        return answer


def measure(statement: Statement, session: Session, names: KnownNames, seed: int) -> Outcome:
    """Replays the statement, asks for its tokens, fills its gaps, and judges every ghost shown."""
    target = target_of(statement.sql)
    tokens = label(target.text, statement.dialect)
    ask = Asker(session)
    typed = replay(target, ask)
    latencies = tuple(ask.latencies_ms)
    replayed = len(ask.log)
    found = probes(target.text, tokens, ask)
    probed = ask.log[replayed:]
    ghosts = tuple(score(target.text, at, a.ghost) for _, at, a in probed if a.ghost is not None)
    infills = tuple(
        fill(target.text, gap, ask)[0]
        for gap in gaps(target.text, tokens, seed=f"{seed}:{statement.id}")
    )
    judged, by_words, unknown = judge_all(ask.log, names, statement.dialect)
    return Outcome(
        id=statement.id,
        source=statement.source,
        replay=typed,
        probes=tuple(found),
        asked=len(probed),
        ghosts=ghosts,
        infills=infills,
        latencies_ms=latencies,
        judged=judged,
        judged_by_words=by_words,
        unknown=unknown,
        failures=tuple(ask.failures),
    )


def judge_all(
    log: Sequence[tuple[str, int, Answer]], names: KnownNames, dialect: str
) -> tuple[int, int, tuple[tuple[tuple[str, ...], str], ...]]:
    """Every different ghost once: the same one is often shown again a keystroke later."""
    seen: set[tuple[str, int]] = set()
    by_words = 0
    unknown: list[tuple[tuple[str, ...], str]] = []
    for text, at, answer in log:
        if answer.ghost is None or not answer.ghost.text:
            continue
        accepted = text[:at] + answer.ghost.text + text[at:]
        end = at + len(answer.ghost.text)
        if (accepted, end) in seen:
            continue
        seen.add((accepted, end))
        # A name begun by the user and finished by the ghost is the ghost's: the judge counts
        # every name that overlaps it.
        verdict = judge(accepted, at, end, names, dialect)
        by_words += verdict.how == "by words"
        if verdict.unknown:
            unknown.append((verdict.unknown, f"{text[:at]}|{answer.ghost.text}|{text[at:]}"))
    return len(seen), by_words, tuple(unknown)
