"""The items that may stand after a relation: its alias, joins and their conditions."""

from __future__ import annotations

from sqlcomplete.dialects.joining import ENDS_JOIN, TEMPORAL, WITHOUT_CONDITION
from sqlcomplete.dialects.keywords import JOIN_WORDS, NOT_ALIAS
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query.from_state import FromAt, FromReading, Handler
from sqlcomplete.syntax.query.items import names_in, word_at

# A global is read several times faster than a member of an enum.
_ALIAS, _ALIASED, _ON = FromAt.ALIAS, FromAt.ALIASED, FromAt.ON
_RELATION, _JOIN = FromAt.RELATION, FromAt.JOIN


def named(reading: FromReading, item: Item, i: int) -> int:
    """A relation is complete; its alias may come. A bracket here is a hint."""
    word = item.word
    if item.is_name and word not in NOT_ALIAS:
        if reading.references and item.name:
            reading.references[-1].alias = item
        reading.at = _ALIASED
        return i + 1
    return other(reading, item, i)


def alias(reading: FromReading, item: Item, i: int) -> int:
    """After AS: any name is the alias, but for the words that must open something."""
    if item.is_name and item.word not in {"ON", "USING", "AS"}:
        if reading.references:
            reading.references[-1].alias = item if item.name else None
        reading.at = _ALIASED
        return i + 1
    return other(reading, item, i)


def aliased(reading: FromReading, item: Item, i: int) -> int:
    """The alias is complete; a bracket renames the columns."""
    if item.frame is None:
        return other(reading, item, i)
    if reading.references:
        reading.references[-1].columns = names_in(item.frame)
    return i + 1


def using(reading: FromReading, item: Item, i: int) -> int:
    """After USING: its bracket lists columns."""
    if item.frame is None:
        return other(reading, item, i)
    if reading.references:
        reading.references[-1].using = names_in(item.frame)
    reading.at = FromAt.USED
    reading.owes = False
    return i + 1


def condition(reading: FromReading, item: Item, i: int) -> int:
    """In a join's condition, until another join or relation begins."""
    word = item.word
    if word in JOIN_WORDS:
        called = (
            word in {"LEFT", "RIGHT"}
            and i + 1 < reading.end
            and reading.items[i + 1].frame is not None
        )
        return i + 1 if called else join(reading, item, i)
    if word == "ON":
        reading.on = i + 1
    elif item.sym == ",":
        reading.expect_relation()
    return i + 1


def other(reading: FromReading, item: Item, i: int) -> int:
    """A keyword or a comma; anything else says nothing."""
    word = item.word
    if word:
        handler = _WORDS.get(word)
        return i + 1 if handler is None else handler(reading, item, i)
    if item.sym == ",":
        reading.expect_relation()
    return i + 1


def join(reading: FromReading, item: Item, i: int) -> int:
    """A word of a join."""
    word = item.word
    words = reading.words = (*reading.words, word) if reading.at is _JOIN else (word,)
    if words[0] == "NATURAL":
        reading.natural = True
    if word not in ENDS_JOIN:
        reading.at = _JOIN
        return i + 1
    reading.at = _RELATION
    reading.joins += 1
    reading.owes = word == "JOIN" and WITHOUT_CONDITION.isdisjoint(words)
    if word == "APPLY":
        reading.lateral = True
    return i + 1


def _on(reading: FromReading, item: Item, i: int) -> int:
    reading.at = _ON
    reading.on = i + 1
    reading.owes = False
    return i + 1


def _using(reading: FromReading, item: Item, i: int) -> int:
    reading.at = FromAt.USING
    return i + 1


def _as(reading: FromReading, item: Item, i: int) -> int:
    reading.at = _ALIAS
    return i + 1


def _version(reading: FromReading, item: Item, i: int) -> int:
    """FOR SYSTEM_TIME AS OF and its like, up to the alias or the comma."""
    items = reading.items
    if word_at(items, i + 1) not in TEMPORAL:
        return i + 1
    i += 2
    while i < reading.end and items[i].sym != ",":
        one = items[i]
        if one.is_name and one.frame is None and one.word not in {"AS", "OF", "TIMESTAMP"}:
            break
        i += 1
    return i


def _suffix(reading: FromReading, item: Item, i: int) -> int:
    """TABLESAMPLE, PIVOT and their like, up to the end of their bracket."""
    items = reading.items
    i += 1
    while i < reading.end and items[i].frame is None and items[i].word not in NOT_ALIAS:
        i += 1
    if item.word in {"PIVOT", "UNPIVOT"} and reading.references:
        reading.references[-1].columns = ()
        reading.at = FromAt.NAME
    return i + 1


_WORDS: dict[str, Handler] = {
    **dict.fromkeys(JOIN_WORDS, join),
    **dict.fromkeys(("TABLESAMPLE", "FINAL", "SAMPLE", "PIVOT", "UNPIVOT", "WITH"), _suffix),
    "ON": _on,
    "USING": _using,
    "AS": _as,
    "FOR": _version,
}
