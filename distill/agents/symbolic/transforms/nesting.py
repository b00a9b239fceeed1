"""Subqueries become CTEs, and CTEs subqueries. Both return what the statement did."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.layout import laid_out
from distill.agents.symbolic.outline import clauses, matching, split
from distill.agents.symbolic.reading import Edit, Reading, UnreadableError, edited, read
from distill.agents.symbolic.style import style_of
from distill.agents.symbolic.transforms.words import said


def to_cte(subject: Subject, chance: random.Random) -> Change | None:
    """A subquery of FROM or of IN, which sees nothing of the query around it, gets a name."""
    reading = subject.reading
    if reading.comments or not isinstance(reading.tree, exp.Select):
        return None
    options = [*_derived(reading), *_members(reading, subject)]
    if not options:
        return None
    name, opening, closing, rest = chance.choice(options)
    sql, tokens = reading.sql, reading.tokens
    inner = sql[tokens[opening].end : tokens[closing].start].strip()
    spans = clauses(reading)
    as_ = "AS" if style_of(reading).keyword_case == "upper" else "as"
    edits = [rest]
    if spans and spans[0].name == "WITH":
        at = tokens[spans[0].end - 1].end
        edits.append(Edit(at, at, f", {name} {as_} ({inner})"))
        if at > tokens[opening].start:
            return None
    else:
        with_ = "WITH" if as_ == "AS" else "with"
        edits.append(Edit(0, 0, f"{with_} {name} {as_} ({inner}) "))
    return _change(reading, edited(sql, edits), "subquery to CTE")


def _derived(reading: Reading) -> Iterator[tuple[str, int, int, Edit]]:
    """(name, opening, closing, edit) of each subquery of FROM with an alias."""
    tokens = reading.tokens
    for opening, closing in matching(reading).items():
        if tokens[opening + 1].upper not in ("SELECT",) or opening == 0:
            continue
        if tokens[opening - 1].upper not in ("FROM", "JOIN", ","):
            continue
        at = closing + 1
        if at < len(tokens) and tokens[at].upper == "AS":
            at += 1
        identifier = reading.names.get(tokens[at].start) if at < len(tokens) else None
        alias = identifier.parent if identifier is not None else None
        if identifier is None or not isinstance(alias, exp.TableAlias) or alias.columns:
            continue
        node = alias.parent
        if not isinstance(node, exp.Subquery) or not _stands_alone(node):
            continue
        if node.find_ancestor(exp.CTE) is not None:
            continue
        text = tokens[at].text
        yield text, opening, closing, Edit(tokens[opening].start, tokens[at].end, text)


def _members(reading: Reading, subject: Subject) -> Iterator[tuple[str, int, int, Edit]]:
    """The same of each `x IN (SELECT one column ...)`."""
    tokens = reading.tokens
    taken = {t.text.lower() for t in tokens if reading.is_name(t)}
    for opening, closing in matching(reading).items():
        if opening == 0 or tokens[opening - 1].upper != "IN":
            continue
        if tokens[opening + 1].upper != "SELECT":
            continue
        node = _query_in(reading, opening, closing)
        if node is None or len(node.expressions) != 1 or not _stands_alone(node):
            continue
        item = node.expressions[0]
        table = node.find(exp.Table)
        if not isinstance(item, exp.Column) or table is None or isinstance(item.this, exp.Star):
            continue
        if node.find_ancestor(exp.CTE) is not None or not isinstance(item.this, exp.Identifier):
            continue
        base = "_".join(said(table.name).split())
        name = next(
            (
                n
                for n in (f"matching_{base}", f"filtered_{base}", f"wanted_{base}")
                if n.isidentifier() and n not in taken and subject.index.table(n) is None
            ),
            None,
        )
        if name is None:
            continue
        start, end = item.this.meta.get("start"), item.this.meta.get("end")
        if start is None or end is None:
            continue
        column = reading.sql[start : end + 1]
        words = [tokens[opening + 1].text, "FROM" if tokens[opening + 1].text.isupper() else "from"]
        text = f"({words[0]} {column} {words[1]} {name})"
        yield name, opening, closing, Edit(tokens[opening].start, tokens[closing].end, text)


def _query_in(reading: Reading, opening: int, closing: int) -> exp.Select | None:
    """The query that stands between two parentheses, by a name in its projection."""
    for at in range(opening + 1, closing):
        identifier = reading.names.get(reading.tokens[at].start)
        if identifier is not None:
            found = identifier.find_ancestor(exp.Select)
            outer = found.parent if isinstance(found, exp.Select) else None
            if isinstance(outer, exp.In) or isinstance(
                outer.parent if outer is not None else None, exp.In
            ):
                return found
            return None
    return None


def _stands_alone(node: exp.Expr) -> bool:
    """Whether the query names nothing of the queries around it."""
    inside = {id(n) for n in node.walk()}
    root = node
    while root.parent is not None:
        root = root.parent
    names = {
        source.alias_or_name.lower()
        for source in node.find_all(exp.Table, exp.Subquery, exp.Lateral, exp.Unnest)
    }
    for column in node.find_all(exp.Column):
        if column.table and column.table.lower() not in names:
            return False
        if not column.table:
            # Without a schema at hand, a bare name is taken to be the nearest query's.
            owner = column.find_ancestor(exp.Select)
            if owner is None or id(owner) not in inside:
                return False
    return not isinstance(node.parent, exp.Lateral)


def from_cte(subject: Subject, chance: random.Random) -> Change | None:
    """A CTE that is read once goes to where it is read."""
    reading = subject.reading
    tree = reading.tree
    with_ = tree.args.get("with_")
    if reading.comments or not isinstance(with_, exp.With) or with_.args.get("recursive"):
        return None
    spans = clauses(reading)
    if not spans or spans[0].name != "WITH":
        return None
    span = spans[0]
    cuts = split(reading, span.body, span.end, frozenset({","}))
    bounds = list(zip([span.body, *(c + 1 for c in cuts)], [*cuts, span.end], strict=True))
    options = []
    for number, (first, last) in enumerate(bounds):
        cte = with_.expressions[number] if number < len(with_.expressions) else None
        if cte is None or not isinstance(cte.this, exp.Query):
            continue
        alias = cte.args.get("alias")
        if alias is not None and alias.columns:
            continue
        uses = [
            t
            for t in tree.find_all(exp.Table)
            if not t.db and t.name.lower() == cte.alias.lower() and t.this.meta.get("start")
        ]
        if len(uses) == 1 and isinstance(uses[0].parent, (exp.From, exp.Join)):
            options.append((number, first, last, uses[0]))
    if not options:
        return None
    number, first, last, use = chance.choice(options)
    tokens, sql = reading.tokens, reading.sql
    opening = next((i for i in range(first, last) if tokens[i].text == "("), None)
    if opening is None:
        return None
    inner = sql[tokens[opening].end : tokens[last - 1].start].strip()
    start, end = use.this.meta["start"], use.this.meta["end"] + 1
    name = sql[start:end]
    as_ = "AS" if style_of(reading).keyword_case == "upper" else "as"
    # The CTE's name stays as the alias where the reader gave it none.
    written = f"({inner})" if use.alias else f"({inner}) {as_} {name}"
    if len(bounds) == 1:
        gone = Edit(tokens[span.start].start, tokens[spans[1].start].start, "")
    elif number + 1 < len(bounds):
        gone = Edit(tokens[first].start, tokens[bounds[number + 1][0]].start, "")
    else:
        gone = Edit(tokens[bounds[number - 1][1] - 1].end, tokens[last - 1].end, "")
    return _change(reading, edited(sql, [gone, Edit(start, end, written)]), "CTE to subquery")


def _change(reading: Reading, text: str, did: str) -> Change | None:
    if sum(t.text in ("?", "%s") for t in reading.tokens) > 1:
        return None  # their order is their meaning
    style = style_of(reading)
    if style.layout == "line" and len(text) > 160:
        style = replace(style, layout="clauses")
    try:
        made = laid_out(read(text, reading.dialect), style)
    except UnreadableError:
        return None
    return None if made is None else Change(made, did, same=True)
