"""AS before an alias: written, or left out, for tables and for columns."""

from __future__ import annotations

import random

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.reading import Edit, Reading, edited
from distill.agents.symbolic.style import style_of


def _places(reading: Reading) -> list[tuple[int, bool, bool]]:
    """(position of the alias's token, whether of a table, whether AS stands before it)."""
    places = []
    for at, token in enumerate(reading.tokens):
        identifier = reading.names.get(token.start)
        if identifier is None or at == 0:
            continue
        parent = identifier.parent
        if isinstance(parent, exp.TableAlias) and identifier.arg_key == "this":
            if isinstance(parent.parent, (exp.CTE, exp.Insert)):
                continue
            of_table = True
        elif isinstance(parent, exp.Alias) and identifier.arg_key == "alias":
            of_table = False
        else:
            continue
        places.append((at, of_table, reading.tokens[at - 1].upper == "AS"))
    return places


def alias_words(reading: Reading) -> tuple[bool | None, bool | None]:
    """Whether the statement writes AS before tables' and before columns' aliases; None where it
    has none, or both ways."""
    answers = []
    for kind in (True, False):
        held = {has for _, of_table, has in _places(reading) if of_table is kind}
        answers.append(held.pop() if len(held) == 1 else None)
    return answers[0], answers[1]


def with_alias_words(reading: Reading, tables: bool | None, columns: bool | None) -> str:
    """The text with AS as wanted; None leaves it as it is."""
    upper = style_of(reading).keyword_case == "upper"
    edits = []
    for at, of_table, has in _places(reading):
        wanted = tables if of_table else columns
        token, before = reading.tokens[at], reading.tokens[at - 1]
        if wanted is None or wanted == has:
            continue
        if wanted:
            edits.append(Edit(token.start, token.start, "AS " if upper else "as "))
        elif _may_lack(reading, at):
            edits.append(Edit(before.start, token.start, ""))
    return edited(reading.sql, edits)


def _may_lack(reading: Reading, at: int) -> bool:
    """Whether the alias is one without AS to every parser: no word of SQL."""
    return not reading.tokens[at].text.isalpha() or len(reading.tokens[at].text) < 3 or (
        reading.tokens[at].upper not in _WORDS
    )  # fmt: skip


_WORDS = frozenset(
    """NAME VALUE TYPE DATE YEAR MONTH DAY HOUR MINUTE SECOND COUNT RANK ROW KEY LEVEL STATUS LEFT
    RIGHT SET END FIRST LAST TOTAL""".split()  # noqa: SIM905
)


def change_aliases(subject: Subject, chance: random.Random) -> Change | None:
    """AS added or dropped throughout, for tables (most of all) or for columns."""
    reading = subject.reading
    tables, columns = alias_words(reading)
    if tables is not None:
        text = with_alias_words(reading, not tables, None)
        did = "AS before tables' aliases" if not tables else "tables' aliases without AS"
    elif columns is False:
        text = with_alias_words(reading, None, True)
        did = "AS before columns' aliases"
    else:
        return None
    return Change(text, did, same=True) if text != reading.sql else None
