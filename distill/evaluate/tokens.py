"""Says what each token of a finished statement is: a column, a table, a keyword, a function.

sqlglot's tree decides; the words it does not place are keywords or function names by what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from distill.evaluate.lexing import Lexeme, lex

TokenClass = Literal[
    "column", "table", "keyword", "function", "qualifier", "new name", "type", "other"
]
KINDS: tuple[TokenClass, ...] = ("column", "table", "keyword", "function")

_NOT_CALLED = frozenset(
    """
    ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FILTER FROM HAVING IN INTERSECT
    INTO IS JOIN LIKE LIMIT NOT ON OR OVER RETURNING SELECT SET SOME THEN UNION USING VALUES
    WHEN WHERE WITH WITHIN RECURSIVE CONFLICT LATERAL MATERIALIZED KEY
    """.split()  # noqa: SIM905 - a list would take a line a word
)


@dataclass(frozen=True, slots=True)
class LabelledToken:
    """A token of the target and what it is."""

    kind: TokenClass
    text: str
    start: int
    end: int


def label(sql: str, dialect: str) -> tuple[LabelledToken, ...]:
    """The words and quoted names of the statement, in order. Where sqlglot cannot parse it, only
    keywords and functions are told apart and every other word is `other`."""
    lexemes = [t for t in lex(sql) if t.kind != "comment"]
    placed = _placed(sql, dialect)
    keywords, types = vocabulary(dialect)
    found: list[LabelledToken] = []
    for index, token in enumerate(lexemes):
        if token.kind not in ("word", "quoted"):
            continue
        kind = placed.get(token.start)
        if kind is None and token.kind == "word":
            kind = _unplaced(lexemes, index, keywords, types)
        found.append(LabelledToken(kind or "other", token.text, token.start, token.end))
    return tuple(found)


def _unplaced(
    lexemes: list[Lexeme], index: int, keywords: frozenset[str], types: frozenset[str]
) -> TokenClass:
    token = lexemes[index]
    upper = token.text.upper()
    before = lexemes[index - 1].text.upper() if index else ""
    after = lexemes[index + 1].text if index + 1 < len(lexemes) else ""
    if upper in types and before in ("AS", "::"):
        return "type"
    if before == ".":
        return "other"
    if after == "(" and upper not in _NOT_CALLED:
        return "function"
    return "keyword" if upper in keywords else "other"


def _placed(sql: str, dialect: str) -> dict[int, TokenClass]:
    """What the tree says of the identifiers and calls, by the offset where each begins."""
    try:
        trees = sqlglot.parse(sql, dialect=dialect)
    except (SqlglotError, RecursionError, ValueError):
        return {}
    places: dict[int, TokenClass] = {}
    for tree in trees:
        if tree is None or isinstance(tree, exp.Command):
            continue
        for node in tree.walk():
            start = node.meta.get("start")
            if not isinstance(start, int):
                continue
            if isinstance(node, exp.Identifier):
                places[start] = _role(node)
            elif isinstance(node, exp.Func) and not isinstance(node, (exp.Connector, exp.Case)):
                places.setdefault(start, "function")
    return {at: kind for at, kind in places.items() if kind != "function" or _called(sql, at)}


def _called(sql: str, at: int) -> bool:
    """Whether the word at `at` is written as a call (`CURRENT_DATE` is not)."""
    end = at
    while end < len(sql) and (sql[end].isalnum() or sql[end] == "_"):
        end += 1
    return sql[end:].lstrip().startswith("(")


def _role(node: exp.Identifier) -> TokenClass:
    parent = node.parent
    if isinstance(parent, exp.Table):
        return "table" if node.arg_key == "this" else "qualifier"
    if isinstance(parent, exp.Column):
        return "column" if node.arg_key == "this" else "qualifier"
    if isinstance(parent, (exp.Schema, exp.Join)):
        return "column" if node.arg_key in ("expressions", "using") else "table"
    if isinstance(parent, (exp.Alias, exp.TableAlias, exp.CTE, exp.ColumnDef)):
        return "new name"
    if isinstance(parent, exp.Dot):
        return "column"
    return "other"


@lru_cache(maxsize=32)
def functions(dialect: str) -> frozenset[str]:
    """Names of the functions that sqlglot knows in the dialect, upper case."""
    return frozenset(map(str.upper, Dialect.get_or_raise(dialect).parser_class.FUNCTIONS)) | {"NOW"}


@lru_cache(maxsize=32)
def vocabulary(dialect: str) -> tuple[frozenset[str], frozenset[str]]:
    """The dialect's keywords, each word of a phrase by itself, and its type names."""
    found = Dialect.get_or_raise(dialect)
    phrases = found.tokenizer_class.KEYWORDS
    words = {word for phrase in phrases for word in phrase.upper().split() if word.isidentifier()}
    types = {
        phrase.upper()
        for phrase, token in phrases.items()
        if token in found.parser_class.TYPE_TOKENS and phrase.isidentifier()
    }
    words |= {"BY", "ASC", "DESC", "NULLS", "FIRST", "LAST", "CONFLICT", "NOTHING", "DO", "INTO"}
    return frozenset(words), frozenset(types)
