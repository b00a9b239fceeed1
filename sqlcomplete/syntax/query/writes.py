"""The verbs of a statement, and the keywords that open a clause of one that writes."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.keywords import DDL_VERBS, SET_OPERATORS
from sqlcomplete.syntax.outline import ends_operand
from sqlcomplete.syntax.query.items import word_at
from sqlcomplete.syntax.query.reading import Handler, Reading

_BEFORE_VALUES = frozenset({Clause.INSERT_INTO, Clause.INSERT_COLUMNS, Clause.RETURNING})
_BEFORE_SET = frozenset({Clause.ON_CONFLICT, Clause.MERGE, Clause.INSERT_INTO})
_BEFORE_USING = frozenset({Clause.MERGE, Clause.DELETE, Clause.FROM})
_BEFORE_WHEN = frozenset({Clause.ON, Clause.MERGE, Clause.SET, Clause.VALUES, Clause.INSERT_INTO,
                          Clause.OTHER, Clause.FROM})  # fmt: skip
_VERBS = {
    "INSERT": ("INSERT", Clause.INSERT_INTO),
    "REPLACE": ("INSERT", Clause.INSERT_INTO),
    "UPDATE": ("UPDATE", Clause.UPDATE),
    "DELETE": ("DELETE", Clause.DELETE),
    "MERGE": ("MERGE", Clause.MERGE),
    **dict.fromkeys(DDL_VERBS, ("DDL", Clause.DDL)),
}
"""For each word, the verb of its core and the clause that it opens."""


def _verb(reading: Reading, word: str, i: int) -> int:
    """INSERT, UPDATE, DELETE, MERGE, REPLACE and the DDL verbs."""
    last = reading.segments[-1]
    verb = reading.core.verb
    if reading.merging and word_at(reading.items, i - 1) == "THEN":
        if word == "INSERT":
            reading.open(Clause.INSERT_INTO, "MERGE INSERT", i, i + 1)
    elif word == "UPDATE" and last.clause is Clause.ON_CONFLICT:
        if last.word == "ON DUPLICATE":
            reading.open(Clause.SET, "UPDATE", i, i + 1)
    elif verb == "EXPLAIN" or (
        # Not the first word: a name.
        not verb and not (last.clause is Clause.START and i > last.start)
    ):
        reading.core.verb, clause = _VERBS[word]
        if clause is Clause.INSERT_INTO:
            reading.insert = len(reading.cores) - 1
        reading.open(clause, word, i, i + 1)
    return i + 1


def _values(reading: Reading, word: str, i: int) -> int:
    verb, last = reading.core.verb, reading.last
    if verb in {"INSERT", "REPLACE"} and last in _BEFORE_VALUES:
        reading.open(Clause.VALUES, word, i, i + 1)
    elif verb == "" or (last is Clause.OTHER and reading.segments[-1].word in SET_OPERATORS):
        reading.core.verb = "VALUES"
        reading.open(Clause.VALUES, word, i, i + 1)
    elif reading.merging:
        reading.open(Clause.VALUES, word, i, i + 1)
    return i + 1


def _into(reading: Reading, word: str, i: int) -> int:
    verb, segment = reading.core.verb, reading.segments[-1]
    last = segment.clause
    if verb in {"INSERT", "REPLACE", "MERGE"} and last in {Clause.INSERT_INTO, Clause.MERGE}:
        if i - segment.key <= 3:
            segment.start = i + 1
            segment.word += " INTO"
    elif verb == "SELECT" and last is Clause.SELECT:
        reading.open(Clause.OTHER, word, i, i + 1)
    return i + 1


def _set(reading: Reading, word: str, i: int) -> int:
    """SET of an UPDATE and its like; at a statement's beginning it is a verb."""
    verb, last = reading.core.verb, reading.last
    if (verb == "UPDATE" and last is not Clause.SET) or last in _BEFORE_SET:
        reading.open(Clause.SET, word, i, i + 1)
    elif not verb and last is Clause.START:
        reading.core.verb = "DDL"
        reading.open(Clause.DDL, word, i, i + 1)
    return i + 1


def _using(reading: Reading, word: str, i: int) -> int:
    """USING of MERGE and DELETE; not that of a join, whose bracket lists columns."""
    items = reading.items
    verb, last = reading.core.verb, reading.last
    if verb in {"MERGE", "DELETE"} and last in _BEFORE_USING:
        body = items[i + 1].frame if i + 1 < len(items) else None
        joins = verb == "DELETE" and last is Clause.FROM and body is not None and not body.query
        if not joins:
            reading.open(Clause.FROM, word, i, i + 1)
    return i + 1


def _on(reading: Reading, word: str, i: int) -> int:
    """ON of MERGE, ON CONFLICT and ON DUPLICATE KEY; a join's is part of FROM."""
    items, insert, last = reading.items, reading.insert, reading.last
    if reading.core.verb == "MERGE" and last is Clause.FROM:
        reading.open(Clause.ON, word, i, i + 1)
    elif insert is not None:
        after = word_at(items, i + 1)
        if last is Clause.VALUES and reading.ends_or_hole(i + 1):
            reading.open(Clause.ON_CONFLICT, "ON", i, i + 1, insert)
        elif after in {"CONFLICT", "DUPLICATE"}:
            keyed = after == "DUPLICATE" and word_at(items, i + 2) == "KEY"
            end = i + 3 if keyed else i + 2
            reading.open(Clause.ON_CONFLICT, f"ON {after}", i, end, insert)
            reading.core = reading.cores[insert]
    return i + 1


def _when(reading: Reading, word: str, i: int) -> int:
    """WHEN of MERGE."""
    if reading.core.verb == "MERGE" and reading.last in _BEFORE_WHEN and not _in_case(reading, i):
        reading.merging = True
        reading.open(Clause.MERGE, word, i, i + 1)
    return i + 1


def _in_case(reading: Reading, i: int) -> bool:
    """Whether a CASE of the last clause is open at `i`."""
    depth = 0
    for item in reading.items[reading.segments[-1].start : i]:
        if item.word == "CASE":
            depth += 1
        elif item.word == "END" and depth:
            depth -= 1
    return depth > 0


def _explain(reading: Reading, word: str, i: int) -> int:
    if not reading.core.verb and reading.last is Clause.START:
        reading.core.verb = "EXPLAIN"
        reading.open(Clause.START, word, i, i + 1)
    return i + 1


def _output(reading: Reading, word: str, i: int) -> int:
    verbs = {"INSERT", "UPDATE", "DELETE", "MERGE"}
    if reading.core.verb in verbs and ends_operand(reading.before(i)):
        reading.open(Clause.RETURNING, word, i, i + 1)
    return i + 1


def _returning(reading: Reading, word: str, i: int) -> int:
    reading.open(Clause.RETURNING, word, i, i + 1, reading.insert)
    return i + 1


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_VERBS, _verb),
    "VALUES": _values,
    "INTO": _into,
    "SET": _set,
    "USING": _using,
    "ON": _on,
    "WHEN": _when,
    "EXPLAIN": _explain,
    "OUTPUT": _output,
    "RETURNING": _returning,
}
