"""Tokens as classes: what the prior counts and what ranking looks up. Learning and serving read a
statement by the same functions, from its tokens alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlcomplete.dialects.prior_classes import (
    CLAUSE_OF_UNIT,
    COUNTED_AGGREGATES,
    COUNTED_FUNCTIONS,
    COUNTED_KEYWORDS,
    COUNTED_PHRASES,
    TABLE_OPENERS,
)
from sqlcomplete.syntax.model import Token, TokenKind

_PHRASES_BY_FIRST: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted(COUNTED_PHRASES, key=len, reverse=True):
    _PHRASES_BY_FIRST.setdefault(_phrase[0], []).append(_phrase)


_ENDS_OPERAND = frozenset({"table", "new", "col", ")", "num", "str", "ph", "END", "NULL", "*",
                           "type", "TRUE", "FALSE", "tmpl"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A token, or the tokens of one phrase: `tokens[first:last]` of the statement."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Context:
    """What stands left of a position: the classes of the last three units (nearest last), the
    clause at this depth, and what the query has so far."""

    units: tuple[str, str, str]
    clause: str
    flags: str

    def lookups(self) -> tuple[str, ...]:
        """Keys to look up, most telling first; the last one is every position's."""
        c3, c2, c1 = self.units
        return (
            f"0|{c3}~{c2}~{c1}|{self.clause}|{self.flags}",
            f"1|{c2}~{c1}|{self.clause}|{self.flags}",
            f"2|{c2}~{c1}|{self.clause}",
            f"3|{c1}|{self.clause}|{self.flags}",
            f"4|{c1}|{self.clause}",
            f"5|{c1}",
            "6",
        )


class _Frame:
    __slots__ = ("aggregate", "clause", "grouped", "joins", "opener", "plain", "verb")

    def __init__(self, opener: str, clause: str) -> None:
        self.opener = opener
        self.clause = clause
        self.verb = ""
        self.aggregate = self.plain = self.grouped = False
        self.joins = 0


