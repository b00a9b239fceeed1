"""What one part of a statement says of another: GROUP BY and ORDER BY from the projection, INSERT
lists from the table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.candidates.literals import placeholder_after, placeholder_style
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.syntax.model import Kind, OutputColumn, ProjectionItem


def grouping(here: Situation) -> Iterator[Candidate]:
    """The projection's plain expressions: all that are still missing at once, then each."""
    if Kind.GROUPING not in here.kinds or here.expectation.qualifier or here.expectation.quote:
        return
    done = _written(here, "BY")
    plain = [
        text
        for text in (
            _expression(item) for item in here.analysis.scope.projection if not item.aggregate
        )
        if text and text != "*" and not _constant(text) and _normal(text) not in done
    ]
    if not plain:
        return
    whole = ", ".join(plain)
    if len(plain) > 1 and here.fits(whole):
        yield Candidate(
            whole, whole, Kind.GROUPING, whole, "every plain column of the projection",
            frozenset({"whole", "in projection"}),
        )  # fmt: skip
    for place, text in enumerate(plain):
        if here.fits(text) or here.fits(text.rpartition(".")[2]):
            features = {"in projection", f"place {min(place, 4)}"}
            if len(plain) == 1:
                features.add("only")
            match = text if here.fits(text) else text.rpartition(".")[2]
            yield Candidate(
                text, text, Kind.GROUPING, match, "in the projection", frozenset(features)
            )


def ordering(here: Situation) -> Iterator[Candidate]:
    """The projection's aliases, its aggregates as written, its ordinals."""
    if Kind.ORDERING not in here.kinds or here.expectation.qualifier or here.expectation.quote:
        return
    done = _written(here, "BY")
    for place, item in enumerate(here.analysis.scope.projection, start=1):
        text = _expression(item)
        if not text or text.endswith("*"):
            continue
        if item.alias and here.fits(item.alias) and item.alias.lower() not in done:
            features = {"alias", *({"aggregate"} if item.aggregate else ())}
            yield Candidate(
                item.alias,
                here.write(item.alias),
                Kind.ORDERING,
                item.alias,
                text,
                frozenset(features),
            )
        if item.aggregate and here.fits(text) and _normal(text) not in done:
            yield Candidate(
                text,
                text,
                Kind.ORDERING,
                text,
                "in the projection",
                frozenset({"aggregate", "text"}),
            )
        if not here.typed:
            yield Candidate(
                str(place), str(place), Kind.ORDERING, str(place), text, frozenset({"ordinal"})
            )


def _expression(item: ProjectionItem) -> str:
    """The item's text without its alias."""
    text = " ".join(item.text.split())
    if item.alias is None:
        return text
    low, alias = text.lower(), item.alias.lower()
    for ending in (f'"{alias}"', f"`{alias}`", f"[{alias}]", alias):
        if low.endswith(ending) and len(ending) < len(text):
            text = text[: -len(ending)].rstrip()
            return text[:-3].rstrip() if text.lower().endswith(" as") else text
    return text


def _constant(text: str) -> bool:
    return text[0] in "'0123456789$?:" or text.upper() in ("NULL", "TRUE", "FALSE")


def _normal(text: str) -> str:
    return "".join(text.lower().split())


def _written(here: Situation, opener: str) -> frozenset[str]:
    """What the list at the cursor holds already, each entry without white space, lower case."""
    entries: list[str] = []
    entry: list[str] = []
    depth = 0
    for token in reversed(here.left):
        if token.text == ")":
            depth += 1
        elif token.text == "(":
            depth -= 1
            if depth < 0:
                break
        if depth == 0 and token.upper == opener:
            break
        if depth == 0 and token.text == ",":
            entries.append("".join(reversed(entry)))
            entry = []
        elif token.upper not in ("ASC", "DESC"):
            entry.append(token.text.lower())
    entries.append("".join(reversed(entry)))
    return frozenset(entries)


def column_lists(here: Situation) -> Iterator[Candidate]:
    """INSERT's list of columns, with VALUES that match: all of them, and without those that the
    database fills itself; the rest of the list where it has begun."""
    target = here.analysis.scope.target
    if Kind.COLUMN_LIST not in here.kinds or target is None or here.expectation.qualifier:
        return
    taken = {name.lower() for name in here.analysis.scope.insert_columns}
    rest = [c for c in target.columns if c.name.lower() not in taken]
    if not rest:
        return
    needed = [c for c in rest if not _filled_by_database(here, c)]
    opened = bool(here.left) and here.left[-1].text in ("(", ",")
    if opened and not here.fits(rest[0].name):
        return
    if here.expectation.quote or (here.typed and not opened):
        return
    for chosen, name in ((needed, "needed"), (rest, "all")):
        if not chosen or (name == "all" and len(needed) == len(rest)):
            continue
        if len(taken) + len(chosen) > 60:
            continue
        names = ", ".join(here.write_plain(c.name) for c in chosen)
        closed = any(t.text == ")" and t.start >= here.expectation.replace[1] for t in here.others)
        if opened and closed:
            yield Candidate(
                names, names, Kind.COLUMN_LIST, names, f"{name} columns", frozenset({name, "rest"})
            )
            continue
        values = _values(here, len(taken) + len(chosen))
        text = f"{'' if opened else '('}{names}) {here.keyword('VALUES')} ({values}"
        yield Candidate(
            text, text, Kind.COLUMN_LIST, text if not opened else names, f"{name} columns",
            frozenset({name, "rest"} if opened else {name}),
        )  # fmt: skip


def _filled_by_database(here: Situation, column: OutputColumn) -> bool:
    declared = column.column
    if declared is None:
        return False
    kind = (declared.type or "").lower()
    if declared.default is not None or "serial" in kind or "identity" in kind:
        return True
    table = here.analysis.scope.target.table if here.analysis.scope.target is not None else None
    return (
        table is not None
        and len(table.primary_key) == 1
        and table.primary_key[0].lower() == declared.name.lower()
        and "int" in kind
    )


def _values(here: Situation, count: int) -> str:
    """Placeholders, closed, where the text uses them; nothing where values are typed by hand."""
    style = placeholder_style(here)
    if style is None or style == "named":
        return ""
    made: list[str] = []
    for _ in range(count):
        made.append(placeholder_after(style, len(made)))
    return ", ".join(made) + ")"
