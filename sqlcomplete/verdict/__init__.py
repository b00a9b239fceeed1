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
    text, cursor, dialect = analysis.text, analysis.cursor, analysis.dialect
    start = min(analysis.statement.start, cursor)
    end = max(analysis.statement.end, cursor)
    left, right = text[start:cursor], text[cursor:end]
    if len(left) + len(ghost) + len(right) > LONGEST:
        return Verdict("unchecked", "the statement is too long to check")
    if not ghost.strip():
        return Verdict("valid")
    span = (len(left), len(left) + len(ghost))
    tree = first_tree(left + ghost, right, dialect)
    if tree is None:
        if right.strip():
            alone = first_tree(left + ghost, "", dialect)
            if alone is not None and first_tree(left, right, dialect) is None:
                # What stands on the right is broken by itself: the left side must do.
                problem = unknown_name(alone, span, left + ghost, dialect, index)
                if problem:
                    return Verdict("invalid", problem)
                return _valid(alone, span, left + ghost, index)
        else:
            alone = None
        if alone is None and first_tree(left, "", dialect) is None:
            problem = unknown_word(left, ghost, right, dialect, index)
            if problem:
                return Verdict("invalid", problem)
            return Verdict(
                "unchecked", "the statement does not parse without the completion either"
            )
        return Verdict("invalid", "the statement would not parse")
    problem = unknown_name(tree, span, left + ghost + right, dialect, index)
    if problem:
        return Verdict("invalid", problem)
    return _valid(tree, span, left + ghost + right, index)


def _valid(tree: exp.Expr, span: tuple[int, int], text: str, index: SchemaIndex) -> Verdict:
    found = dangers(tree, span, text, index)
    return Verdict("valid", warnings=tuple(danger.message for danger in found))
