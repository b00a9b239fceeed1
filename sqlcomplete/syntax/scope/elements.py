"""The elements of a list of expressions: their names, aliases, types and references."""

from __future__ import annotations

from sqlcomplete.dialects.functions.kinds import AGGREGATES
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.syntax.outline import Item, ends_operand
from sqlcomplete.syntax.query import word_at


def elements(items: list[Item], start: int, end: int) -> list[tuple[int, int]]:
    """The ranges between the commas of `items[start:end]`; none for an empty range."""
    result: list[tuple[int, int]] = []
    begin = start
    for i in range(start, end):
        if items[i].sym == ",":
            result.append((begin, i))
            begin = i + 1
    if begin < end or result:
        result.append((begin, end))
    return result


def skip_modifiers(items: list[Item], start: int, end: int) -> int:
    """Past SELECT's DISTINCT, ALL, DISTINCT ON (...), TOP n."""
    while start < end:
        item = items[start]
        word = item.word
        if item.hole and end - start == 1:
            return start
        if word in {"DISTINCT", "ALL"}:
            start += 1
            if word_at(items, start) == "ON" and start + 1 < end and items[start + 1].frame:
                start += 2
        elif (
            word == "TOP"
            and start + 1 < end
            and (items[start + 1].frame or items[start + 1].token.kind is TokenKind.NUMBER)
        ):
            start += 2
            if word_at(items, start) == "PERCENT":
                start += 1
        elif word == "AS" and word_at(items, start + 1) in {"STRUCT", "VALUE"}:
            start += 2  # BigQuery's SELECT AS STRUCT
        elif word in {"SQL_CALC_FOUND_ROWS", "STRAIGHT_JOIN"}:
            start += 1
        else:
            break
    return start


def chain(items: list[Item], start: int, end: int) -> list[str] | None:
    """The names of a dotted name that is all of `items[start:end]`, or None."""
    if end <= start or (end - start) % 2 == 0:
        return None
    names: list[str] = []
    for i in range(start, end):
        item = items[i]
        if (i - start) % 2 == 0:
            if not item.is_name or not item.name or (item.word in RESERVED):
                return None
            names.append(item.name)
        elif item.sym != ".":
            return None
    return names


def alias_of(items: list[Item], start: int, end: int) -> tuple[str | None, int]:
    """A projection expression's alias, and where the expression itself ends."""
    if end - start >= 2:
        last = items[end - 1]
        if items[end - 2].word == "AS" and end - start >= 3:
            if last.token.kind is TokenKind.STRING:
                return last.token.text.strip("'\""), end - 2
            return (last.name or None) if last.is_name else None, end - 2
        if last.word == "AS" and end - start >= 2:
            return None, end - 1
        if (
            last.is_name
            and last.word not in RESERVED
            and last.frame is None
            and items[end - 2].sym != "."
            and ends_operand(items[end - 2])
            and items[end - 2].word not in {"INTERVAL", "COLLATE", "DATE", "TIMESTAMP"}
        ):
            return last.name or None, end - 1
        if last.hole and not last.name:
            return None, end - 1
    return None, end


def star_with_options(items: list[Item], start: int, end: int) -> bool:
    """`* EXCEPT (...)`, `t.* REPLACE (...)`: a star that words follow."""
    position = next((i for i in range(start, min(end, start + 5)) if items[i].sym == "*"), -1)
    if position < 0 or position + 1 >= end:
        return False
    if position > start and items[position - 1].sym != ".":
        return False
    return items[position + 1].word in {"EXCEPT", "EXCLUDE", "REPLACE", "RENAME", "ILIKE"} or (
        items[position + 1].hole
    )


def type_of(items: list[Item], start: int, end: int) -> str | None:
    """The type that an expression's last cast names, or COUNT's."""
    for i in range(end - 1, start, -1):
        if items[i - 1].sym == "::" and items[i].is_name:
            return items[i].name.upper()
    if items[start].word == "COUNT" and end - start == 2:
        return "BIGINT"
    return None


def column_references(items: list[Item], start: int, end: int, names: list[str]) -> bool:
    """Collects the column references of an expression; tells whether it holds an aggregate."""
    aggregate = False
    i = start
    while i < end:
        item = items[i]
        frame = item.frame
        if frame is not None:
            if not frame.query:
                aggregate = column_references(frame.items, 0, len(frame.items), names) or aggregate
            i += 1
            continue
        if item.is_name and item.word not in RESERVED and item.name:
            parts = [item.token.text]
            j = i + 1
            while j + 1 < end and items[j].sym == "." and items[j + 1].is_name:
                parts.append(items[j + 1].token.text)
                j += 2
            if j < end and items[j].frame is not None:  # a call
                if (
                    item.word in AGGREGATES
                    and word_at(items, j + 1) != "OVER"
                    and not (word_at(items, j + 1) == "FILTER" and word_at(items, j + 3) == "OVER")
                ):
                    aggregate = True
            elif i > start and items[i - 1].sym == "::":
                pass  # a type
            elif not (j < end and items[j].token.kind is TokenKind.STRING):
                names.append(".".join(parts))
            i = j
            continue
        i += 1
    return aggregate
