"""The tree of a statement that may not be finished."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

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
        tree = _TREES.tree(sql, draft.dialect)
        if tree is not None:
            return tree
    return None


class Trees:
    """The trees of statements that were parsed of late, of at most so many characters together: a
    tree takes about 200 bytes for each. A statement longer than a tenth of that is not kept.
    Thread-safe."""

    def __init__(self, characters: int) -> None:
        self._budget = characters
        self._kept: OrderedDict[tuple[str, str], exp.Expr | None] = OrderedDict()
        self._lock = Lock()
        self.characters = 0  # of the statements kept

    def tree(self, sql: str, dialect: str) -> exp.Expr | None:
        """The statement's tree; None where it does not parse."""
        key = (sql, dialect)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = _parse(sql, dialect)
        if len(sql) <= self._budget // 10:
            with self._lock:
                self.characters += 0 if key in self._kept else len(sql)
                self._kept[key] = made
                while self.characters > self._budget:
                    (gone, _), _ = self._kept.popitem(last=False)
                    self.characters -= len(gone)
        return made


_TREES = Trees(100_000)


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
