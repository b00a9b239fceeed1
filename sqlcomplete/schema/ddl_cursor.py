"""Walks the tokens of one statement, or of a part of it, for the reader of DDL."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlcomplete.dialects.ddl_words import (
    AFTER_DEFAULT,
    AFTER_TYPE,
    AFTER_VIEW_QUERY,
    ENUMERATED_TYPES,
    NESTED_TYPES,
)
from sqlcomplete.schema.ddl_lexer import NUMBER, QUOTED, STRING, WORD, DdlToken
from sqlcomplete.schema.ddl_state import Name

_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


class DdlFormError(Exception):
    """What cannot be read of a statement; `at` is the offset in the text, where it is known."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


def shown(text: str) -> str:
    """A piece of someone's text, short and on one line, for a message."""
    line = " ".join(text[:80].split())
    return repr(line if len(line) <= 30 and len(text) <= 80 else line[:30] + "...")


class TokenCursor:
    """A place among tokens. `closed` is False where the statement ends inside the parenthesis."""

    __slots__ = ("_at", "_source", "closed", "tokens")

    def __init__(self, source: str, tokens: Sequence[DdlToken], *, closed: bool = True) -> None:
        self._source = source
        self._at = 0
        self.tokens = tokens
        self.closed = closed

    # Looking

    @property
    def done(self) -> bool:
        return self._at >= len(self.tokens)

    @property
    def remaining(self) -> int:
        return len(self.tokens) - self._at

    @property
    def offset(self) -> int | None:
        """Where the next token stands in the text (the last one's end after all of them)."""
        if not self.done:
            return self.tokens[self._at].start
        return self.tokens[-1].end if self.tokens else None

    def peek(self, ahead: int = 0) -> DdlToken | None:
        at = self._at + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str | None:
        """The upper-cased word that stands there, None for anything but an unquoted word."""
        token = self.peek(ahead)
        return token.value if token is not None and token.kind == WORD else None

    def symbol(self, ahead: int = 0) -> str | None:
        token = self.peek(ahead)
        return token.text if token is not None and token.kind == "punctuation" else None

    def at_symbol(self, symbol: str) -> bool:
        return self.symbol() == symbol

    def at_name(self, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.kind in (WORD, QUOTED)

    def at_string(self) -> bool:
        token = self.peek()
        return token is not None and token.kind == STRING

    def rest(self) -> Sequence[DdlToken]:
        return self.tokens[self._at :]

    # Moving

    def next(self) -> DdlToken:
        token = self.peek()
        if token is None:
            raise DdlFormError("the statement ends too early", self.offset)
        self._at += 1
        return token

    def skip_all(self) -> None:
        self._at = len(self.tokens)

    def accept_words(self, *words: str) -> bool:
        """Moves past the words if all of them stand here in a row."""
        if any(self.word(i) != word for i, word in enumerate(words)):
            return False
        self._at += len(words)
        return True

    def accept_symbol(self, symbol: str) -> bool:
        if self.symbol() != symbol:
            return False
        self._at += 1
        return True

    # Names

    def identifier(self) -> str:
        """One name, quoted or not.

        Raises:
            DdlFormError: something else stands here.
        """
        token = self.peek()
        if token is None:
            raise DdlFormError("a name is missing at the end", self.offset)
        if token.kind not in (WORD, QUOTED, STRING) or not token.value:
            raise DdlFormError(f"expected a name, found {shown(token.text)}", token.start)
        self._at += 1
        return token.text if token.kind == WORD else token.value

    def peek_identifier(self) -> str:
        at = self._at
        try:
            return self.identifier()
        finally:
            self._at = at

    def path(self) -> list[str]:
        """Names joined by dots; T-SQL's `database..table` leaves the middle one out."""
        parts = [self.identifier()]
        while self.accept_symbol("."):
            if self.accept_symbol("."):
                parts.clear()
            parts.append(self.identifier())
        return parts

    def name(self, *, split_dots: bool = False) -> Name:
        """A table's name with its namespace; a database's name in front of these is left out.

        Args:
            split_dots: dots inside quotes part names too (BigQuery's `project.dataset.table`).
        """
        parts = self.path()
        if split_dots:
            parts = [p for part in parts for p in part.split(".") if p]
        if not parts:
            raise DdlFormError("a name is missing", self.offset)
        return (parts[-2] if len(parts) > 1 else None, parts[-1])

    # Groups

    def group(self) -> TokenCursor:
        """What stands in the parentheses that open here; moves past their end."""
        start = self._at + 1
        depth = 0
        for at in range(self._at, len(self.tokens)):
            token = self.tokens[at]
            if token.kind != "punctuation":
                continue
            if token.text == "(":
                depth += 1
            elif token.text == ")":
                depth -= 1
                if depth == 0:
                    self._at = at + 1
                    return TokenCursor(self._source, self.tokens[start:at])
        self._at = len(self.tokens)
        return TokenCursor(self._source, self.tokens[start:], closed=False)

    def split(self, symbol: str) -> list[TokenCursor]:
        """The rest, cut at each `symbol` outside of brackets; moves to the end."""
        parts: list[TokenCursor] = []
        depth = angles = 0
        start = self._at
        previous: DdlToken | None = None
        for at in range(self._at, len(self.tokens)):
            token = self.tokens[at]
            if token.kind == "punctuation":
                if token.text in _OPENING:
                    depth += 1
                elif token.text in _CLOSING:
                    depth -= 1
                elif token.text == "<" and previous is not None:
                    angles += previous.value in NESTED_TYPES
                elif token.text == ">" and angles:
                    angles -= 1
                elif token.text == symbol and depth <= 0 and not angles:
                    parts.append(TokenCursor(self._source, self.tokens[start:at]))
                    start = at + 1
            previous = token
        parts.append(TokenCursor(self._source, self.tokens[start:]))
        self.skip_all()
        return parts

    def columns(self, *, strict: bool = False) -> tuple[str, ...]:
        """The names of a parenthesised list, without lengths and orders.

        Args:
            strict: an expression or a length among them makes the answer empty.
        """
        names: list[str] = []
        for part in self.group().split(","):
            if part.done:
                continue
            if not part.at_name() and not part.at_string():
                return ()
            names.append(part.identifier())
            if strict and part.symbol() is not None:
                return ()
            if part.at_symbol("(") and part.peek(1) is not None:
                inner = part.peek(1)
                if inner is not None and inner.kind != NUMBER:  # a call, not a length
                    return ()
        return tuple(names)

    def columns_after_options(self) -> tuple[str, ...]:
        """A parenthesised list of names that a few words may stand in front of."""
        for ahead in range(8):
            token = self.peek(ahead)
            if token is None or token.value == "REFERENCES":
                return ()
            if token.text == "(":
                self._at += ahead
                return self.columns()
        return ()

    # Pieces of a column's definition

    def type_and_values(self) -> tuple[str | None, tuple[str, ...]]:
        """The column's type as it is written, and the values where the type lists them."""
        start = self._at
        depth = angles = 0
        while (token := self.peek()) is not None:
            previous = self.tokens[self._at - 1] if self._at > start else None
            if token.kind == "punctuation":
                if token.text in _OPENING:
                    if previous is None:
                        break
                    depth += 1
                elif token.text in _CLOSING:
                    if depth == 0:
                        break
                    depth -= 1
                elif token.text == "<":
                    angles += 1
                elif token.text == ">":
                    angles -= 1
                elif depth == 0 and angles <= 0 and token.text not in ".%":
                    break
            elif depth == 0 and angles <= 0 and self._ends_type(token, previous):
                break
            self._at += 1
        tokens = self.tokens[start : self._at]
        if not tokens:
            return None, ()
        return _joined(tokens), _listed(tokens)

    def _ends_type(self, token: DdlToken, previous: DdlToken | None) -> bool:
        if token.kind == STRING:
            return True
        if token.kind != WORD:
            return False
        if previous is not None and previous.text == ".":
            return False
        if token.value == "SET" and previous is None:
            return self.symbol(1) != "("
        if token.value == "CHARACTER":
            return self.word(1) == "SET"
        if token.value == "WITH":
            return self.word(1) not in ("TIME", "LOCAL")
        return token.value in AFTER_TYPE

    def expression_text(self) -> str | None:
        """A default's expression as it is written."""
        start = self._at
        depth = 0
        while (token := self.peek()) is not None:
            if token.kind == "punctuation" and token.text in _OPENING:
                depth += 1
            elif token.kind == "punctuation" and token.text in _CLOSING:
                depth -= 1
            elif self._at > start and depth == 0 and token.kind == WORD:
                casts = self.tokens[self._at - 1].text == ":"
                if token.value in AFTER_DEFAULT and not casts:
                    break
            self._at += 1
        tokens = self.tokens[start : self._at]
        return _joined(tokens) if tokens else None

    def string(self) -> str | None:
        """The string that stands here; None, unmoved but past a NULL, where none does."""
        token = self.peek()
        if token is not None and token.kind in (STRING, QUOTED):
            self._at += 1
            return token.value
        self.accept_words("NULL")
        return None

    def strings(self) -> tuple[str, ...]:
        """All strings from here on."""
        return tuple(t.value for t in self.rest() if t.kind in (STRING, QUOTED))

    def setting(self, name: str) -> str | None:
        """The string that `name = '...'` gives."""
        for ahead in range(self.remaining):
            if self.word(ahead) == name and self.symbol(ahead + 1) == "=":
                token = self.peek(ahead + 2)
                if token is not None and token.kind in (STRING, QUOTED):
                    return token.value
        return None

    def skip_option_value(self) -> None:
        """Moves past the value of `option = value`, an account `user`@`host` too."""
        if not self.done:
            self.next()
        if self.accept_symbol("@") and not self.done:
            self.next()

    # Queries

    def starts_query(self) -> bool:
        """Whether a query begins at the word here."""
        previous = self.peek(-1)
        after_as = previous is not None and previous.value == "AS"
        word = self.word()
        if word == "SELECT":
            return True
        return word in ("WITH", "FROM", "VALUES", "TABLE") and after_as

    def query_text(self) -> str:
        """The text from here to the statement's end, without WITH NO DATA and its like."""
        tokens = self.rest()
        if len(tokens) < 2:
            raise DdlFormError("the query is missing", self.offset)
        self.skip_all()
        end = len(tokens)
        for at in range(max(1, end - 5), end):
            following = tokens[at + 1].value if at + 1 < end else ""
            if tokens[at].value == "WITH" and following in AFTER_VIEW_QUERY:
                end = at
                break
        if tokens[0].value == "TABLE":
            return f"SELECT * FROM {self._source[tokens[1].start : tokens[end - 1].end]}"
        return self._source[tokens[0].start : tokens[end - 1].end]


def _joined(tokens: Sequence[DdlToken]) -> str:
    """The tokens as written, with comments and runs of white space made one space."""
    pieces = [tokens[0].text]
    for before, token in pairwise(tokens):
        pieces.append(" " if token.start > before.end else "")
        pieces.append(token.text)
    return "".join(pieces)


def _listed(tokens: Sequence[DdlToken]) -> tuple[str, ...]:
    """The values of ENUM('a', 'b'), of SET(...) and of ClickHouse's Enum8('a' = 1)."""
    for at, token in enumerate(tokens):
        if token.value in ENUMERATED_TYPES and at + 1 < len(tokens) and tokens[at + 1].text == "(":
            return tuple(t.value for t in tokens[at + 1 :] if t.kind in (STRING, QUOTED))
    return ()
