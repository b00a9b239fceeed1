"""Statements as sqlglot's trees, placeholders of every style understood."""

from __future__ import annotations

import logging
import re

import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every odd statement

_NUMBERED = re.compile(r"\?\d+")  # SQLite's ?1, which sqlglot does not read


def parsed(sql: str, dialect: str) -> exp.Expr:
    """The statement's tree. Raises: SqlglotError, where it does not parse."""
    tree = sqlglot.parse_one(_NUMBERED.sub("?", sql), read=dialect or None)
    if isinstance(tree, exp.Command):
        raise sqlglot.ParseError("not understood beyond its first word")
    return tree
