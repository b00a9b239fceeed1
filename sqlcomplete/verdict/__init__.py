"""The last check of a ghost, by another parser than the one that made it: sqlglot parses it with
what stands around it, and each name it brings must be one of the schema's or of the statement's.

Nothing here reads the engine's own scope: a mistake there must not pass here too.
"""

from __future__ import annotations

from sqlglot import exp

from sqlcomplete.completion import Verdict
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.verdict.dangers import dangers
from sqlcomplete.verdict.draft import Draft
from sqlcomplete.verdict.names import unknown_name
from sqlcomplete.verdict.parsing import first_tree
from sqlcomplete.verdict.words import unknown_word

__all__ = ["LONGEST", "verdict"]


LONGEST = 20_000
"""Statements longer than this (code points) are not parsed: their ghosts stay unchecked."""


def verdict(analysis: Analysis, ghost: str, index: SchemaIndex) -> Verdict:
    """Judges `ghost` as if it were inserted at the cursor.

    Args:
        analysis: The text and cursor, and the span of the statement there.
        ghost: The text to insert; it replaces nothing.
        index: The schema its names are held to.

    Returns:
        `valid`: the statement up to the ghost's end can begin one that parses, with what stands
        right of the cursor where something does, and its names resolve. `invalid` with the reason
        in `detail`. `unchecked` where the statement does not parse without the ghost either; its
        names resolve as far as they can be told.
    """
    draft = Draft(analysis, ghost)
    if len(draft.before) + len(draft.after) > LONGEST:
        return Verdict("unchecked", "the statement is too long to check")
    if not ghost.strip():
        return Verdict("valid")
    tree = first_tree(draft)
    if tree is not None:
        return _judged(tree, draft, index)
    alone = None
    if draft.after.strip():
        draft = Draft(analysis, ghost, alone=True)
        alone = first_tree(draft)
        if alone is not None and first_tree(Draft(analysis, "")) is None:
            # What stands on the right is broken by itself: the left side must do.
            return _judged(alone, draft, index)
    if alone is None and first_tree(Draft(analysis, "", alone=True)) is None:
        problem = unknown_word(Draft(analysis, ghost), index)
        if problem:
            return Verdict("invalid", problem)
        return Verdict("unchecked", "the statement does not parse without the completion either")
    return Verdict("invalid", "the statement would not parse")


def _judged(tree: exp.Expr, draft: Draft, index: SchemaIndex) -> Verdict:
    problem = unknown_name(tree, draft, index)
    if problem:
        return Verdict("invalid", problem)
    return Verdict("valid", warnings=tuple(dangers(tree, draft.span, draft.text)))
