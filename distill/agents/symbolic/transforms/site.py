"""The outermost SELECT of a statement as a place to write in: its tables, its columns as the
statement would name them, and where a new clause goes, in the statement's own style."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from distill.agents.symbolic.change import Subject
from distill.agents.symbolic.outline import ClauseSpan, main_select
from distill.agents.symbolic.proof.instances import OWNERS, Instance, Instances
from distill.agents.symbolic.reading import Edit, Reading
from distill.agents.symbolic.style import Style, style_of
from sqlcomplete.model.prompt import written
from sqlcomplete.schema.model import Column, Table
from sqlcomplete.syntax.model import TokenKind

_ORDER = (
    "WITH", "SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "QUALIFY", "WINDOW", "ORDER BY",
    "LIMIT", "OFFSET", "FETCH", "FOR",
)  # fmt: skip
FOLDING = frozenset({"postgres", "redshift", "materialize", "risingwave"})


@dataclass(frozen=True)
class Site:
    """One plain SELECT. `sources` are the tables that it reads itself, by the order of the text;
    `complete`: it reads nothing else."""

    reading: Reading
    select: exp.Select
    spans: dict[str, ClauseSpan]
    instances: Instances
    sources: tuple[Instance, ...]
    complete: bool

    @cached_property
    def style(self) -> Style:
        return style_of(self.reading)

    @cached_property
    def grouped(self) -> bool:
        """Whether the query returns groups, not rows of its tables."""
        return (
            "GROUP BY" in self.spans
            or self.select.args.get("distinct") is not None
            or any(
                call.find_ancestor(exp.Select) is self.select and not _is_windowed(call)
                for item in self.select.expressions
                for call in item.find_all(exp.AggFunc)
            )
        )

    # Names as this statement writes them

    def qualified(self) -> bool:
        """Whether columns need the name of their table."""
        return len(self.sources) > 1 or any(
            column.table and column.find_ancestor(exp.Select) is self.select
            for column in self.select.find_all(exp.Column)
        )

    def column(self, source: Instance, column: Column) -> str:
        """The column as the statement would write it."""
        name = self.name(column.name)
        return f"{self.called(source)}.{name}" if self.qualified() else name

    def called(self, source: Instance) -> str:
        """The alias, or else the name, of a source in the statement's own letters."""
        alias = source.node.args.get("alias")
        if isinstance(alias, exp.TableAlias) and isinstance(alias.this, exp.Identifier):
            return self.text_of(alias.this)
        assert isinstance(source.node.this, exp.Identifier)
        return self.text_of(source.node.this)

    def text_of(self, identifier: exp.Identifier) -> str:
        """An identifier as it stands in the text."""
        start, end = identifier.meta.get("start"), identifier.meta.get("end")
        if start is None or end is None:
            return written(identifier.name, self.reading.dialect)
        return self.reading.sql[start : end + 1]

    def name(self, name: str) -> str:
        """A name of the schema, quoted where it must be."""
        return in_quotes(name, self.reading)

    def keyword(self, words: str) -> str:
        """Keywords in the statement's case."""
        return words.upper() if self.style.keyword_case == "upper" else words.lower()

    def function(self, name: str) -> str:
        """A function's name in the statement's case."""
        case = self.style.function_case or self.style.keyword_case
        return name.upper() if case == "upper" else name.lower()

    # Where things go

    @cached_property
    def breaks(self) -> bool:
        """Whether clauses begin lines here."""
        tokens, sql = self.reading.tokens, self.reading.sql
        return any(
            "\n" in sql[tokens[s.start - 1].end : tokens[s.start].start]
            for s in self.spans.values()
            if s.start
        )

    @cached_property
    def margin(self) -> int:
        """The column at which the outermost SELECT begins."""
        start = self.reading.tokens[self.spans["SELECT"].start].start
        line = self.reading.sql[:start].rpartition("\n")[2]
        return len(line) - len(line.lstrip(" "))

    def end_of(self, clause: str) -> int:
        """The offset at which a clause's last token ends."""
        return self.reading.tokens[self.spans[clause].end - 1].end

    def new_clause(self, clause: str, body: str) -> Edit:
        """The edit that puts a clause, which the query lacks, in its place."""
        last = max(
            (self.spans[c] for c in _ORDER[: _ORDER.index(clause)] if c in self.spans),
            key=lambda s: s.end,
        )
        at = self.reading.tokens[last.end - 1].end
        words = self.keyword(clause)
        if not self.breaks:
            return Edit(at, at, f" {words} {body}")
        margin = " " * self.margin
        if self.style.layout == "river":
            head, _, rest = words.partition(" ")
            aligned = f"{head:>6} {rest}".rstrip()
            return Edit(at, at, f"\n{margin}{aligned} {body}")
        if self.style.layout == "stacked":
            return Edit(at, at, f"\n{margin}{words}\n{margin}{' ' * self.style.indent}{body}")
        return Edit(at, at, f"\n{margin}{words} {body}")

    def new_term(self, term: str) -> Edit:
        """The edit that adds a condition to WHERE, or makes a WHERE of it."""
        span = self.spans.get("WHERE")
        if span is None:
            return self.new_clause("WHERE", term)
        tokens, sql = self.reading.tokens, self.reading.sql
        where = self.select.args["where"].this
        first, at = tokens[span.body].start, tokens[span.end - 1].end
        word = self.keyword("AND")
        wrapped = isinstance(where, exp.Or)
        end = f"){self._and_break(span)}{word} {term}" if wrapped else (
            f"{self._and_break(span)}{word} {term}"
        )  # fmt: skip
        if wrapped:
            return Edit(first, at, f"({sql[first:at]}{end}")
        return Edit(at, at, end)

    def _and_break(self, span: ClauseSpan) -> str:
        """What stands before another AND: as before the last one, or what the layout has."""
        tokens, sql = self.reading.tokens, self.reading.sql
        depth = 0
        found = None
        for at in range(span.body, span.end):
            depth += (tokens[at].text == "(") - (tokens[at].text == ")")
            if depth == 0 and tokens[at].upper == "AND" and tokens[at - 2].upper != "BETWEEN":
                found = sql[tokens[at - 1].end : tokens[at].start]
        if found is not None:
            return found if "\n" in found else " "
        if not self.breaks:
            return " "
        if self.style.layout == "river":
            return f"\n{' ' * (self.margin + 3)}"
        return f"\n{' ' * (self.margin + self.style.indent)}"

    def new_item(self, item: str) -> Edit:
        """The edit that adds a column to the projection."""
        span = self.spans["SELECT"]
        tokens, sql = self.reading.tokens, self.reading.sql
        at = tokens[span.end - 1].end
        before = sql[tokens[span.start].start : at]
        depth = 0
        gaps = []
        for position in range(span.body, span.end):
            token = tokens[position]
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.text == ",":
                left = sql[tokens[position - 1].end : token.start]
                right = sql[token.end : tokens[position + 1].start]
                gaps.append(f"{left},{right}")
        if gaps:
            usual = max(gaps, key=gaps.count)
            return Edit(at, at, f"{usual if usual.strip() == ',' else ', '}{item}")
        first = sql[tokens[span.start].end : tokens[span.body].start]
        gap = f",{first}" if "\n" in first else ", "
        return Edit(at, at, f"{gap if '--' not in before else ', '}{item}")


