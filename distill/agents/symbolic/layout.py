"""Lays a statement out in a style. The tokens stay, in their order; only what stands between them
and the case of keywords changes."""

from __future__ import annotations

from dataclasses import replace

from distill.agents.symbolic.outline import ClauseSpan, clauses, matching, split
from distill.agents.symbolic.reading import Reading
from distill.agents.symbolic.spacing import gap, inline, spelled
from distill.agents.symbolic.style import Style
from sqlcomplete.syntax.lex import lex

_LISTS = frozenset({"SELECT", "GROUP BY", "ORDER BY", "SET", "RETURNING", "WINDOW", "VALUES"})
_CONDITIONS = frozenset({"WHERE", "HAVING", "QUALIFY"})
_COMMA = frozenset({","})
_JUNCTIONS = frozenset({"AND", "OR"})
_RIVER = 6  # columns up to the river: the length of SELECT


def laid_out(reading: Reading, style: Style) -> str | None:
    """The statement in the style; None where it has comments, or where a blank made or unmade
    between two tokens would change them."""
    if reading.comments:
        return None
    tokens = reading.tokens
    last = len(tokens)
    while last and tokens[last - 1].text == ";":
        last -= 1
    if style.layout == "line":
        text = inline(reading, 0, last, style)
    else:
        text = _Printer(reading, style).query(0, last, 0)
    before = [t.text.upper() for t in tokens[:last]]
    if [t.text.upper() for t in lex(text, reading.dialect)] != before:
        return None
    return text + ";" if style.semicolon else text


