"""The relations that a FROM clause reads, and the state in which it ends."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcomplete.syntax.keywords import JOIN_WORDS, NOT_ALIAS, RESERVED, SET_OPERATORS
from sqlcomplete.syntax.outline import Frame, Item
from sqlcomplete.syntax.query.items import names_in, word_at

TEMPORAL = frozenset({"SYSTEM_TIME", "SYSTEM", "VERSION", "TIMESTAMP", "TIME"})
"""The words after FOR that choose a version of a table."""
_NOT_RELATION = RESERVED | SET_OPERATORS | frozenset({"LATERAL", "CROSS", "OUTER", "JOIN", "APPLY"})


@dataclass(slots=True)
class Reference:
    """A relation as a FROM clause writes it. `names` are the items of a dotted name; `frame` is a
    derived table's body or a function's arguments."""

    names: list[Item]
    frame: Frame | None = None
    function: bool = False
    alias: Item | None = None
    columns: tuple[str, ...] = ()
    lateral: bool = False
    using: tuple[str, ...] = ()
    natural: bool = False
    start: int = 0


@dataclass(slots=True)
class FromState:
    """Where a FROM clause stands at its end: what was read, and what may come.

    `at` is one of relation, name, alias, aliased, join, on, using, used; `on` is where the ON
    expression begins. `words` are the join words before the cursor. `owes` tells that the last
    join still needs its condition.
    """

    references: list[Reference]
    at: str = "relation"
    on: int = 0
    words: tuple[str, ...] = ()
    owes: bool = False
    joins: int = 0


def _dashed(items: list[Item], i: int, end: int) -> bool:
    """Whether a dash joins two words without a space: BigQuery's `my-project.data.table`."""
    return (
        items[i].sym == "-"
        and i + 1 < end
        and items[i].start == items[i - 1].end
        and items[i + 1].is_name
        and items[i + 1].start == items[i].end
    )


def _is_alias(item: Item) -> bool:
    return item.is_name and item.word not in NOT_ALIAS


def read_from(items: list[Item], start: int, end: int, *, joined: bool = True) -> FromState:
    """Reads the relations of `items[start:end]`, a FROM clause's content.

    Args:
        joined: whether ON and USING of joins are part of it.
    """
    state = FromState([])
    references = state.references
    i = start
    lateral = natural = False
    words: list[str] = []
    while i < end:
        item = items[i]
        word = item.word
        if state.at == "on":
            if word in JOIN_WORDS and not (
                word in {"LEFT", "RIGHT"} and i + 1 < end and items[i + 1].frame is not None
            ):
                pass  # a join begins, below
            elif item.sym == ",":
                state.at = "relation"
                lateral = natural = False
                i += 1
                continue
            elif word == "ON" and joined:
                state.on = i + 1
                i += 1
                continue
            else:
                i += 1
                continue
        if state.at in {"relation", "lateral"}:
            words = []
            if word in {"LATERAL", "ONLY"} and not item.hole:
                lateral = lateral or word == "LATERAL"
                state.at = "lateral"
                i += 1
                continue
            if item.frame is not None:
                _bracketed(item, references, lateral, natural, state)
                state.at = "name"
                i += 1
                lateral = natural = False
                continue
            if item.is_name and (word not in _NOT_RELATION or item.hole):
                reference = Reference([item], lateral=lateral, natural=natural, start=item.start)
                i += 1
                while i < end and (items[i].sym == "." or _dashed(items, i, end)):
                    i += 1
                    if (
                        i < end
                        and items[i].is_name
                        and not (items[i].word in RESERVED and items[i].start > items[i - 1].end)
                    ):
                        reference.names.append(items[i])
                        i += 1
                frame = items[i].frame if i < end else None
                if frame is not None and frame.bracket == "(":
                    reference.function = True
                    reference.frame = frame
                    i += 1
                    if word_at(items, i) == "WITH" and word_at(items, i + 1) == "ORDINALITY":
                        i += 2
                references.append(reference)
                state.at = "name"
                lateral = natural = False
                continue
            if word not in JOIN_WORDS:
                if item.token.kind.value == "template" or item.token.kind.value == "placeholder":
                    if i + 2 < end and items[i + 1].sym == "." and items[i + 2].is_name:
                        references.append(Reference([items[i + 2]], start=items[i + 2].start))
                        i += 2
                    else:
                        references.append(Reference([], start=item.start))
                    state.at = "name"
                elif item.token.kind.value == "string":
                    references.append(Reference([item], start=item.start))
                    state.at = "name"
                i += 1
                continue
        if word in JOIN_WORDS and state.at != "alias":
            words = [*words, word] if state.at == "join" else [word]
            if words[0] == "NATURAL":
                natural = True
            if word in {"JOIN", "APPLY", "STRAIGHT_JOIN"}:
                state.at = "relation"
                state.joins += 1
                state.owes = word == "JOIN" and not set(words) & {"CROSS", "NATURAL", "POSITIONAL"}
                if word == "APPLY":
                    lateral = True
            else:
                state.at = "join"
            i += 1
            continue
        if item.sym == ",":
            state.at = "relation"
            state.owes = False
            lateral = natural = False
        elif word == "ON" and joined:
            state.at = "on"
            state.on = i + 1
            state.owes = False
        elif word == "USING" and joined:
            state.at = "using"
        elif state.at == "using" and item.frame is not None:
            if references:
                references[-1].using = names_in(item.frame)
            state.at = "used"
            state.owes = False
        elif word == "AS":
            state.at = "alias"
        elif state.at in {"name", "alias"} and (
            _is_alias(item) or (state.at == "alias" and item.is_name)
        ):
            if references and (item.name or state.at == "alias"):
                references[-1].alias = item if item.name else None
            state.at = "aliased"
        elif state.at == "aliased" and item.frame is not None:
            if references:
                references[-1].columns = names_in(item.frame)
        elif state.at == "name" and item.frame is not None:
            pass  # a hint or an old-style column list
        elif word == "FOR" and word_at(items, i + 1) in TEMPORAL:
            i += 2
            while (
                i < end
                and (
                    items[i].frame is not None
                    or items[i].word in {"AS", "OF", "TIMESTAMP"}
                    or not items[i].is_name
                )
                and items[i].sym != ","
            ):
                i += 1
            continue
        elif word in {"TABLESAMPLE", "FINAL", "SAMPLE", "PIVOT", "UNPIVOT", "WITH"}:
            i += 1
            while i < end and items[i].frame is None and items[i].word not in NOT_ALIAS:
                i += 1
            if word in {"PIVOT", "UNPIVOT"} and references:
                references[-1].columns = ()
                state.at = "name"
        i += 1
    state.words = tuple(words) if state.at in {"join", "relation"} else ()
    return state


def _bracketed(
    item: Item,
    references: list[Reference],
    lateral: bool,
    natural: bool,
    state: FromState,
) -> None:
    """A bracket where a relation stands: a derived table, VALUES, or joins in brackets."""
    frame = item.frame
    assert frame is not None
    if frame.query or word_at(frame.items, 0) in {"VALUES", "SELECT", "WITH"}:
        references.append(Reference([], frame, lateral=lateral, natural=natural, start=item.start))
        return
    if not frame.items or (len(frame.items) == 1 and frame.items[0].hole):
        references.append(Reference([], frame, lateral=lateral, start=item.start))
        return
    inner = read_from(frame.items, 0, len(frame.items))
    references.extend(inner.references)
