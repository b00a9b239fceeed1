"""Sums the outcomes of many statements up. Pure: the same outcomes give the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from distill.evaluate.ghosts import GhostScore
from distill.evaluate.infill import Cut
from distill.evaluate.measure import Outcome
from distill.evaluate.next_token import Probe
from distill.evaluate.tokens import KINDS

RESAMPLES = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of `count` tokens found first, or among the first five: with nothing of the token
    typed, and with its first character typed."""

    count: int
    top1: float | None
    top5: float | None
    top1_typed: float | None
    top5_typed: float | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Ghosts whose confidence lies in [`low`, `low` + 0.1): how many, how many were right."""

    low: float
    count: int
    precision: float | None
    word_precision: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the report shows of one system on one set of statements.

    Shares lie in 0..1 and are None where nothing was counted. `next_token` is keyed by kind and
    `all`; `fill` by cut, each a share of gaps restored by the ghost (`.ghost`) or by the ghost or
    else the first item (`.accept`).
    """

    statements: int
    saved: float | None
    saved_interval: tuple[float, float] | None
    actions: Mapping[str, int]
    next_token: Mapping[str, Accuracy]
    ghost_shown: float | None
    ghost_precision: float | None
    ghost_word_precision: float | None
    ghost_exact: float | None
    ghost_similarity: float | None
    fill: Mapping[str, float | None]
    unknown_rate: float | None
    ghosts_judged: int
    ghosts_judged_by_words: int
    buckets: tuple[Bucket, ...]
    latency_ms: Mapping[str, float]
    failures: int


def figures(outcomes: Sequence[Outcome], seed: int = 0) -> Figures:
    """Sums up; keystrokes and tokens are pooled, so a long statement weighs more than a short."""
    ghosts = [g for o in outcomes for g in o.ghosts]
    judged = sum(o.judged for o in outcomes)
    actions: dict[str, int] = {}
    for outcome in outcomes:
        for action, count in outcome.replay.actions.items():
            actions[action] = actions.get(action, 0) + count
    return Figures(
        statements=len(outcomes),
        saved=_saved(outcomes),
        saved_interval=_interval(outcomes, seed),
        actions=actions,
        next_token=_next_token([p for o in outcomes for p in o.probes]),
        ghost_shown=_share(len(ghosts), sum(o.asked for o in outcomes)),
        ghost_precision=_mean(ghosts, lambda g: g.right),
        ghost_word_precision=_mean(ghosts, lambda g: g.word_right),
        ghost_exact=_mean(ghosts, lambda g: g.exact),
        ghost_similarity=_mean(ghosts, lambda g: g.similarity),
        fill=_fill(outcomes),
        unknown_rate=_share(sum(len(o.unknown) for o in outcomes), judged),
        ghosts_judged=judged,
        ghosts_judged_by_words=sum(o.judged_by_words for o in outcomes),
        buckets=buckets(ghosts),
        latency_ms=latency(ms for o in outcomes for ms in o.latencies_ms),
        failures=sum(len(o.failures) for o in outcomes),
    )


def buckets(ghosts: Iterable[GhostScore]) -> tuple[Bucket, ...]:
    """Precision by tenths of confidence: what the show/hide threshold is set by."""
    parts: list[list[GhostScore]] = [[] for _ in range(10)]
    for ghost in ghosts:
        if ghost.confidence is not None:
            parts[min(max(int(ghost.confidence * 10), 0), 9)].append(ghost)
    return tuple(
        Bucket(
            i / 10, len(part), _mean(part, lambda g: g.right), _mean(part, lambda g: g.word_right)
        )
        for i, part in enumerate(parts)
    )


def latency(values: Iterable[float]) -> dict[str, float]:
    """Percentiles in milliseconds."""
    array = np.fromiter(values, dtype=np.float64)
    if not array.size:
        return {}
    p50, p95, p99 = np.percentile(array, [50, 95, 99])
    return {"p50": float(p50), "p95": float(p95), "p99": float(p99), "max": float(array.max())}


def _saved(outcomes: Sequence[Outcome]) -> float | None:
    baseline = sum(o.replay.baseline for o in outcomes)
    share = _share(sum(o.replay.keystrokes for o in outcomes), baseline)
    return None if share is None else 1 - share


def _interval(outcomes: Sequence[Outcome], seed: int) -> tuple[float, float] | None:
    """The bootstrap's 95% interval of keystrokes saved, resampling whole statements."""
    if len(outcomes) < 2:
        return None
    typed = np.array([(o.replay.keystrokes, o.replay.baseline) for o in outcomes], dtype=np.float64)
    rng = np.random.default_rng(seed)
    saved = np.empty(RESAMPLES)
    for i in range(RESAMPLES):  # one at a time: all at once would take statements x resamples
        keys, baseline = typed[rng.integers(len(typed), size=len(typed))].sum(axis=0)
        saved[i] = 1 - keys / baseline
    low, high = np.percentile(saved, [2.5, 97.5])
    return float(low), float(high)


def _next_token(found: Sequence[Probe]) -> dict[str, Accuracy]:
    by_kind = {kind: [p for p in found if p.kind == kind] for kind in KINDS}
    return {str(k): _accuracy(p) for k, p in by_kind.items()} | {"all": _accuracy(found)}


def _accuracy(found: Sequence[Probe]) -> Accuracy:
    return Accuracy(
        len(found),
        _mean(found, lambda p: p.rank == 1),
        _mean(found, lambda p: p.rank is not None),
        _mean(found, lambda p: p.rank_typed == 1),
        _mean(found, lambda p: p.rank_typed is not None),
    )


def _fill(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    cuts: tuple[Cut, ...] = ("token", "clause")
    shares: dict[str, float | None] = {}
    for cut in cuts:
        gaps = [i for o in outcomes for i in o.infills if i.cut == cut]
        shares[f"{cut}.ghost"] = _mean(gaps, lambda g: g.ghost)
        shares[f"{cut}.accept"] = _mean(gaps, lambda g: g.accept)
    return shares


def _mean(values: Sequence[T], of: Callable[[T], float]) -> float | None:
    return sum(map(of, values)) / len(values) if values else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
