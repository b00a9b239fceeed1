"""What may stand in CREATE, ALTER, DROP and their kin: the common forms, no dialect's whole."""

from __future__ import annotations

from typing import Protocol

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.ddl_words import (
    ALTERATIONS,
    COLUMN_CONSTRAINTS,
    OBJECTS,
    TABLE_CONSTRAINTS,
)
from sqlcomplete.syntax.model import Kind
from sqlcomplete.syntax.outline import Frame, Item, Outline
from sqlcomplete.syntax.query import word_at

_READ = (Kind.TABLE, Kind.NAMESPACE)


class Place(Protocol):
    """What is filled in: an expectation in the making."""

    kinds: set[Kind]

    def words(self, *groups: tuple[str, ...]) -> None: ...

    def signs(self, *groups: tuple[str, ...]) -> None: ...


def expect_ddl(place: Place, outline: Outline, outer: Frame, dialect: Dialect) -> None:
    """Fills in what may stand at the hole of a DDL statement."""
    frame = outline.frame
    if frame is outer:
        _statement(place, frame.items, outline.index)
    else:
        _bracket(place, frame, outline.index)


def _statement(place: Place, items: list[Item], index: int) -> None:
    words = [item.word for item in items[:index]]
    verb = next((w for w in words if w in OBJECTS or w), "")
    last = words[-1] if words else ""
    previous = items[index - 1] if index else None
    if last == "REFERENCES":
        place.kinds.update(_READ)
        return
    if verb in {"DESCRIBE", "DESC", "ANALYZE", "VACUUM", "COPY", "TRUNCATE", "COMMENT"} and (
        index <= 2 and last == verb
    ):
        place.kinds.update(_READ)
        place.words(OBJECTS.get(verb, ()))
        if verb in {"DESCRIBE", "DESC"}:
            place.words(("SELECT", "TABLE"))
        if verb == "COPY":
            place.signs(("(",))
        return
    if verb not in OBJECTS:
        return
    if last == verb:
        place.words(OBJECTS[verb])
        return
    if last in {"OR"}:
        place.words(("REPLACE VIEW", "REPLACE TABLE", "REPLACE FUNCTION"))
        return
    if last in {"UNIQUE", "CONCURRENTLY"} and verb == "CREATE" and "INDEX" not in words:
        place.words(("INDEX",))
        return
    if last in {"TEMP", "TEMPORARY", "MATERIALIZED", "REPLACE"}:
        place.words(("TABLE", "VIEW") if last != "MATERIALIZED" else ("VIEW",))
        return
    table = "TABLE" in words or "VIEW" in words
    if last == "IF":
        place.words(("NOT EXISTS",) if verb == "CREATE" else ("EXISTS",))
        return
    if last == "NOT" and verb == "CREATE":
        place.words(("EXISTS",))
        return
    if verb == "CREATE":
        _create(place, items, index, words, previous)
    elif verb == "ALTER" and "TABLE" in words:
        _alter(place, items, index, words)
    elif verb in {"DROP", "TRUNCATE"}:
        if last in {"TABLE", "VIEW", "EXISTS"} or (previous is not None and previous.sym == ","):
            if table or verb == "TRUNCATE":
                place.kinds.update(_READ)
            if last in {"TABLE", "VIEW"} and verb == "DROP":
                place.words(("IF EXISTS",))
        else:
            place.words(("CASCADE", "RESTRICT"))
            place.signs((",", ";"))


def _create(
    place: Place, items: list[Item], index: int, words: list[str], previous: Item | None
) -> None:
    last = words[-1]
    if "INDEX" in words:
        if last == "ON":
            place.kinds.update(_READ)
        elif last in {"INDEX", "EXISTS", "CONCURRENTLY"}:
            place.kinds.add(Kind.NEW_NAME)
            if last == "INDEX":
                place.words(("IF NOT EXISTS", "ON", "CONCURRENTLY"))
        elif "ON" not in words:
            place.words(("ON",))
        elif previous is not None and previous.frame is not None:
            place.words(("WHERE",))
            place.signs((";",))
        elif "WHERE" in words:
            place.kinds.update({Kind.COLUMN, Kind.FUNCTION, Kind.LITERAL})
        else:
            place.signs(("(",))
            place.words(("USING",))
        return
    if last in {"TABLE", "VIEW", "EXISTS", "SCHEMA", "TYPE", "SEQUENCE", "FUNCTION", "TRIGGER"}:
        place.kinds.add(Kind.NEW_NAME)
        if last in {"TABLE", "VIEW", "SCHEMA"}:
            place.words(("IF NOT EXISTS",))
        return
    if last == "AS":
        place.words(("SELECT", "WITH", "VALUES"))
        place.signs(("(",))
        return
    if "TABLE" in words or "VIEW" in words:
        if previous is not None and previous.frame is not None:
            place.words(("AS",) if "VIEW" in words else ())
            place.signs((";",))
        else:
            place.words(("AS",))
            place.signs(("(",))


