"""The brackets of a statement as a tree of frames, with the cursor's place in it.

Tolerant: a bracket that nothing closes ends where the query around it goes on
(`SELECT count( FROM orders`), and a closing bracket without an opening one is ignored.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.dialects.functions.kinds import FROM_FUNCTIONS
from sqlcomplete.dialects.keywords import CLAUSE_STARTS, RESERVED, SET_OPERATORS, VALUE_WORDS
from sqlcomplete.dialects.positions import BEGINS_QUERY
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import Token, TokenKind

_CLOSERS = {")": "(", "]": "[", "}": "{"}
_MAX_DEPTH = 60  # deeper brackets are read flat: no statement of a person's nests like that


class Item:
    """An element of a frame: a token, or a whole bracket (`frame`).

    `word` is the upper-case text where the token may be a keyword (no quotes, no dot beside it),
    else "". `sym` is an operator's or a punctuation's text, else "". `is_name` tells whether the
    token can be a name by its form. The hole is the item at the cursor: the word being typed, or
    an empty one.
    """

    __slots__ = ("end", "frame", "hole", "is_name", "start", "sym", "token", "word")

    def __init__(self, token: Token, word: str = "", sym: str = "", is_name: bool = False) -> None:
        self.token = token
        self.word = word
        self.sym = sym
        self.is_name = is_name
        self.frame: Frame | None = None
        self.start = token.start
        self.end = token.end
        self.hole = False

    @property
    def name(self) -> str:
        return name_of(self.token)


class Frame:
    """The inside of a bracket, or the whole statement. `index` is the frame's place among the
    items of `parent`; `end` is where the inside ends."""

    __slots__ = ("bracket", "closed", "end", "index", "items", "memo", "parent", "query", "start")

    def __init__(self, parent: Frame | None, bracket: str, start: int, index: int) -> None:
        self.parent = parent
        self.bracket = bracket
        self.start = start
        self.end = start
        self.index = index
        self.items: list[Item] = []
        self.closed = False
        self.query = parent is None
        self.memo: object = None  # the query's parts, once read

    def opener(self) -> Item | None:
        """The item before the bracket."""
        if self.parent is None or self.index == 0:
            return None
        return self.parent.items[self.index - 1]


class Outline:
    """`frame` and `index` say where the hole is; `depth` counts the brackets open there."""

    __slots__ = ("depth", "frame", "index", "root")

    def __init__(self, root: Frame, frame: Frame, index: int) -> None:
        self.root = root
        self.frame = frame
        self.index = index
        self.depth = 0
        walk = frame.parent
        while walk is not None:
            self.depth += 1
            walk = walk.parent

    @property
    def hole(self) -> Item:
        return self.frame.items[self.index]


def ends_operand(item: Item | None) -> bool:
    """Whether an expression may end with the item."""
    if item is None:
        return False
    if item.frame is not None:
        return True
    if item.word:
        return item.word not in RESERVED or item.word in VALUE_WORDS
    if item.sym:
        return item.sym == "*"
    return True


def build(tokens: Sequence[Token], cursor: int, typed_at: int | None, start: int) -> Outline:
    """The outline of a statement's tokens.

    Args:
        tokens: the statement's, without comments.
        cursor: where the hole goes when no word is being typed.
        typed_at: the start of the token being typed, or None.
        start: where the statement begins.
    """
    root = Frame(None, "", start, 0)
    frame = root
    depth = 0
    hole_frame: Frame | None = None
    hole_index = 0
    count = len(tokens)
    previous: Token | None = None
    for number in range(count + 1):
        token = tokens[number] if number < count else None
        if hole_frame is None and typed_at is None and (token is None or token.start >= cursor):
            dotted = previous is not None and previous.text == "." and previous.end == cursor
            hole = Item(Token(TokenKind.WORD, "", cursor, cursor), "", "", True)
            hole.hole = True
            hole_frame, hole_index = frame, len(frame.items)
            frame.items.append(hole)
            if dotted:
                previous = None  # a word after the hole is not the qualified name
        if token is None:
            break
        kind = token.kind
        text = token.text
        if kind is TokenKind.WORD:
            word = text.upper()
            if previous is not None and previous.text == ".":
                if word not in RESERVED or token.start == previous.end:
                    word = ""
            elif number + 1 < count:
                following = tokens[number + 1]
                if (
                    following.text == "."
                    and following.start == token.end
                    and (word not in CLAUSE_STARTS)
                ):
                    word = ""
            if word and frame.parent is not None:
                frame = _closed_by(frame, word, tokens, number)
            item = Item(token, word, "", True)
        elif kind is TokenKind.PUNCTUATION or kind is TokenKind.OPERATOR:
            if text in "([{" and depth < _MAX_DEPTH:
                item = Item(token)
                inner = Frame(frame, text, token.end, len(frame.items))
                item.frame = inner
                frame.items.append(item)
                following_word = tokens[number + 1].upper if number + 1 < count else ""
                inner.query = text == "(" and _begins_query(following_word, frame, inner)
                frame = inner
                depth += 1
                previous = token
                continue
            if text in _CLOSERS:
                opening = _CLOSERS[text]
                walk: Frame | None = frame
                while walk is not None and walk.parent is not None and walk.bracket != opening:
                    walk = walk.parent
                if walk is not None and walk.parent is not None:
                    while frame is not walk:
                        frame = _leave(frame, token.start)
                        depth -= 1
                    walk.closed = True
                    frame = _leave(frame, token.start, token.end)
                    depth -= 1
                previous = token
                continue
            item = Item(token, "", text, False)
        else:
            item = Item(token, "", "", kind is TokenKind.QUOTED)
        if token.start == typed_at:
            item.hole = True
            hole_frame, hole_index = frame, len(frame.items)
        frame.items.append(item)
        previous = token
    end = tokens[-1].end if tokens else start
    while frame.parent is not None:
        frame = _leave(frame, max(end, cursor))
    root.end = max(end, cursor)
    if hole_frame is None:  # the typed token was a bracket: cannot be, but never raise
        hole = Item(Token(TokenKind.WORD, "", cursor, cursor), "", "", True)
        hole.hole = True
        hole_frame, hole_index = root, len(root.items)
        root.items.append(hole)
    return Outline(root, hole_frame, hole_index)


def _leave(frame: Frame, inside_end: int, end: int | None = None) -> Frame:
    """Ends a frame and gives its parent."""
    parent = frame.parent
    assert parent is not None
    frame.end = inside_end
    parent.items[frame.index].end = inside_end if end is None else end
    if not frame.query and frame.bracket == "(" and frame.items:
        first = frame.items[0].frame
        if first is not None and first.query and len(frame.items) > 1:
            frame.query = frame.items[1].word in SET_OPERATORS | {"ORDER", "LIMIT"}
    return parent


def _begins_query(word: str, parent: Frame, inner: Frame) -> bool:
    if word in BEGINS_QUERY:
        opener = inner.opener()
        # `left(`, `values(`: a word of that spelling as a column is rare, a subquery is not.
        return not (word in {"INSERT", "UPDATE", "DELETE"} and opener is not None
                    and opener.word not in {"AS", "MATERIALIZED"})  # fmt: skip
    if word == "FROM":
        opener = inner.opener()
        return opener is not None and opener.word in {"FROM", "JOIN", "AS", "IN", "EXISTS"}
    return False


def _closed_by(frame: Frame, word: str, tokens: Sequence[Token], number: int) -> Frame:
    """The frame the keyword belongs to: an outer one where a bracket was left open."""
    if word in CLAUSE_STARTS:
        following = tokens[number + 1].upper if number + 1 < len(tokens) else ""
        while frame.parent is not None and not frame.query:
            if not _leaves(frame, word, following):
                return frame
            frame = _leave(frame, tokens[number].start)
    elif word == "VALUES":
        while frame.parent is not None and not frame.query and frame.items:
            if frame.items[-1].sym in {"=", "+", "-"}:  # MySQL's values(column)
                return frame
            frame = _leave(frame, tokens[number].start)
    elif word == "SELECT" and frame.items:
        # A second SELECT without a set operator: the query in the bracket has ended.
        while frame.parent is not None and frame.query and _has_select(frame):
            last = frame.items[-1].word
            if last in SET_OPERATORS or last in {"ALL", "DISTINCT", "NAME"}:
                return frame
            if not frame.items[-1].hole and not ends_operand(frame.items[-1]):
                return frame
            frame = _leave(frame, tokens[number].start)
    return frame


def _has_select(frame: Frame) -> bool:
    items = frame.items
    if items[0].word == "WITH":
        return any(item.word == "SELECT" for item in items)
    return items[0].word == "SELECT"


def _leaves(frame: Frame, word: str, following: str) -> bool:
    """Whether the keyword cannot stand in this bracket."""
    opener = frame.opener()
    if frame.bracket != "(":
        return True
    if word == "FROM":
        if opener is not None and opener.word in FROM_FUNCTIONS and len(frame.items) < 4:
            return False
        if len(frame.items) >= 2 and frame.items[-1].word == "DISTINCT":
            return frame.items[-2].word not in {"IS", "NOT"}
        return True
    if word == "WHERE":
        return not (opener is not None and opener.word == "FILTER")
    if word == "ORDER":
        if following not in {"BY", ""}:
            return False
        calls = {"IN", "ANY", "VALUES", "USING"}
        return opener is None or not opener.is_name or opener.word in calls
    if word == "GROUP":
        return following == "BY"
    if word == "LIMIT":
        return opener is None or not opener.is_name
    if word == "JOIN":
        # A bracket round a join stands where a relation stands.
        return not (
            opener is not None and (opener.word in {"FROM", "JOIN"} or opener.sym == ",")
        ) and not (frame.index > 0 and opener is not None and opener.frame is None
                   and opener.word in {"USING", "LATERAL"})  # fmt: skip
    return True