class Reader:
    """Reads a statement from the left, unit by unit; `context()` tells of the position reached."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self._history: list[str] = ["^", "^", "^"]
        self._frames = [_Frame("", "START")]
        self._style = ""  # q: names are qualified; $: values are placeholders

    def context(self) -> Context:
        """The context of the next token."""
        frame = self._frames[-1]
        names = self._history[-3:]
        kind = ""
        if frame.verb == "SELECT":
            kind = ("a" if frame.aggregate else "") + ("p" if frame.plain else "")
            kind += "g" if frame.grouped else ""
        inner = "s" if len(self._frames) > 1 else ""
        flags = f"{frame.verb[:1]}{kind}{inner}{self._style}"
        return Context((names[0], names[1], names[2]), frame.clause, flags)

    def peek(self, end: int | None = None) -> Unit:
        """The unit that begins at the position reached, as far as `tokens[:end]` tell."""
        end = len(self.tokens) if end is None else end
        at = self.at
        token = self.tokens[at]
        following = self.tokens[at + 1] if at + 1 < end else None
        before = self._history[-1]
        kind = token.kind
        if kind is TokenKind.WORD:
            upper = token.upper
            if before != ".":
                for phrase in _PHRASES_BY_FIRST.get(upper, ()):
                    last = at + len(phrase)
                    if last <= end and all(
                        self.tokens[at + k].upper == word for k, word in enumerate(phrase)
                    ):
                        return Unit(" ".join(phrase), at, last)
                is_call = following is not None and following.text == "("
                if upper in COUNTED_KEYWORDS and not (is_call and upper in COUNTED_FUNCTIONS):
                    return Unit(upper, at, at + 1)
            return Unit(self._name(upper, following), at, at + 1)
        if kind is TokenKind.QUOTED:
            return Unit(self._name("", following), at, at + 1)
        if kind is TokenKind.STRING:
            return Unit("str", at, at + 1)
        if kind is TokenKind.NUMBER:
            return Unit("num", at, at + 1)
        if kind is TokenKind.PLACEHOLDER:
            return Unit("ph", at, at + 1)
        if kind is TokenKind.TEMPLATE:
            return Unit("tmpl", at, at + 1)
        text = "<>" if token.text == "!=" else token.text
        return Unit(text, at, at + 1)

    def _name(self, upper: str, following: Token | None) -> str:
        before, frame = self._history[-1], self._frames[-1]
        in_tables = before in TABLE_OPENERS or before.endswith("JOIN")
        in_tables = in_tables or (frame.clause == "FROM" and before == ",")
        in_tables = in_tables or (
            frame.clause == "USING" and before == "USING" and frame.verb == "M"
        )
        if before == ".":
            return "table" if self._history[-2] == "ns" else "col"
        if following is not None and following.text == ".":
            return "ns" if in_tables else "rel"
        if before == "AS":
            return "type" if frame.opener.startswith(("fn:CAST", "fn:TRY_CAST")) else "new"
        if before in ("WITH", "WITH RECURSIVE") or (frame.clause == "WITH" and before == ","):
            return "new"
        if before == "::":
            return "type"
        if (
            following is not None
            and following.text == "("
            and not (in_tables and frame.clause == "INSERT")
        ):
            return f"fn:{upper}" if upper in COUNTED_FUNCTIONS else "fn"
        if in_tables:
            return "table"
        if before in _ENDS_OPERAND:
            return "new"
        return "col"

    def step(self) -> Unit:
        """Moves over the next unit, and returns it."""
        unit = self.peek()
        name = unit.name
        frame = self._frames[-1]
        if name == "(":
            self._frames.append(_Frame(self._history[-1], self._inner_clause()))
        elif name == ")":
            if len(self._frames) > 1:
                self._frames.pop()
        else:
            clause = CLAUSE_OF_UNIT.get(name)
            if name.endswith("JOIN"):
                frame.clause = "FROM"
                frame.joins += 1
            elif clause is not None:
                # DISTINCT FROM and EXTRACT(x FROM y) do not begin a clause.
                if not (name == "FROM" and frame.clause.startswith("call ")):
                    if name == "USING" and frame.clause == "FROM":
                        clause = "USING"
                    frame.clause = clause
                if name == "GROUP BY":
                    frame.grouped = True
                if name in ("SELECT", "UPDATE", "DELETE FROM", "MERGE", "WITH") or name.startswith(
                    "INSERT"
                ):
                    frame.verb = name
                    frame.aggregate = frame.plain = frame.grouped = False
            elif frame.clause == "SELECT" and frame.verb == "SELECT":
                if name.startswith("fn:") and name[3:] in COUNTED_AGGREGATES:
                    frame.aggregate = True
                elif name == "col":
                    frame.plain = True
        if name == "rel" and "q" not in self._style:
            self._style = "q" + self._style
        elif name == "ph" and "$" not in self._style:
            self._style += "$"
        self._history.append(name)
        self.at = unit.last
        return unit

    def _inner_clause(self) -> str:
        before, clause = self._history[-1], self._frames[-1].clause
        if before.startswith("fn"):
            return f"call {clause.removeprefix('call ')}"
        if before in ("IN", "NOT IN"):
            return "IN"
        if before == "OVER":
            return "OVER"
        if before in ("VALUES",) or (clause == "VALUES" and before == ","):
            return "VALUES"
        if before in ("table", "new") and clause == "INSERT":
            return "COLUMNS"
        if before == "USING":
            return "USING"
        if before == "CONFLICT" or before == "ON CONFLICT":
            return "COLUMNS"
        if before in ("AS", "FROM", "EXISTS", "NOT EXISTS", "ALL", "ANY"):
            return "QUERY"
        return clause


def context_of(left: Sequence[Token]) -> Context:
    """The context right after the tokens `left` of a statement.

    The last token is read without knowing what follows, as it is while typing.
    """
    reader = Reader(left)
    while reader.at < len(left):
        reader.step()
    return reader.context()


def phrase_units(phrase: str) -> tuple[str, ...]:
    """A keyword phrase cut into the classes of its units."""
    words = phrase.upper().split()
    units: list[str] = []
    at = 0
    while at < len(words):
        for known in _PHRASES_BY_FIRST.get(words[at], ()):
            if tuple(words[at : at + len(known)]) == known:
                units.append(" ".join(known))
                at += len(known)
                break
        else:
            units.append(words[at])
            at += 1
    return tuple(units)


def phrase_rests(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(phrase, what is left of it) of each phrase that begins with all of `words` and goes on."""
    count = len(words)
    return tuple(
        (" ".join(phrase), " ".join(phrase[count:]))
        for phrase in _PHRASES_BY_FIRST.get(words[0], ())
        if len(phrase) > count and phrase[:count] == tuple(words)
    )


LONGEST_PHRASE = max(len(phrase) for phrase in COUNTED_PHRASES)


def positions(tokens: Sequence[Token]) -> Iterable[tuple[int, Context, Unit]]:
    """(token index, context, unit that follows) for each unit of a statement, from the left."""
    reader = Reader(tokens)
    while reader.at < len(tokens):
        at = reader.at
        yield at, _blind(reader, at), reader.peek()
        reader.step()


def _blind(reader: Reader, at: int) -> Context:
    """The reader's context as it looks when nothing right of `at` is known: a name before a dot or
    a parenthesis is not yet a qualifier or a function."""
    context = reader.context()
    last = context.units[2]
    if last in ("rel", "ns") or last.startswith("fn"):
        shown = "table" if last == "ns" else "col"
        if last.startswith("fn") and context.clause in ("FROM",):
            shown = "table"
        return Context((context.units[0], context.units[1], shown), context.clause, context.flags)
    return context
