"""What every kind of candidate needs to know of the cursor, read once a keystroke: what is typed,
which relations count, and how the user writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sqlcomplete.candidates.matching import NONE, match_tier
from sqlcomplete.candidates.naming import lower_functions, lower_keywords, write_name
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.positions import INTRODUCES_RELATION
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.model import Analysis, Expectation, Kind, Relation, Token, TokenKind

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)


@dataclass(frozen=True)
class Situation:
    """One cursor of one text, with the schema it is held to."""

    analysis: Analysis
    index: SchemaIndex

    @property
    def expectation(self) -> Expectation:
        return self.analysis.expectation

    @property
    def kinds(self) -> frozenset[Kind]:
        return self.analysis.expectation.kinds

    @property
    def clause(self) -> Clause:
        return self.analysis.expectation.clause

    @property
    def typed(self) -> str:
        return self.analysis.expectation.typed

    @property
    def dialect(self) -> str:
        return self.analysis.dialect

    def fits(self, name: str) -> bool:
        """Whether what is typed may mean `name`."""
        return match_tier(self.typed, name) != NONE

    def write(self, name: str) -> str:
        """`name` as it must stand at the cursor, in the quote the user opened if any."""
        return write_name(name, self.dialect, self.expectation.quote)

    def write_plain(self, name: str) -> str:
        """`name` as it must stand anywhere else."""
        return write_name(name, self.dialect)

    @cached_property
    def left(self) -> tuple[Token, ...]:
        """The statement's tokens that end before the word at the cursor."""
        start = self.expectation.replace[0]
        return tuple(t for t in self.analysis.statement.tokens if t.end <= start)

    @cached_property
    def others(self) -> tuple[Token, ...]:
        """The statement's tokens without the word at the cursor."""
        start, end = self.expectation.replace
        return tuple(
            t
            for t in self.analysis.statement.tokens
            if t.end <= start or t.start >= max(end, start + 1)
        )

    @cached_property
    def _style_tokens(self) -> tuple[Token, ...]:
        return self.others if len(self.others) > 1 else self.analysis.tokens[:400]

    @cached_property
    def keywords_lower(self) -> bool:
        return lower_keywords(self._style_tokens, self.typed)

    @cached_property
    def functions_lower(self) -> bool:
        return lower_functions(self._style_tokens, self.keywords_lower, self.typed)

    def keyword(self, phrase: str) -> str:
        """A keyword or phrase in the user's case."""
        return phrase.lower() if self.keywords_lower else phrase.upper()

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The innermost query's relations first; the written-to table where there is no other."""
        scope = self.analysis.scope
        if scope.relations:
            return scope.relations
        return (scope.target,) if scope.target is not None else ()

    @cached_property
    def near(self) -> tuple[Relation, ...]:
        """The relations of the cursor's own query."""
        return tuple(r for r in self.relations if r.level == 0) or self.relations

    @cached_property
    def dotted(self) -> tuple[tuple[str, str], ...]:
        """(qualifier, name) of each dotted pair of the statement, lower case, in order."""
        return tuple(self._dotted())

    def _dotted(self) -> Iterator[tuple[str, str]]:
        tokens = self.others
        for one, dot, two in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if dot.text == "." and one.kind in _NAMES and two.kind in _NAMES:
                yield bare(one), bare(two)

    @cached_property
    def qualifies(self) -> bool:
        """Whether a column is to be written with its relation's name.

        As the statement does already; where it has no column yet, when there is more than one
        relation or the only one has an alias.
        """
        names = {r.name.lower() for r in self.relations}
        known = {column.name.lower() for r in self.near for column in r.columns}
        dotted = sum(1 for q, _ in self.dotted if q in names)
        plain = 0
        tokens = self.others
        for at, token in enumerate(tokens):
            if (
                token.kind in _NAMES
                and bare(token) in known
                and bare(token) not in names
                and (at == 0 or tokens[at - 1].text != ".")
                and (at + 1 == len(tokens) or tokens[at + 1].text not in (".", "("))
                and (at == 0 or tokens[at - 1].upper not in ("AS", *INTRODUCES_RELATION))
            ):
                plain += 1
        if dotted or plain:
            return dotted >= plain
        return len(self.near) > 1 or any(r.alias for r in self.near)

    @cached_property
    def aliases_with_as(self) -> bool | None:
        """Whether the statement's table aliases are written with AS; None where it has none."""
        seen: bool | None = None
        tokens = self.others
        aliases = {
            r.alias.lower()
            for r in self.relations
            if r.alias and r.kind in ("table", "view", "cte")
        }
        for before, token in pairwise(tokens):
            if token.kind in _NAMES and bare(token) in aliases:
                if before.upper == "AS":
                    return True
                if before.kind in _NAMES and before.upper not in INTRODUCES_RELATION:
                    seen = False
        return seen

    @cached_property
    def tables_nearby(self) -> tuple[Table, ...]:
        """Tables that the statement reads or writes."""
        seen: dict[int, Table] = {}
        for relation in self.relations:
            if relation.table is not None:
                seen.setdefault(id(relation.table), relation.table)
        return tuple(seen.values())

    @cached_property
    def words_elsewhere(self) -> frozenset[str]:
        """Names in the text's other statements, lower case."""
        statement = self.analysis.statement
        return frozenset(
            bare(t)
            for t in self.analysis.tokens[-2000:]
            if t.kind in _NAMES
            and not statement.start <= t.start < max(statement.end, statement.start + 1)
        )

    @cached_property
    def words_here(self) -> frozenset[str]:
        """Names in this statement, lower case, without the word at the cursor."""
        return frozenset(bare(t) for t in self.others if t.kind in _NAMES)


def bare(token: Token) -> str:
    """A name token without its quotes, lower case."""
    if token.kind is TokenKind.QUOTED:
        return token.text[1:].rstrip('"`]').lower()
    return token.text.lower()