def _alter(place: Place, items: list[Item], index: int, words: list[str]) -> None:
    last = words[-1]
    before = word_at(items, index - 2)
    if last in {"TABLE", "EXISTS", "ONLY"} and "ADD" not in words and "DROP" not in words:
        place.kinds.update(_READ)
        if last == "TABLE":
            place.words(("IF EXISTS",))
        return
    verbs = {"ADD", "DROP", "ALTER", "RENAME", "MODIFY", "SET", "OWNER"} & set(words[2:])
    if not verbs or items[index - 1].sym == ",":
        place.words(ALTERATIONS)
    elif last == "ADD":
        place.words(("COLUMN", "CONSTRAINT", "PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK"))
        place.kinds.add(Kind.NEW_NAME)
    elif last in {"DROP", "ALTER", "RENAME", "MODIFY"}:
        place.words(("COLUMN", "CONSTRAINT") if last != "RENAME" else ("COLUMN", "TO"))
        place.kinds.add(Kind.COLUMN)
    elif last == "COLUMN":
        if before == "ADD":
            place.kinds.add(Kind.NEW_NAME)
            place.words(("IF NOT EXISTS",))
        else:
            place.kinds.add(Kind.COLUMN)
            place.words(("IF EXISTS",) if before == "DROP" else ())
    elif last in {"TO", "CONSTRAINT"}:
        place.kinds.add(Kind.NEW_NAME)
    elif last == "TYPE":
        place.kinds.add(Kind.TYPE)
    elif last == "KEY":
        place.signs(("(",))
    elif "ADD" in words and (before in {"COLUMN", "ADD"}):
        place.kinds.add(Kind.TYPE)
    elif "ADD" in words:
        _column_words(place, items, index)
        place.signs((",", ";"))
    elif "RENAME" in words:
        place.words(("TO",) if "TO" not in words else ())
    elif "ALTER" in words[2:]:
        place.words(("TYPE", "SET NOT NULL", "SET DEFAULT", "DROP NOT NULL", "DROP DEFAULT"))
    else:
        place.words(("CASCADE", "RESTRICT"))
        place.signs((",", ";"))


def _column_words(place: Place, items: list[Item], index: int) -> None:
    last = word_at(items, index - 1)
    if last == "NOT":
        place.words(("NULL",))
    elif last in {"PRIMARY", "FOREIGN"}:
        place.words(("KEY",))
    elif last == "DEFAULT":
        place.words(("NULL", "CURRENT_TIMESTAMP", "TRUE", "FALSE"))
        place.kinds.update({Kind.LITERAL, Kind.FUNCTION})
    elif last == "ON":
        place.words(("DELETE CASCADE", "DELETE SET NULL", "UPDATE CASCADE", "DELETE", "UPDATE"))
    elif last in {"DELETE", "UPDATE"}:
        place.words(("CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT"))
    elif last == "CHECK":
        place.signs(("(",))
    elif last == "CONSTRAINT":
        place.kinds.add(Kind.NEW_NAME)
    else:
        place.words(COLUMN_CONSTRAINTS)
        if any(i.word == "REFERENCES" for i in items[max(0, index - 4) : index]):
            place.words(("ON DELETE CASCADE", "ON DELETE", "ON UPDATE"))
            place.signs(("(",))


def _bracket(place: Place, frame: Frame, index: int) -> None:
    """Inside a bracket of a DDL statement."""
    parent = frame.parent
    assert parent is not None
    items = frame.items
    before = [item.word for item in parent.items[: frame.index]]
    begin = index
    while begin and items[begin - 1].sym != ",":
        begin -= 1
    content = items[begin:index]
    if before and before[-1] in {"KEY", "UNIQUE", "INDEX", "INCLUDE"}:
        if not content:
            place.kinds.add(Kind.COLUMN)
        else:
            place.signs((",", ")"))
        return
    if before and before[-1] == "AS":
        if index == 0:
            place.words(("SELECT", "WITH", "VALUES"))
        return
    listed = "INDEX" in before or "REFERENCES" in before[-4:]
    if listed or (before and before[-1] == "CHECK"):
        if not content or content[-1].sym:
            place.kinds.update(
                {Kind.COLUMN} if listed else {Kind.COLUMN, Kind.FUNCTION, Kind.LITERAL}
            )
            if "INDEX" in before:
                place.kinds.add(Kind.FUNCTION)
        else:
            place.signs((",", ")") if listed else ("=", ">", "<", "AND", ")"))
            if "INDEX" in before:
                place.words(("DESC", "ASC"))
        return
    if "TABLE" not in before or parent.parent is not None:
        place.kinds.add(Kind.LITERAL)
        return
    if not content:
        place.kinds.add(Kind.NEW_NAME)
        place.words(TABLE_CONSTRAINTS)
    elif content[0].word in {"PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT", "KEY"}:
        last = content[-1].word
        if last == "CONSTRAINT":
            place.kinds.add(Kind.NEW_NAME)
        elif last in {"PRIMARY", "FOREIGN"}:
            place.words(("KEY",))
        elif last in {"KEY", "UNIQUE", "CHECK"}:
            place.signs(("(",))
        elif last == "REFERENCES":
            place.kinds.update(_READ)
        elif content[-1].frame is not None:
            place.words(
                ("REFERENCES",) if "FOREIGN" in [c.word for c in content] else (),
                ("ON DELETE CASCADE", "ON DELETE", "ON UPDATE"),
            )
            place.signs((",", ")"))
        elif len(content) == 2 and content[0].word == "CONSTRAINT":
            place.words(TABLE_CONSTRAINTS[:4])
        else:
            place.signs(("(",))
            _column_words(place, items, index)
    elif len(content) == 1:
        place.kinds.add(Kind.TYPE)
    elif content[-1].word == "REFERENCES":
        place.kinds.update(_READ)
    else:
        _column_words(place, items, index)
        place.signs((",", ")"))
