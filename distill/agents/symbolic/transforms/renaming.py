"""Renames tables and columns in a statement, token by token, as its schema's new names say."""

from __future__ import annotations

import random

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.proof.instances import Instance, Instances
from distill.agents.symbolic.reading import Edit, Reading, edited
from distill.agents.symbolic.transforms.naming import STYLES, Renaming, renamed
from distill.agents.symbolic.transforms.site import FOLDING, in_quotes
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table

_CAPITALS = frozenset({"ca", "Pa"})


def rename(subject: Subject, chance: random.Random) -> Change | None:
    """The statement against its schema in another naming style; one schema for each style."""
    folds = subject.record.dialect in FOLDING
    names = [n for n in STYLES if not (folds and n == "UPPER_CASE")]
    # Where capitals cost quotes, most people do without them.
    keyed = [(chance.random() ** (2.0 if folds and n[:2] in _CAPITALS else 1.0), n) for n in names]
    for _, name in sorted(keyed, reverse=True):
        renaming = renamed(subject.record.schema, name)
        sql = in_names(subject.reading, subject.index, renaming)
        if sql is not None and sql != subject.reading.sql:
            return Change(sql, f"renamed: {name}", schema=renaming.schema)
    return None


def in_names(reading: Reading, index: SchemaIndex, renaming: Renaming) -> str | None:
    """The statement under the new names; None where one of its names cannot be followed.

    Aliases stay, and so does an output column's name that something outside a query uses: it gets
    the old name as its alias only where it had one.
    """
    follower = _Follower(reading, index, renaming)
    return follower.text()


class _Follower:
    def __init__(self, reading: Reading, index: SchemaIndex, renaming: Renaming) -> None:
        self.reading = reading
        self.renaming = renaming
        self.instances = Instances(reading.tree, index)
        self.edits: dict[int, Edit] = {}
        # Whether quotes are this statement's habit, and not there for the sake of capitals.
        self.plain_quotes = any(
            i.args.get("quoted") and i.name == i.name.lower() for i in reading.names.values()
        )

    def text(self) -> str | None:
        tree = self.reading.tree
        by_node = {id(i.node): i for i in self.instances.all}
        for node in tree.find_all(exp.Table):
            instance = by_node.get(id(node))
            if instance is not None and isinstance(node.this, exp.Identifier):
                self._edit(node.this, self._table(instance.table))
        if not all(self._column(node) for node in tree.find_all(exp.Column)):
            return None
        if not all(self._bare(node) for node in tree.find_all(exp.Identifier)):
            return None
        return edited(self.reading.sql, self.edits.values())

    def _table(self, table: Table) -> str:
        return self.renaming.tables[((table.namespace or "").lower(), table.name.lower())]

    def _new(self, instance: Instance, name: str) -> str | None:
        table = instance.table
        place = ((table.namespace or "").lower(), table.name.lower(), name)
        return self.renaming.columns.get(place)

    def _column(self, node: exp.Column) -> bool:
        qualifier = node.args.get("table")
        if isinstance(qualifier, exp.Identifier) and not self._qualifier(node, qualifier):
            return False
        if isinstance(node.this, exp.Star) or not isinstance(node.this, exp.Identifier):
            return True
        variables = self.instances.of(node)
        if not variables:
            return True  # an alias of the projection, or a column that a query computes
        direct = self.instances.direct(node)
        if direct is None:
            # It goes through a nested query: the name it has there is the one to follow.
            return self._through(node)
        new = self._new(direct, node.name.lower())
        if new is None:
            return False
        self._edit(node.this, new)
        return True

    def _through(self, node: exp.Column) -> bool:
        name = self.instances.passed_name(node)
        if name is None:
            return True  # named by an alias inside
        instance, column = name
        new = self._new(instance, column)
        if new is None:
            return False
        self._edit(node.this, new)
        return True

    def _qualifier(self, node: exp.Column, qualifier: exp.Identifier) -> bool:
        instance = self.instances.named(node)
        if instance is not None and not instance.node.alias and qualifier.name.lower() not in (
            "excluded", "new", "old"
        ):  # fmt: skip
            self._edit(qualifier, self._table(instance.table))
        return True

    def _bare(self, node: exp.Identifier) -> bool:
        """Columns of INSERT's list, of USING and of a conflict."""
        parent = node.parent
        if isinstance(parent, exp.Schema) and isinstance(parent.parent, exp.Insert):
            target = self.instances.target(parent.parent)
        elif isinstance(parent, exp.Join) and node.arg_key == "using":
            return False  # both sides would have to keep one name
        elif isinstance(parent, exp.OnConflict):
            insert = parent.parent
            target = self.instances.target(insert) if isinstance(insert, exp.Insert) else None
        else:
            return True
        if target is None:
            return True
        new = self._new(target, node.name.lower())
        if new is None:
            return False
        self._edit(node, new)
        return True

    def _edit(self, identifier: object, new: str) -> None:
        if not isinstance(identifier, exp.Identifier):
            return
        start, end = identifier.meta.get("start"), identifier.meta.get("end")
        if start is None or end is None:
            return
        # Quotes stay where somebody writes every name in them.
        old = self.reading.sql[start : end + 1]
        text = in_quotes(new, self.reading)
        if old[:1] in '"`[' and text == new and (self.plain_quotes or new != new.lower()):
            text = old[0] + new + ("]" if old[0] == "[" else old[0])
        self.edits[start] = Edit(start, end + 1, text)
