"""The keywords that open a clause of a query."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import QUERY_CLAUSES, Clause
from sqlcomplete.dialects.joining import TEMPORAL
from sqlcomplete.dialects.keywords import SET_OPERATORS
from sqlcomplete.dialects.positions import DIRECTIONS
from sqlcomplete.syntax.outline import ends_operand
from sqlcomplete.syntax.query.items import word_at
from sqlcomplete.syntax.query.reading import Handler, Reading

_SOFT = {one.word: one.clause for one in QUERY_CLAUSES if one.soft}


def _select(reading: Reading, word: str, i: int) -> int:
    core = reading.core
    if core.verb not in {"", "FROM", "EXPLAIN"} or any(
        segment.clause is Clause.SELECT for segment in core.segments
    ):
        reading.begin_core(i)
    reading.core.verb = "SELECT"
    reading.open(Clause.SELECT, word, i, i + 1)
    return i + 1


def _from(reading: Reading, word: str, i: int) -> int:
    items = reading.items
    core = reading.core
    verb = core.verb
    if word_at(items, i - 1) == "DISTINCT" and word_at(items, i - 2) in {"IS", "NOT"}:
        return i + 1
    last = reading.segments[-1]
    if verb == "DELETE" and last.clause is Clause.DELETE and last.word == "DELETE":
        if last.start == i:
            last.start = i + 1
            last.word = "DELETE FROM"
        else:
            reading.open(Clause.FROM, "FROM", i, i + 1)
        return i + 1
    if verb == "DDL":
        return i + 1
    if verb == "":
        core.verb = "FROM"
    reading.open(Clause.FROM, "FROM", i, i + 1)
    return i + 1


def _where(reading: Reading, word: str, i: int) -> int:
    """WHERE, which may also be that of ON CONFLICT."""
    insert = reading.insert if reading.last is Clause.ON_CONFLICT else None
    reading.open(Clause.WHERE, word, i, i + 1, insert)
    return i + 1


def _having(reading: Reading, word: str, i: int) -> int:
    reading.open(Clause.HAVING, word, i, i + 1)
    return i + 1


def _limit(reading: Reading, word: str, i: int) -> int:
    """LIMIT; a column of that name after an operator."""
    before = reading.before(i)
    if before is None or before.sym in {"", "*"}:
        reading.open(Clause.LIMIT, word, i, i + 1)
    return i + 1


def _soft(reading: Reading, word: str, i: int) -> int:
    """A clause whose word is a name elsewhere, such as OFFSET."""
    if ends_operand(reading.before(i)) and reading.core.verb:
        reading.open(_SOFT[word], word, i, i + 1)
    return i + 1


def _group_or_order(reading: Reading, word: str, i: int) -> int:
    """GROUP BY, ORDER BY and ORDER SIBLINGS BY; the first word alone where no more is typed."""
    after = word_at(reading.items, i + 1)
    end = i + 2 if after == "BY" else i + 1
    siblings = word == "ORDER" and after == "SIBLINGS"
    if siblings:
        end = i + 3
    if after == "BY" or siblings or reading.ends_or_hole(i + 1):
        clause = Clause.GROUP_BY if word == "GROUP" else Clause.ORDER_BY
        reading.open(clause, f"{word} BY" if after == "BY" else word, i, end)
    return end


def _window(reading: Reading, word: str, i: int) -> int:
    items = reading.items
    named = i + 1 < len(items) and items[i + 1].is_name
    if named and reading.core.verb == "SELECT" and ends_operand(reading.before(i)):
        reading.open(Clause.WINDOW, word, i, i + 1)
    return i + 1


def _fetch(reading: Reading, word: str, i: int) -> int:
    before = reading.before(i)
    if (
        before is not None
        and before.sym in {"", "*"}
        and reading.core.verb in {"SELECT", "FROM", "VALUES"}
    ):
        reading.open(Clause.LIMIT, word, i, i + 1)
    return i + 1


def _for_or_option(reading: Reading, word: str, i: int) -> int:
    """FOR UPDATE and its like, and OPTION; not FOR of a table's version."""
    items = reading.items
    if (
        reading.core.verb == "SELECT"
        and word_at(items, i + 1) not in TEMPORAL
        and (ends_operand(reading.before(i)) or word_at(items, i - 1) in DIRECTIONS)
    ):
        reading.open(Clause.OTHER, word, i, i + 1)
    return i + 1


def _set_operator(reading: Reading, word: str, i: int) -> int:
    items = reading.items
    before = reading.before(i)
    following = items[i + 1] if i + 1 < len(items) else None
    if reading.core.verb not in {"SELECT", "VALUES", "FROM", ""}:
        return i + 1
    if (
        before is not None
        and before.sym == "*"
        and following is not None
        and following.frame is not None
        and not following.frame.query
    ):
        return i + 1  # SELECT * EXCEPT (a)
    if before is not None and not before.hole and not ends_operand(before):
        return i + 1
    end = i + 1
    while word_at(items, end) in {"ALL", "DISTINCT"} or (
        word_at(items, end) == "BY" and word_at(items, end + 1) == "NAME"
    ):
        end += 2 if word_at(items, end) == "BY" else 1
    reading.open(Clause.OTHER, word, i, end)
    reading.begin_core(i)
    return end


HANDLERS: dict[str, Handler] = {
    "SELECT": _select,
    "FROM": _from,
    "WHERE": _where,
    "HAVING": _having,
    "LIMIT": _limit,
    **dict.fromkeys(_SOFT, _soft),
    "GROUP": _group_or_order,
    "ORDER": _group_or_order,
    "WINDOW": _window,
    "FETCH": _fetch,
    "FOR": _for_or_option,
    "OPTION": _for_or_option,
    **dict.fromkeys(SET_OPERATORS, _set_operator),
}
