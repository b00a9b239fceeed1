"""CASE, and the words that divide it."""

from __future__ import annotations

from sqlcomplete.syntax.expression.state import CasePart, ExpressionAt, Walk

_PARTS = {"WHEN": CasePart.WHEN, "THEN": CasePart.THEN, "ELSE": CasePart.ELSE}


def open_case(walk: Walk, i: int) -> None:
    """CASE at that index."""
    walk.cases.append(CasePart.CASE)
    walk.subjects.append(None)
    walk.at = ExpressionAt.CASE
    walk.operand = i
    walk.compares = False
    walk.left = None
    walk.plain = True


def when(walk: Walk) -> None:
    """WHEN where an operand must come: right after CASE, or after something incomplete."""
    walk.cases[-1] = CasePart.WHEN
    walk.at = ExpressionAt.OPERAND
    walk.left, walk.compares = None, False
    walk.plain = True


def divide_case(walk: Walk, word: str, i: int) -> None:
    """WHEN, THEN or ELSE after an operand. A WHEN's value is compared with the subject."""
    if word == "WHEN" and walk.cases[-1] is CasePart.SUBJECT:
        walk.subjects[-1] = (walk.operand, i)
    walk.cases[-1] = _PARTS[word]
    walk.at = ExpressionAt.OPERAND
    walk.compares = False
    walk.left, walk.operator = None, ""
    if word == "WHEN" and walk.subjects[-1] is not None:
        walk.left, walk.operator = walk.subjects[-1], "="
    walk.plain = True


def end_case(walk: Walk) -> None:
    """END: the CASE is an operand."""
    walk.cases.pop()
    walk.subjects.pop()
    walk.at = ExpressionAt.AFTER
    walk.compares = False
    walk.left, walk.operator = None, ""
