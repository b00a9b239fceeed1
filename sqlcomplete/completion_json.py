"""A completion as JSON: the one shape that the API sends and `complete --json` prints."""

from __future__ import annotations

from typing import Any

from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict


def completion_to_json(completion: Completion) -> dict[str, Any]:
    """The completion as plain JSON values.

    Scores are rounded to 4 decimals and times to 2 (milliseconds). A verdict has `warnings`, a
    list of lines, only where there are some.
    """
    ghost = completion.ghost
    return {
        "id": completion.id,
        "ghost": None if ghost is None else _ghost(ghost),
        "items": [_item(item) for item in completion.items],
        "model": completion.model,
        "timings_ms": _timings(completion.timings_ms),
    }


def _ghost(ghost: Ghost) -> dict[str, Any]:
    return {
        "text": ghost.text,
        "confidence": round(ghost.confidence, 4),
        "source": ghost.source,
        "verdict": _verdict(ghost.verdict),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    plain: dict[str, Any] = {"status": verdict.status, "detail": verdict.detail}
    if verdict.warnings:
        plain["warnings"] = list(verdict.warnings)
    return plain


def _item(item: Item) -> dict[str, Any]:
    return {
        "label": item.label,
        "insert": item.insert,
        "replace": list(item.replace),
        "kind": str(item.kind),
        "score": round(item.score, 4),
        "source": item.source,
        "detail": item.detail,
    }


def _timings(timings: Timings) -> dict[str, float]:
    return {
        "total": round(timings.total, 2),
        "scope": round(timings.scope, 2),
        "candidates": round(timings.candidates, 2),
        "model": round(timings.model, 2),
        "verdict": round(timings.verdict, 2),
    }