class _Printer:
    """Texts that it returns begin at the column they are told; their further lines are indented."""

    def __init__(self, reading: Reading, style: Style) -> None:
        self.reading = reading
        self.style = style
        self.pairs = matching(reading)
        # Nested queries have no river of their own: their clauses are set line by line.
        self.inner = replace(style, layout="clauses") if style.layout == "river" else style

    # Queries

    def query(self, first: int, last: int, column: int) -> str:
        """A statement or a parenthesised query: a line per clause."""
        spans = clauses(self.reading, first, last)
        if not spans or spans[0].start != first:
            head = spans[0].start if spans else last
            lead = self.expression(first, head, column)
            if not spans:
                return lead
            lines = [lead]
        else:
            lines = []
        at = 0
        river = self.style.layout == "river" and column == 0
        while at < len(spans):
            span = spans[at]
            if span.name == "ON":
                lines[-1] += self._on(span, column, lines[-1])
            elif span.name == "JOIN":
                lines.append(self._join(span, column, river))
            elif span.name == "VALUES" and lines and lines[-1].endswith("\n" + " " * column + ")"):
                # The list of columns was broken: VALUES goes on behind its parenthesis.
                lines[-1] += f" {self._clause(span, column, river).strip()}"
            elif span.name == "OFFSET" and lines and spans[at - 1].name == "LIMIT":
                lines[-1] += f" {inline(self.reading, span.start, span.end, self.style)}"
            else:
                lines.append(self._clause(span, column, river))
            at += 1
        return ("\n" + " " * column).join(lines)

    def _clause(self, span: ClauseSpan, column: int, river: bool) -> str:
        words = inline(self.reading, span.start, span.body, self.style)
        body, end = span.body, span.end
        if span.name == "SELECT":
            body = self._after_modifiers(body, end)
            words = inline(self.reading, span.start, body, self.style)
        if body >= end:
            return self._pad(words, river, span)
        if span.name == "WITH":
            return self._with(words, body, end, column)
        if span.name == "INSERT":
            return self._insert(words, body, end, column)
        words = self._pad(words, river, span)
        room = self.style.width - column - len(words) - 1
        flat = inline(self.reading, body, end, self.style)
        parts = self._parts(span, body, end)
        breaks = len(flat) > room or self._has_block(body, end)
        if span.name in _CONDITIONS and len(parts) > 1 and self.style.break_conditions:
            breaks = True
        if span.name in ("SELECT", "SET") and len(parts) > 1 and self.style.layout != "clauses":
            breaks = True
        if span.name in ("LIMIT", "OFFSET", "FETCH", "FOR", "SET OPERATION", "ON CONFLICT"):
            return f"{words} {flat}"
        stacked = self.style.layout == "stacked" and span.name != "VALUES"
        if stacked and (breaks or span.name in ("SELECT", "FROM", "WHERE", "SET")):
            inner = column + self.style.indent
            return f"{words}\n{' ' * inner}{self._broken(span, parts, inner)}"
        if not breaks:
            return f"{words} {flat}"
        if self.style.layout in ("hanging", "river"):
            inner = column + len(words) + 1
            if span.name in _CONDITIONS:
                inner = column + (_RIVER + 1 if river else self.style.indent)
                return f"{words} {self._terms(parts, inner, river)}"
            return f"{words} {self._broken(span, parts, inner)}"
        inner = column + self.style.indent
        if len(parts) == 1:
            return f"{words} {self._broken(span, parts, column)}"
        if span.name in _CONDITIONS:
            return f"{words} {self._terms(parts, inner, False, head=column)}"
        return f"{words}\n{' ' * inner}{self._broken(span, parts, inner)}"

    def _pad(self, words: str, river: bool, span: ClauseSpan) -> str:
        if not river:
            return words
        head, blank, rest = words.partition(" ")
        return f"{head:>{_RIVER}}{blank}{rest}" if span.name != "SET OPERATION" else words

    def _after_modifiers(self, body: int, end: int) -> int:
        tokens = self.reading.tokens
        if body < end and tokens[body].upper in ("DISTINCT", "ALL"):
            body += 1
            if body + 1 < end and tokens[body].upper == "ON" and tokens[body + 1].text == "(":
                body = self.pairs.get(body + 1, body) + 1
        elif body + 1 < end and tokens[body].upper == "TOP":
            body = self.pairs.get(body + 1, body + 1) + 1
        return body

    def _parts(self, span: ClauseSpan, body: int, end: int) -> list[tuple[int, int]]:
        """A list's items with the comma that ends them, a condition's terms with their AND or OR at
        the head."""
        if span.name in _CONDITIONS:
            cuts = split(self.reading, body, end, _JUNCTIONS)
            starts = [body, *cuts]
            return list(zip(starts, [*cuts, end], strict=True))
        if span.name in _LISTS or span.name == "FROM":
            cuts = split(self.reading, body, end, _COMMA)
            starts = [body, *(c + 1 for c in cuts)]
            return list(zip(starts, [*(c + 1 for c in cuts), end], strict=True))
        return [(body, end)]

    def _broken(self, span: ClauseSpan, parts: list[tuple[int, int]], column: int) -> str:
        newline = "\n" + " " * column
        if span.name in _CONDITIONS:
            return self._terms(parts, column, False)
        if self.style.leading_commas and self.style.layout in ("hanging", "river"):
            newline = newline[:-2]  # the items stand below each other, the commas left of them
        elif not self.style.leading_commas:
            return newline.join(self.expression(first, last, column) for first, last in parts)
        lines = []
        for at, (first, last) in enumerate(parts):
            comma = at < len(parts) - 1
            text = self.expression(first, last - 1 if comma else last, column)
            lines.append(text if at == 0 else f", {text}")
        return newline.join(lines)

    def _terms(
        self, parts: list[tuple[int, int]], column: int, river: bool, *, head: int | None = None
    ) -> str:
        texts = []
        for at, (first, last) in enumerate(parts):
            if at == 0 or river or self.style.and_leads:
                if at and river:
                    word = spelled(self.reading, first, self.style)
                    rest = self.expression(first + 1, last, column)
                    texts.append(f"\n{' ' * (column - 1 - len(word))}{word} {rest}")
                    continue
                text = self.expression(first, last, column if at or head is None else head)
                texts.append(text if at == 0 else f"\n{' ' * column}{text}")
            else:
                word = spelled(self.reading, first, self.style)
                rest = self.expression(first + 1, last, column)
                texts.append(f" {word}\n{' ' * column}{rest}")
        return "".join(texts)

    def _join(self, span: ClauseSpan, column: int, river: bool) -> str:
        words = inline(self.reading, span.start, span.body, self.style)
        inner = column
        if self.style.join_indent or self.style.layout == "stacked":
            inner += self.style.indent
        if river:
            inner += max(_RIVER - len(words.partition(" ")[0]), 0)
        text = self.expression(span.body, span.end, inner)
        return f"{' ' * (inner - column)}{words} {text}"

    def _on(self, span: ClauseSpan, column: int, join: str) -> str:
        text = self._flat_or_terms(span, column)
        if self.style.on_newline:
            first = join.split("\n", 1)[0]
            inner = column + len(first) - len(first.lstrip(" ")) + self.style.indent
            return f"\n{' ' * inner}{text}"
        return f" {text}"

    def _flat_or_terms(self, span: ClauseSpan, column: int) -> str:
        word = spelled(self.reading, span.start, self.style)
        return f"{word} {self.expression(span.body, span.end, column + self.style.indent)}"

    def _with(self, words: str, body: int, end: int, column: int) -> str:
        cuts = split(self.reading, body, end, _COMMA)
        starts = [body, *(c + 1 for c in cuts)]
        texts = [
            self.expression(first, last, column, block=True)
            for first, last in zip(starts, [*cuts, end], strict=True)
        ]
        separator = ", " if self.style.layout == "clauses" else ",\n" + " " * column
        if self.style.leading_commas:
            separator = "\n" + " " * column + ", "
        return f"{words} {separator.join(texts)}"

    def _insert(self, words: str, body: int, end: int, column: int) -> str:
        flat = inline(self.reading, body, end, self.style)
        opening = next((i for i in range(body, end) if self.reading.tokens[i].text == "("), None)
        if opening is None or len(flat) + len(words) + 1 <= self.style.width - column:
            return f"{words} {flat}"
        name = inline(self.reading, body, opening, self.style)
        return f"{words} {name} {self._list_block(opening, column)}"

    def _list_block(self, opening: int, column: int) -> str:
        """A parenthesised list on lines of its own: wrapped where short, else an item a line."""
        closing = self.pairs[opening]
        inner = column + self.style.indent
        flat = inline(self.reading, opening + 1, closing, self.style)
        newline = "\n" + " " * inner
        if len(flat) > self.style.width - inner or self.style.layout == "stacked":
            cuts = split(self.reading, opening + 1, closing, _COMMA)
            starts = [opening + 1, *(c + 1 for c in cuts)]
            ends = [*(c + 1 for c in cuts), closing]
            flat = newline.join(
                inline(self.reading, first, last, self.style)
                for first, last in zip(starts, ends, strict=True)
            )
        return f"({newline}{flat}\n{' ' * column})"

    # Expressions

    def expression(self, first: int, last: int, column: int, *, block: bool = False) -> str:
        """Tokens on one line, except that nested queries that are not short stand in blocks, and a
        CASE that does not fit is broken at its branches."""
        reading, style = self.reading, self.style
        flat = inline(reading, first, last, style)
        fits = len(flat) <= style.width - column
        parts: list[str] = []
        at = first
        while at < last:
            token = reading.tokens[at]
            if at > first:
                parts.append(gap(reading, at, style))
            closing = self.pairs.get(at)
            if closing is not None and closing < last and self._is_query(at):
                size = len(inline(reading, at, closing + 1, style))
                if block or not fits or size > 60:
                    inner = column + style.indent
                    body = _Printer.query(self._for_inner(), at + 1, closing, inner)
                    parts.append(f"(\n{' ' * inner}{body}\n{' ' * column})")
                    at = closing + 1
                    continue
            elif closing is not None and closing < last and not fits and self._opens_values(at):
                parts.append(self._list_block(at, column))
                at = closing + 1
                continue
            elif token.upper == "CASE" and not fits and not reading.is_name(token):
                end = self._end_of_case(at, last)
                if end is not None:
                    parts.append(self._case(at, end, column))
                    at = end + 1
                    continue
            parts.append(spelled(reading, at, style))
            at += 1
        return "".join(parts)

    def _for_inner(self) -> _Printer:
        if self.inner is self.style:
            return self
        other = _Printer.__new__(_Printer)
        other.reading, other.pairs = self.reading, self.pairs
        other.style = other.inner = self.inner
        return other

    def _is_query(self, opening: int) -> bool:
        after = self.reading.tokens[opening + 1] if opening + 1 < len(self.reading.tokens) else None
        return after is not None and after.upper in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")

    def _opens_values(self, opening: int) -> bool:
        before = self.reading.tokens[opening - 1] if opening else None
        return before is not None and before.upper == "VALUES"

    def _has_block(self, first: int, last: int) -> bool:
        for at in range(first, last):
            closing = self.pairs.get(at)
            if closing is not None and closing < last and self._is_query(at):
                return len(inline(self.reading, at, closing + 1, self.style)) > 60
        return False

    def _end_of_case(self, at: int, last: int) -> int | None:
        depth = 0
        for position in range(at, last):
            token = self.reading.tokens[position]
            if self.reading.is_name(token):
                continue
            if token.upper == "CASE":
                depth += 1
            elif token.upper == "END":
                depth -= 1
                if depth == 0:
                    return position
        return None

    def _case(self, at: int, end: int, column: int) -> str:
        reading, style = self.reading, self.style
        inner = column + style.indent
        cuts = []
        depth = cases = 0
        for position in range(at + 1, end):
            token = reading.tokens[position]
            if token.text == "(":
                depth += 1
            elif token.text == ")":
                depth -= 1
            elif depth == 0 and not reading.is_name(token):
                if token.upper == "CASE":
                    cases += 1
                elif token.upper == "END":
                    cases -= 1
                elif not cases and token.upper in ("WHEN", "ELSE"):
                    cuts.append(position)
        head = inline(reading, at, cuts[0] if cuts else end, style)
        newline = "\n" + " " * inner
        ends = [*cuts[1:], end]
        branches = [self.expression(a, b, inner) for a, b in zip(cuts, ends, strict=True)]
        closing = spelled(reading, end, style)
        return f"{head}{newline}{newline.join(branches)}\n{' ' * column}{closing}"