def site_of(subject: Subject) -> Site | None:
    """The statement's outermost SELECT; None where it is not one plain query of known tables."""
    tree = subject.reading.tree
    if not isinstance(tree, exp.Select) or tree.args.get("from_") is None:
        return None
    spans = main_select(subject.reading)
    if spans is None or "FROM" not in spans or "SELECT" not in spans:
        return None
    instances = Instances(tree, subject.index)
    own = [i for i in instances.all if i.node.find_ancestor(*OWNERS) is tree]
    own.sort(key=lambda i: i.node.this.meta.get("start", 0))
    if not own:
        return None
    named = [
        node
        for node in tree.find_all(exp.Table, exp.Subquery, exp.Lateral, exp.Unnest)
        if node.find_ancestor(*OWNERS) is tree and isinstance(node.parent, (exp.From, exp.Join))
    ]
    return Site(subject.reading, tree, spans, instances, tuple(own), len(named) == len(own))


def in_quotes(name: str, reading: Reading) -> str:
    """The name as a statement of this dialect must write it. Dialects that fold names need quotes
    round capitals, unless the statement itself goes without."""
    text = written(name, reading.dialect)
    if text != name or reading.dialect not in FOLDING or name == name.lower():
        return text
    plain = any(
        t.kind is TokenKind.WORD and reading.is_name(t) and t.text != t.text.lower()
        for t in reading.tokens
    )
    return name if plain else f'"{name}"'


def _is_windowed(call: exp.Expr) -> bool:
    return isinstance(call.parent, (exp.Window, exp.Filter)) and (
        call.find_ancestor(exp.Window) is not None
    )


# Placeholders


def next_placeholder(reading: Reading, name: str) -> str | None:
    """Another placeholder as the statement writes them, for a value called `name`; None where it
    has none, or where numbers and order would clash."""
    held = [t.text for t in reading.tokens if t.kind is TokenKind.PLACEHOLDER]
    if not held:
        return None
    last = held[-1]
    if re.fullmatch(r"\$\d+", last):
        return f"${max(int(h[1:]) for h in held if re.fullmatch(r'[$][0-9]+', h)) + 1}"
    if last in ("?", "%s"):
        return last
    found = re.match(r"(%\(|[:@$])(\w+)", last)
    if found is None or found.group(2)[0].isdigit():
        return None
    sigil = found.group(1)
    names = [m.group(1) for h in held if (m := re.match(r"(?:%\(|[:@$])(\w+)", h))]
    if any(re.search(r"[a-z][A-Z]", n) for n in names):
        head, *rest = name.split("_")
        name = head + "".join(w.capitalize() for w in rest)
    while any(n.lower() == name.lower() for n in names):
        name = f"{name}_2" if not name.endswith("_2") else f"{name}x"
    return f"%({name})s" if sigil == "%(" else f"{sigil}{name}"


def some_column(
    chance: random.Random, sources: tuple[Instance, ...], wanted: object
) -> tuple[Instance, Column] | None:
    """A column of the sources for which `wanted` (a function of table and column) holds."""
    assert callable(wanted)
    fitting = [(s, c) for s in sources for c in s.table.columns if wanted(s.table, c)]
    return chance.choice(fitting) if fitting else None


def is_key(table: Table, column: Column) -> bool:
    """Whether the column is of the primary key or of a foreign key."""
    name = column.name.lower()
    return name in (k.lower() for k in table.primary_key) or any(
        name == c.lower() for key in table.foreign_keys for c in key.columns
    )


def is_label(table: Table, column: Column) -> bool:
    """Whether the column is a key by its place or by its name."""
    pattern = r"(?:^|_)(?:id|uuid|key|hash)$|^[a-z]{1,2}id$|Id$|ID$"
    return is_key(table, column) or bool(re.search(pattern, column.name))
