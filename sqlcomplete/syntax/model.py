"""What the syntax layer knows of a text and a cursor: frozen values, offsets in code points.

All `start` and `end` offsets count from the beginning of the whole text, not of the statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.schema.model import Column, Table


class TokenKind(StrEnum):
    """Lexical classes. A keyword is a WORD: where it stands tells whether it is one."""

    WORD = "word"
    QUOTED = "quoted"  # "x", `x`, [x]: an identifier in quotes
    STRING = "string"  # 'x', $$x$$, E'x'
    NUMBER = "number"
    OPERATOR = "operator"  # one token for <=, ||, ::, ->> ...
    PUNCTUATION = "punctuation"  # ( ) , ; . [ ]
    PLACEHOLDER = "placeholder"  # $1, :x, ?, @x, %(x)s
    TEMPLATE = "template"  # {{ x }}, {% x %}
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the source's slice. `closed` is False for a string, quoted name, comment or
    template that the text ends inside of. `value` is a name without its quotes."""

    kind: TokenKind
    text: str
    start: int
    end: int
    closed: bool = True

    @property
    def upper(self) -> str:
        return self.text.upper()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the text: `tokens` leave comments out, `comments` are those inside or right
    above it. `text[start:end]` has neither the leading white space nor the closing semicolon."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    comments: tuple[Token, ...] = ()


class Kind(StrEnum):
    """What may stand at the cursor."""

    COLUMN = "column"
    RELATION = "relation"  # an alias or name of a relation in scope, to be followed by a dot
    TABLE = "table"  # a table, view or CTE to read from or write to
    NAMESPACE = "namespace"
    JOIN = "join"  # a table with its whole join condition
    JOIN_CONDITION = "join condition"
    STAR = "star"
    KEYWORD = "keyword"
    FUNCTION = "function"
    LITERAL = "literal"
    TYPE = "type"
    GROUPING = "grouping"  # the projection's plain columns, for GROUP BY
    ORDERING = "ordering"  # aliases and ordinals of the projection, for ORDER BY
    COLUMN_LIST = "column list"  # INSERT's (a, b, c) VALUES (...)
    OPERATOR = "operator"  # = , < , ) , (
    PHRASE = "phrase"  # several words that the user's own statements go on with
    NEW_NAME = "new name"  # an alias or name being invented: nothing known may be offered


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a relation offers. `table` and `column` are its origin where it has one."""

    name: str
    type: str | None = None
    table: Table | None = None
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation in scope, by the name that qualifies its columns.

    `kind` is one of table, view, cte, derived, function, unknown. `complete` is False where not all
    columns are known (an unknown table, a function): then any column name may be right.
    `level` is 0 for the query at the cursor, 1 for the query around it, and so on. `start` is where
    the relation's name stands in the text.
    """

    name: str
    kind: str
    columns: tuple[OutputColumn, ...] = ()
    table: Table | None = None
    alias: str | None = None
    complete: bool = True
    level: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class ProjectionItem:
    """One expression of the projection at the cursor's query. `columns` are the column references
    in it, as written; `aggregate` tells whether it holds an aggregate (outside OVER)."""

    text: str
    alias: str | None
    start: int
    end: int
    columns: tuple[str, ...] = ()
    aggregate: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be named at the cursor, read from both sides of it.

    `relations`: innermost query first, in the order of the text. `ctes`: every CTE that can be read
    from here. `target`: the table that INSERT, UPDATE, DELETE or MERGE writes to.
    `insert_columns`: names already in INSERT's list. `lateral_aliases`: projection aliases that
    the dialect lets this clause name.
    """

    relations: tuple[Relation, ...] = ()
    ctes: tuple[Relation, ...] = ()
    projection: tuple[ProjectionItem, ...] = ()
    target: Relation | None = None
    insert_columns: tuple[str, ...] = ()
    lateral_aliases: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What may stand at the cursor, and what the answer replaces.

    `typed` is the part of the word left of the cursor, without an opening quote; `quote` is that
    quote or None. `replace` is the span of the word under the cursor, both sides of it.
    `qualifier` holds the names before the dot (`a.b.|` gives ("a", "b")).
    `before` are the last significant tokens left of `replace`, nearest last (at most 8).
    `compared` is the column that a literal or column here is compared with, assigned to or inserted
    into. `function` is the call the cursor is an argument of, with `argument` its position from 0.
    `silent` is True inside comments, strings, numbers and templates: nothing may be offered
    (with `literal_open` True in a string that a known literal may complete).
    """

    kinds: frozenset[Kind]
    clause: Clause
    typed: str
    replace: tuple[int, int]
    qualifier: tuple[str, ...] = ()
    quote: str | None = None
    before: tuple[Token, ...] = ()
    keywords: tuple[
        str, ...
    ] = ()  # keywords and phrases that may stand here, upper case, likeliest first
    operators: tuple[
        str, ...
    ] = ()  # operators and punctuation that may stand here, likeliest first
    compared: OutputColumn | None = None
    function: str | None = None
    argument: int = 0
    silent: bool = False
    literal_open: bool = False
    depth: int = 0  # how many parentheses of the statement are open at the cursor


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that syntax and schema say about one cursor."""

    text: str
    cursor: int
    dialect: str
    statement: Statement
    scope: Scope
    expectation: Expectation
    instruction: str | None = None  # the comment above the statement, without its marks
    tokens: tuple[Token, ...] = field(default=(), repr=False)  # of the whole text, comments too
