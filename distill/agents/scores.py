"""Scores records without a model: informativeness, helpfulness and generalisation, 0 to 9 each.

They are stand-ins for a language model's opinion, computed from the syntax tree and the corpus,
and relative: 9 is the best of the records scored together, 0 the worst, ties share a place.

- **Informativeness**: how much a statement's shape says. The surprisal, in bits, of each distinct
  pair of parent and child node kinds under the records' own counts, summed: rare clauses and
  variety count, repetition does not.
- **Helpfulness**: how well it serves somebody who completes SQL against a schema: the share of its
  characters that are the schema's names, the share of its names that the schema has, joins along
  declared keys, a question or plan beside it, a length people type.
- **Generalisation**: whether what it shows is of use elsewhere: the schemas its node pairs occur
  in, on average (log), less for an exact shape that many records have, less for literals.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from distill.agents.record import Record
from distill.agents.taxonomy import parse
from sqlcomplete.schema.model import Schema

INFORMATIVENESS, HELPFULNESS, GENERALISATION = "informativeness", "helpfulness", "generalisation"
_LEAVES = (exp.Identifier, exp.Literal, exp.Var, exp.DataType)


@dataclass(frozen=True, slots=True)
class Shape:
    """`pairs` are distinct (parent, child) node kinds, `exact` is equal for equal trees but for
    names and literals, `names` are tables and columns named, `equalities` columns set equal."""

    pairs: frozenset[tuple[str, str]]
    exact: int
    names: tuple[str, ...]
    equalities: tuple[tuple[str, str], ...]
    literals: int
    size: int


@lru_cache(maxsize=65536)
def shape_of(sql: str, dialect: str) -> Shape:
    """The statement's shape; an empty one where it has no tree."""
    tree = parse(sql, dialect)
    if tree is None:
        return Shape(frozenset(), 0, (), (), 0, 1)
    pairs = set()
    kinds, names, equalities = [], [], []
    literals = 0
    for node in tree.walk():
        literals += isinstance(node, exp.Literal)
        if isinstance(node, exp.Table | exp.Column) and node.name:
            names.append(node.name.lower())
        if isinstance(node, exp.EQ):
            left, right = node.left, node.right
            if isinstance(left, exp.Column) and isinstance(right, exp.Column):
                equalities.append((left.name.lower(), right.name.lower()))
        if isinstance(node, _LEAVES):
            continue
        kind = type(node).__name__
        kinds.append(kind)
        pairs.add((type(node.parent).__name__ if node.parent else "", kind))
    # A string's own hash differs from process to process; scores must not.
    exact = sum(ord(c) * pow(31, i, 1 << 61) for i, c in enumerate(" ".join(kinds))) % (1 << 61)
    return Shape(
        frozenset(pairs), exact, tuple(names), tuple(equalities), literals, max(len(kinds), 1)
    )


def symbolic_scores(
    records: Sequence[Record],
) -> list[tuple[tuple[str, float], ...]]:
    """For each record its three scores, by name."""
    shapes = [shape_of(r.sql, r.dialect) for r in records]
    pair_counts = Counter(pair for shape in shapes for pair in shape.pairs)
    shape_counts = Counter(shape.exact for shape in shapes)
    schemas: dict[tuple[str, str], set[int]] = defaultdict(set)
    for record, shape in zip(records, shapes, strict=True):
        for pair in shape.pairs:
            schemas[pair].add(id(record.schema))
    total = len(records)
    informative = [sum(math.log2(total / pair_counts[p]) for p in s.pairs) for s in shapes]
    helpful = [_helpfulness(r, s) for r, s in zip(records, shapes, strict=True)]
    general = [
        sum(math.log2(1 + len(schemas[p])) for p in s.pairs) / max(len(s.pairs), 1)
        - 0.5 * math.log2(shape_counts[s.exact])
        - 2 * s.literals / s.size
        for s in shapes
    ]
    columns = [_places(values) for values in (informative, helpful, general)]
    names = (INFORMATIVENESS, HELPFULNESS, GENERALISATION)
    return [tuple(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _helpfulness(record: Record, shape: Shape) -> float:
    names = _names(record.schema)
    known = [name for name in shape.names if name in names.all]
    along_keys = sum(
        pair in names.keys or pair[::-1] in names.keys for pair in set(shape.equalities)
    )
    length = len(record.sql)
    typed = 1.0 if 30 <= length <= 600 else length / 30 if length < 30 else 600 / length
    return (
        2 * min(sum(map(len, known)) / max(length, 1), 0.5)
        + len(known) / max(len(shape.names), 1)
        + 0.5 * (along_keys / max(len(set(shape.equalities)), 1))
        + 0.5 * bool(record.question or record.plan)
        + 0.5 * typed
    )


@dataclass(frozen=True, slots=True)
class _Names:
    all: frozenset[str]
    keys: frozenset[tuple[str, str]]


_NAMES: dict[int, tuple[Schema, _Names]] = {}


def _names(schema: Schema) -> _Names:
    known = _NAMES.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    names = _Names(
        frozenset(t.name.lower() for t in schema.tables)
        | {c.name.lower() for t in schema.tables for c in t.columns},
        frozenset(
            (mine.lower(), theirs.lower())
            for t in schema.tables
            for key in t.foreign_keys
            for mine, theirs in zip(key.columns, key.ref_columns, strict=False)
        ),
    )
    _NAMES[id(schema)] = (schema, names)
    return names


def _places(values: Sequence[float]) -> list[float]:
    """Each value's place among all, 0 (least) to 9 (most), to a tenth; ties share the middle."""
    rounded = [round(value, 9) for value in values]
    ordered = sorted(rounded)
    last = max(len(ordered) - 1, 1)
    return [
        round(9 * (bisect_left(ordered, v) + bisect_right(ordered, v) - 1) / 2 / last, 1)
        for v in rounded
    ]
