"""The tree of a statement that may not be finished."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from sqlcomplete.schema.quiet import quiet_sqlglot
from sqlcomplete.verdict.closing import closings
from sqlcomplete.verdict.draft import Draft


def first_tree(draft: Draft) -> exp.Expr | None:
    """The tree of the statement, its ends closed as little as makes it parse; None when nothing
    does. Offsets up to the end of the ghost are the statement's."""
    for sql in closings(draft):
        tree = _parse(sql, draft.dialect)
        if tree is not None:
            return tree
    return None


@lru_cache(maxsize=512)
def _parse(sql: str, dialect: str) -> exp.Expr | None:
    try:
        with quiet_sqlglot():
            trees = Dialect.get_or_raise(dialect or None).parse(sql)
    except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError, IndexError):
        # A parser may stumble over half a statement in ways of its own.
        return None
    trees = [tree for tree in trees if tree is not None]
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None
    tree = trees[0]
    return tree if isinstance(tree, exp.Expr) else None
