"""What may stand in CREATE, ALTER, DROP and their kin: the common forms, no dialect's whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlcomplete.dialects import Dialect
from sqlcomplete.dialects.ddl_words import (
    ALTERATIONS,
    BEFORE_KEY_COLUMNS,
    COLUMN_CONSTRAINTS,
    CONSTRAINT_WORDS,
    OBJECTS,
    TABLE_CONSTRAINTS,
    VERBS_OF_A_TABLE,
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
    verb = next((w for w in words if w), "")
    last = words[-1] if words else ""
    if last == "REFERENCES":
        place.kinds.update(_READ)
    elif verb in VERBS_OF_A_TABLE and index <= 2 and last == verb:
        _after_verb(place, verb)
    elif verb in OBJECTS:
        if last == verb:
            place.words(OBJECTS[verb])
        elif not _of_object(place, words, verb):
            _HANDLERS[verb](place, items, index, words)


def _after_verb(place: Place, verb: str) -> None:
    """After a verb whose table may come at once."""
    place.kinds.update(_READ)
    place.words(OBJECTS.get(verb, ()))
    if verb in {"DESCRIBE", "DESC"}:
        place.words(("SELECT", "TABLE"))
    if verb == "COPY":
        place.signs(("(",))


def _of_object(place: Place, words: list[str], verb: str) -> bool:
    """The words between the verb and the object's name. False where others must tell."""
    last = words[-1]
    create = verb == "CREATE"
    if last == "OR":
        place.words(("REPLACE VIEW", "REPLACE TABLE", "REPLACE FUNCTION"))
    elif last in {"UNIQUE", "CONCURRENTLY"} and create and "INDEX" not in words:
        place.words(("INDEX",))
    elif last in {"TEMP", "TEMPORARY", "REPLACE"}:
        place.words(("TABLE", "VIEW"))
    elif last == "MATERIALIZED":
        place.words(("VIEW",))
    elif last == "IF":
        place.words(("NOT EXISTS",) if create else ("EXISTS",))
    elif last == "NOT" and create:
        place.words(("EXISTS",))
    else:
        return False
    return True


def _drop(place: Place, items: list[Item], index: int, words: list[str]) -> None:
    """After DROP and an object's kind, or TRUNCATE."""
    last, verb = words[-1], next(w for w in words if w)
    if last in {"TABLE", "VIEW", "EXISTS"} or items[index - 1].sym == ",":
        if verb == "TRUNCATE" or "TABLE" in words or "VIEW" in words:
            place.kinds.update(_READ)
        if last in {"TABLE", "VIEW"} and verb == "DROP":
            place.words(("IF EXISTS",))
    else:
        place.words(("CASCADE", "RESTRICT"))
        place.signs((",", ";"))


def _create(place: Place, items: list[Item], index: int, words: list[str]) -> None:
    """After CREATE and an object's kind."""
    last = words[-1]
    previous = items[index - 1]
    if "INDEX" in words:
        if last == "ON":
            place.kinds.update(_READ)
        elif last in {"INDEX", "EXISTS", "CONCURRENTLY"}:
            place.kinds.add(Kind.NEW_NAME)
            if last == "INDEX":
                place.words(("IF NOT EXISTS", "ON", "CONCURRENTLY"))
        elif "ON" not in words:
            place.words(("ON",))
        elif previous.frame is not None:
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
        if previous.frame is not None:
            place.words(("AS",) if "VIEW" in words else ())
            place.signs((";",))
        else:
            place.words(("AS",))
            place.signs(("(",))


def _alter(place: Place, items: list[Item], index: int, words: list[str]) -> None:
    """After ALTER TABLE."""
    if "TABLE" not in words:
        return
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
    else:
        _after_altered(place, items, index, words)


def _after_altered(place: Place, items: list[Item], index: int, words: list[str]) -> None:
    """After the name of what ALTER TABLE adds or changes."""
    if "ADD" in words:
        if word_at(items, index - 2) in {"COLUMN", "ADD"}:
            place.kinds.add(Kind.TYPE)
        else:
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
    last = before[-1] if before else ""
    if last in BEFORE_KEY_COLUMNS:
        if not content:
            place.kinds.add(Kind.COLUMN)
        else:
            place.signs((",", ")"))
    elif last == "AS":
        if index == 0:
            place.words(("SELECT", "WITH", "VALUES"))
    elif "INDEX" in before or "REFERENCES" in before[-4:] or last == "CHECK":
        _columns(place, content, before)
    elif "TABLE" not in before or parent.parent is not None:
        place.kinds.add(Kind.LITERAL)
    elif not content:
        place.kinds.add(Kind.NEW_NAME)
        place.words(TABLE_CONSTRAINTS)
    elif content[0].word in CONSTRAINT_WORDS:
        _constraint(place, items, index, content)
    elif len(content) == 1:
        place.kinds.add(Kind.TYPE)
    elif content[-1].word == "REFERENCES":
        place.kinds.update(_READ)
    else:
        _column_words(place, items, index)
        place.signs((",", ")"))


def _columns(place: Place, content: list[Item], before: list[str]) -> None:
    """The columns of an index or of REFERENCES, or CHECK's condition."""
    index = "INDEX" in before
    listed = index or "REFERENCES" in before[-4:]
    if not content or content[-1].sym:
        place.kinds.add(Kind.COLUMN)
        if not listed:
            place.kinds.update({Kind.FUNCTION, Kind.LITERAL})
        if index:
            place.kinds.add(Kind.FUNCTION)
    else:
        place.signs((",", ")") if listed else ("=", ">", "<", "AND", ")"))
        if index:
            place.words(("DESC", "ASC"))


def _constraint(place: Place, items: list[Item], index: int, content: list[Item]) -> None:
    """In a constraint of the table."""
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


_HANDLERS: dict[str, Callable[[Place, list[Item], int, list[str]], None]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "DROP": _drop,
    "TRUNCATE": _drop,
}
