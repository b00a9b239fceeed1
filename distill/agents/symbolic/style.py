"""The ways in which people lay SQL out, and which of them a text follows."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import Literal

from distill.agents.symbolic.outline import clauses
from distill.agents.symbolic.reading import Reading
from sqlcomplete.syntax.model import TokenKind

Case = Literal["upper", "lower"]
Layout = Literal["line", "clauses", "hanging", "stacked", "river"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a statement is written. `function_case` None leaves functions as they are.

    `layout`: "line" all in one; "clauses" a line per clause, its list broken only where it does
    not fit `width`; "hanging" a list's items below each other, under the first; "stacked" a
    clause's words alone on their line and what they hold indented below; "river" keywords
    right-aligned at one column.
    """

    layout: Layout = "clauses"
    keyword_case: Case = "upper"
    function_case: Case | None = None
    leading_commas: bool = False
    indent: int = 4
    width: int = 80
    and_leads: bool = True
    join_indent: bool = False
    on_newline: bool = False
    insert_space: bool = True
    break_conditions: bool = True
    semicolon: bool = False


# Weights by how often application code and analysts' scripts show each.
_LAYOUTS: tuple[tuple[Layout, int], ...] = (
    ("clauses", 40), ("stacked", 25), ("line", 15), ("hanging", 12), ("river", 8),
)  # fmt: skip


def some_style(chance: random.Random) -> Style:
    """A style that somebody writes in, the common ones more often."""
    layout = chance.choices([name for name, _ in _LAYOUTS], [w for _, w in _LAYOUTS])[0]
    lower = chance.random() < 0.35
    functions: Case | None = chance.choice((None, "lower" if lower else "upper"))
    return Style(
        layout=layout,
        keyword_case="lower" if lower else "upper",
        function_case=functions,
        leading_commas=layout in ("stacked", "hanging", "river") and chance.random() < 0.2,
        indent=chance.choice((2, 2, 4, 4, 4)),
        width=chance.choice((72, 80, 88, 100, 120)),
        and_leads=chance.random() < 0.9,
        join_indent=layout != "river" and chance.random() < 0.2,
        on_newline=layout != "line" and chance.random() < 0.25,
        insert_space=chance.random() < 0.75,
        break_conditions=chance.random() < 0.8,
        semicolon=chance.random() < 0.3,
    )


def style_of(reading: Reading) -> Style:
    """The style that comes nearest to how the statement is written, for what is added to it."""
    tokens, sql = reading.tokens, reading.sql
    words = [t.text for t in tokens if reading.is_keyword(t)]
    lower = sum(w.islower() for w in words) * 2 > len(words)
    called = [
        t.text
        for t, after in itertools.pairwise(tokens)
        if after.text == "(" and t.kind is TokenKind.WORD and t.end == after.start
    ]
    case: Case | None = None
    if called and all(c.isupper() for c in called):
        case = "upper"
    elif called and all(c.islower() for c in called):
        case = "lower"
    leading = sum(t.text == "," and _begins_line(sql, t.start) for t in tokens) > sum(
        t.text == "," and sql[t.end : t.end + 1] == "\n" for t in tokens
    )
    return Style(
        layout=_layout_of(reading),
        keyword_case="lower" if lower else "upper",
        function_case=case,
        leading_commas=leading,
        indent=_indent_of(sql),
        width=max(80, min(120, max(map(len, sql.split("\n"))))),
        join_indent=any(
            _begins_line(sql, tokens[c.start].start)
            and sql[: tokens[c.start].start].rpartition("\n")[2] != ""
            for c in clauses(reading)
            if c.name == "JOIN"
        ),
        semicolon=sql.rstrip().endswith(";"),
    )


def _layout_of(reading: Reading) -> Layout:
    sql, tokens = reading.sql, reading.tokens
    spans = clauses(reading)
    if "\n" not in sql.strip():
        return "line"
    alone = [c for c in spans if c.name in ("SELECT", "FROM", "WHERE", "SET") and c.body < c.end]
    below = sum(_begins_line(sql, tokens[c.body].start) for c in alone)
    if alone and below * 2 > len(alone):
        return "stacked"
    first = spans[0] if spans else None
    if first is not None and first.name == "SELECT" and len(spans) > 1:
        gap = sql[: tokens[spans[1].start].start].rpartition("\n")[2]
        if gap and not gap.strip() and spans[1].name == "FROM":
            return "river"
        commas = [
            t for t in tokens[first.body : first.end]
            if t.text == "," and sql[t.end :].lstrip(" ").startswith("\n")
        ]  # fmt: skip
        if commas:
            return "hanging"
    return "clauses"


def _begins_line(sql: str, start: int) -> bool:
    return sql[:start].rpartition("\n")[2].strip() == "" and "\n" in sql[:start]


def _indent_of(sql: str) -> int:
    depths = [len(line) - len(line.lstrip(" ")) for line in sql.split("\n")[1:] if line.strip()]
    used = [d for d in depths if d]
    return 2 if any(d % 4 for d in used) or (used and min(used) == 2) else 4
