"""Ways to say the same more clearly. Each takes a statement that is read and returns a text that
means the same, or None where there is nothing to do."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot import exp

from distill.agents.symbolic.layout import laid_out
from distill.agents.symbolic.outline import main_select, split
from distill.agents.symbolic.proof.instances import OWNERS, Instance, Instances
from distill.agents.symbolic.reading import Edit, Reading, edited, read
from distill.agents.symbolic.style import style_of
from distill.agents.symbolic.transforms.naming import words_of
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.schema.index import SchemaIndex

LONG_LINE = 140
"""A statement in one line that is longer is broken into clauses."""


def without_comments(reading: Reading, index: SchemaIndex) -> str | None:
    """The statement without comments (hints stay), their lines closed up."""
    edits = [
        Edit(c.start, c.end, "") for c in reading.comments if not c.text.startswith(("/*+", "/*!"))
    ]
    if not edits:
        return None
    text = edited(reading.sql, edits)
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line.strip()).strip()


def with_explicit_joins(reading: Reading, index: SchemaIndex) -> str | None:
    """FROM a, b WHERE a.x = b.y becomes FROM a JOIN b ON a.x = b.y, where every table after the
    first is linked to one before it."""
    tree = reading.tree
    if not isinstance(tree, exp.Select) or reading.comments:
        return None
    spans = main_select(reading)
    if spans is None or "FROM" not in spans or "WHERE" not in spans:
        return None
    from_, where = spans["FROM"], spans["WHERE"]
    joins = tree.args.get("joins") or []
    held = {t.upper for t in reading.tokens[from_.body : from_.end] if not reading.is_name(t)}
    if not joins or held & {"JOIN", "APPLY", "LATERAL"}:
        return None
    cuts = split(reading, from_.body, from_.end, frozenset({","}))
    tables = [tree.args["from_"].this, *(j.this for j in joins)]
    bounds = list(zip([from_.body, *(c + 1 for c in cuts)], [*cuts, from_.end], strict=True))
    if len(bounds) != len(tables) or not all(isinstance(t, exp.Table) for t in tables):
        return None
    condition = tree.args["where"].this
    if isinstance(condition, exp.Or):
        return None
    terms = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    ands = split(reading, where.body, where.end, frozenset({"AND", "OR"}))
    ranges = list(zip([where.body, *(a + 1 for a in ands)], [*ands, where.end], strict=True))
    if len(ranges) != len(terms):
        return None
    instances = Instances(tree, index)
    names = [t.alias_or_name.lower() for t in tables]
    links = [_linked(term, instances, names) for term in terms]
    placed, order = {names[0]}, [(names[0], list[int]())]
    used: set[int] = set()
    while len(placed) < len(names):
        for name in names:
            own = [
                i
                for i, link in enumerate(links)
                if link is not None and i not in used and name in link
                and len(link - placed - {name}) == 0
            ]  # fmt: skip
            if name not in placed and own:
                placed.add(name)
                used |= set(own)
                order.append((name, own))
                break
        else:
            return None
    if [n for n, _ in order] != names and any(item.is_star for item in tree.expressions):
        return None  # the order of a star's columns would change
    return _joined(reading, dict(zip(names, bounds, strict=True)), order, ranges, used)


def _linked(term: exp.Expr, instances: Instances, names: list[str]) -> frozenset[str] | None:
    """The two tables that an equality of columns links."""
    if not isinstance(term, exp.EQ):
        return None
    one, two = term.this, term.expression
    if not isinstance(one, exp.Column) or not isinstance(two, exp.Column):
        return None
    found = []
    for column in (one, two):
        source = instances.source_of(column)
        name = source.alias if isinstance(source, Instance) else column.table.lower()
        if name not in names:
            return None
        found.append(name)
    return frozenset(found) if found[0] != found[1] else None


def _joined(
    reading: Reading,
    bounds: dict[str, tuple[int, int]],
    order: list[tuple[str, list[int]]],
    ranges: list[tuple[int, int]],
    used: set[int],
) -> str | None:
    tokens, sql = reading.tokens, reading.sql
    spans = main_select(reading)
    assert spans is not None
    upper = style_of(reading).keyword_case == "upper"
    join, on, and_, where = (w if upper else w.lower() for w in ("JOIN", "ON", "AND", "WHERE"))

    def text(bound: tuple[int, int]) -> str:
        return sql[tokens[bound[0]].start : tokens[bound[1] - 1].end]

    parts = [text(bounds[order[0][0]])]
    for name, terms in order[1:]:
        linked = f" {and_} ".join(text(ranges[i]) for i in terms)
        parts.append(f"{join} {text(bounds[name])} {on} {linked}")
    rest = [text(r) for i, r in enumerate(ranges) if i not in used]
    begin = tokens[spans["FROM"].body].start
    if rest:
        parts.append(f"{where} {f' {and_} '.join(rest)}")
    end = tokens[spans["WHERE"].end - 1].end
    made = edited(sql, [Edit(begin, end, " ".join(parts))])
    if "\n" not in sql:
        return made
    return laid_out(read(made, reading.dialect), replace(style_of(reading), semicolon=False))


def with_telling_aliases(reading: Reading, index: SchemaIndex) -> str | None:
    """T1, T2 ... and the like become the initials of their tables."""
    instances = Instances(reading.tree, index)
    wanted = [
        i for i in instances.all
        if i.node.alias and re.fullmatch(r"t\d*|[a-z]", i.alias) and not _tells(i)
        and not isinstance(i.node.parent, exp.Insert)
    ]  # fmt: skip
    if not wanted or not any(re.fullmatch(r"t\d+", i.alias) for i in wanted):
        return None
    named = {t.text.lower() for t in reading.tokens if reading.is_name(t)}
    kept = named - {i.alias for i in wanted}
    given: dict[int, str] = {}
    for instance in wanted:
        near = {
            given[id(other)] for other in wanted if id(other) in given and _meet(instance, other)
        }
        alias = _initials(instance, kept | near)
        if alias is None:
            return None
        given[id(instance)] = alias
    edits: list[Edit] = []
    for instance in wanted:
        alias_node = instance.node.args["alias"].this
        if not _edit(edits, alias_node, given[id(instance)]):
            return None
    for column in reading.tree.find_all(exp.Column):
        if not column.table:
            continue
        source = instances.named(column)
        alias = None if source is None else given.get(id(source))
        if alias is not None and not _edit(edits, column.args["table"], alias):
            return None
    text = edited(reading.sql, edits)
    return text if text != reading.sql else None


def _edit(edits: list[Edit], identifier: object, new: str) -> bool:
    if not isinstance(identifier, exp.Identifier) or identifier.meta.get("start") is None:
        return False
    edits.append(Edit(identifier.meta["start"], identifier.meta["end"] + 1, new))
    return True


def _tells(instance: Instance) -> bool:
    words = words_of(instance.table.name)
    return bool(words) and instance.alias in ("".join(w[0] for w in words), words[0][0])


def _initials(instance: Instance, taken: set[str]) -> str | None:
    words = words_of(instance.table.name)
    if not words:
        return None
    initials = "".join(w[0] for w in words)
    options = [initials, words[0][:2], words[0][:3], words[-1][:3]]
    options += [f"{initials}{n}" for n in range(2, 9)]
    for option in options:
        if option not in taken and option.upper() not in RESERVED and option.isidentifier() and (
            option not in _SMALL_WORDS
        ):  # fmt: skip
            return option
    return None


_SMALL_WORDS = frozenset("as at by do go if in is no of on or so to up us end all and any".split())  # noqa: SIM905


def _meet(one: Instance, two: Instance) -> bool:
    """Whether a query can see both: one's query is the other's, or stands inside it."""
    first, second = one.node.find_ancestor(*OWNERS), two.node.find_ancestor(*OWNERS)
    return _inside(first, second) or _inside(second, first)


def _inside(inner: exp.Expr | None, outer: exp.Expr | None) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.parent
    return False


def well_spaced(reading: Reading, index: SchemaIndex) -> str | None:
    """A statement in one line with its blanks where people put them; a long one broken into
    clauses. Lines that somebody made stay."""
    if "\n" in reading.sql:
        return None
    style = style_of(reading)
    if len(reading.sql) > LONG_LINE:
        style = replace(style, layout="clauses", width=100)
    return laid_out(reading, replace(style, semicolon=False))
