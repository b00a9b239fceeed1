"""From a text and a cursor to all that syntax and schema say about that place."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.keywords import RESERVED
from sqlcomplete.dialects.phrases import STATEMENTS
from sqlcomplete.dialects.positions import BEFORE_VALUE
from sqlcomplete.dialects.registry import usual_name
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.grammar import expect
from sqlcomplete.syntax.lex import lex, name_of
from sqlcomplete.syntax.model import Analysis, Expectation, Kind, Scope, Statement, Token, TokenKind
from sqlcomplete.syntax.outline import Outline, build
from sqlcomplete.syntax.placeholders import SQLC, named_placeholder
from sqlcomplete.syntax.scope import scope_of
from sqlcomplete.syntax.statement import at_cursor, instruction

_WINDOW = 32_000  # characters read on either side of the cursor of a long text
_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_COMBINING = frozenset({"*", "::", "->", "->>"})
_VALUE_KINDS = frozenset({Kind.LITERAL})


def analyse(text: str, cursor: int, index: SchemaIndex, dialect: str | None = None) -> Analysis:
    """What may stand at `cursor` of `text`, and what may be named there.

    Args:
        text: any text; statements may be unfinished on both sides of the cursor.
        cursor: an offset in code points; one outside the text is moved to its nearest end.
        index: the schema that names resolve against.
        dialect: a sqlglot dialect's name; the schema's own where it is None.

    Returns:
        The analysis. Never raises; the time grows with the statement, and of a text longer than
        64,000 characters only the surroundings of the cursor are read.
    """
    name = usual_name(index.schema.dialect if dialect is None else dialect)
    cursor = min(max(cursor, 0), len(text))
    tokens = _tokens(text, cursor, name)
    current = _token_at(tokens, cursor)
    if current is not None and current.kind in {TokenKind.STRING, TokenKind.QUOTED}:
        tokens = _mended(text, cursor, name, tokens, current)
        current = _token_at(tokens, cursor)
    statement = at_cursor(text, tokens, cursor, name)
    named = current if _is_named_placeholder(text, current, cursor) else None
    silent = named is None and (
        _is_silent(current, cursor) or _in_open_value(text, statement.tokens, current, cursor)
    )
    typed_token = named
    if current is not None and current.kind in _NAMES and not silent:
        typed_token = current
    string = (
        current
        if current is not None
        and current.kind is TokenKind.STRING
        and current.start < cursor
        and (cursor < current.end or not current.closed)
        else None
    )
    anchor = typed_token or string
    begin = anchor.start if anchor is not None else cursor
    outline = build(
        statement.tokens, begin, anchor.start if anchor is not None else None, statement.start
    )
    scope = scope_of(index, name, outline, text)
    expectation = _expectation(
        text, cursor, name, statement, outline, scope, typed_token, string, silent
    )
    return Analysis(
        text,
        cursor,
        name,
        statement,
        scope,
        expectation,
        instruction(text, statement, cursor),
        tokens,
    )


def _tokens(text: str, cursor: int, dialect: str) -> tuple[Token, ...]:
    if len(text) <= 2 * _WINDOW:
        return lex(text, dialect)
    # A statement's end at a line's end is the safest place to begin: seldom inside a string.
    low = max(cursor - _WINDOW, 0)
    start = 0
    if low:
        found = text.find(";\n", low, cursor)
        start = found + 1 if found >= 0 else text.find("\n", low, cursor) + 1 or low
    end = min(cursor + _WINDOW, len(text))
    if end < len(text):
        # Between two words, where there are words at all.
        blank = max(text.rfind("\n", cursor, end), text.rfind(" ", cursor, end))
        end = blank if blank > 0 else end
    return lex(text[:end], dialect, start)


def _token_at(tokens: tuple[Token, ...], cursor: int) -> Token | None:
    """The token that the cursor is inside of or right behind."""
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if tokens[middle].start < cursor:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return None
    token = tokens[low - 1]
    return token if cursor <= token.end else None


def _mended(
    text: str, cursor: int, dialect: str, tokens: tuple[Token, ...], current: Token
) -> tuple[Token, ...]:
    """The tokens, read anew where the quote being typed swallowed what is right of the cursor."""
    if cursor >= current.end and current.closed:
        return tokens
    torn = not current.closed or any(
        not t.closed for t in tokens if t.start >= current.end and t.kind is not TokenKind.COMMENT
    )
    if not torn or cursor == len(text):
        return tokens
    stop = cursor
    while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
        stop += 1
    limit = tokens[-1].end
    left = tuple(t for t in tokens if t.end <= current.start)
    head = Token(current.kind, text[current.start : stop], current.start, stop, False)
    right = lex(text[:limit], dialect, stop)
    if current.closed and any(not t.closed for t in right):
        return tokens
    return (*left, head, *right)


def _is_silent(token: Token | None, cursor: int) -> bool:
    """Whether the cursor stands where nothing may be offered."""
    if token is None:
        return False
    inside = token.start < cursor < token.end
    kind = token.kind
    if kind is TokenKind.COMMENT:
        line = not token.text.startswith("/*")
        return inside or line or not token.closed
    if kind is TokenKind.STRING:
        return inside or not token.closed
    if kind is TokenKind.NUMBER:
        return True
    if kind is TokenKind.PLACEHOLDER:
        return inside or len(token.text) > 1
    if kind is TokenKind.TEMPLATE:
        return inside or not token.closed
    return False


def _is_named_placeholder(text: str, token: Token | None, cursor: int) -> bool:
    """Whether a placeholder is being written, `@`, `:na` or `sqlc.arg(na`, with the cursor behind
    it."""
    if token is None or cursor != token.end or named_placeholder(token.text) is None:
        return False
    if token.kind is TokenKind.PLACEHOLDER:
        return not token.text.endswith(")")
    # Alone, the mark is read as an operator: `a:b` and `a[1:2]` are none of ours.
    before = text[token.start - 1 : token.start]
    return len(token.text) == 1 and (before.isspace() or before in ("", "(", ",", "="))


def _in_open_value(
    text: str, tokens: tuple[Token, ...], current: Token | None, cursor: int
) -> bool:
    """Whether the cursor stands behind a double quote that nothing closes on its line, where a
    value is due: some dialects read text in such quotes as a string."""
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.start >= cursor:
            continue
        if token.kind is TokenKind.QUOTED and not token.closed and token is not current:
            before = tokens[at - 1] if at else None
            return (
                token.text.startswith('"')
                and "\n" not in text[token.start : cursor]
                and before is not None
                and (
                    before.upper in BEFORE_VALUE
                    or (before.kind is TokenKind.OPERATOR and before.text not in _COMBINING)
                )
            )
        if "\n" in token.text:
            return False
    return False


def _typed(text: str, cursor: int, token: Token) -> tuple[str, tuple[int, int], str | None]:
    """The typed part, what an answer replaces, and the open quote."""
    if token.kind is TokenKind.QUOTED:
        if cursor == token.end and token.closed:
            return name_of(token), (token.start, token.end), token.text[0]
        return text[token.start + 1 : cursor], (token.start, token.end), token.text[0]
    return text[token.start : cursor], (token.start, token.end), None


def _qualifier(left: list[Token], begin: int) -> tuple[tuple[str, ...], int]:
    """The names before the dot that `begin` follows, and how many tokens they are."""
    names: list[str] = []
    i = len(left) - 1
    at = begin
    while i >= 1 and left[i].text == "." and left[i - 1].kind in _NAMES:
        if left[i].end != at and names:
            break
        if left[i - 1].kind is TokenKind.WORD and (
            left[i - 1].upper in RESERVED and left[i - 1].end != left[i].start
        ):
            break
        names.append(name_of(left[i - 1]))
        at = left[i - 1].start
        i -= 2
    return tuple(reversed(names)), len(names) * 2


def _expectation(
    text: str,
    cursor: int,
    dialect: str,
    statement: Statement,
    outline: Outline,
    scope: Scope,
    token: Token | None,
    string: Token | None,
    silent: bool,
) -> Expectation:
    typed, replace, quote = "", (cursor, cursor), None
    if token is not None:
        typed, replace, quote = _typed(text, cursor, token)
    elif string is not None:
        opening = string.text.find("'")
        opening = opening if opening >= 0 else 0
        typed = text[min(string.start + opening + 1, cursor) : cursor]
        replace = (string.start, string.end if string.closed else max(cursor, string.end))
        quote = string.text[opening : opening + 1]
    left = [t for t in statement.tokens if t.end <= replace[0]]
    before = tuple(left[-8:])
    answer = expect(_undotted(outline, left), scope, dialect)
    if silent:
        column = answer.compared
        if string is not None and column is not None and Kind.LITERAL in answer.kinds:
            return Expectation(
                _VALUE_KINDS, answer.clause, typed, replace, (), quote, before,
                compared=column, function=answer.function, argument=answer.argument,
                literal_open=True, depth=outline.depth,
            )  # fmt: skip
        return Expectation(
            frozenset(), answer.clause, typed, replace, (), quote, before, silent=True,
            depth=outline.depth,
        )  # fmt: skip
    qualifier, _ = _qualifier(left, replace[0])
    kinds = set(answer.kinds)
    keywords, operators = list(answer.keywords), list(answer.operators)
    if qualifier:
        keywords, operators = [], []
        if qualifier == (SQLC,):
            kinds &= _VALUE_KINDS
        else:
            kinds = _after_dot(kinds, answer.clause, scope, qualifier)
    elif quote:
        keywords, operators = [], []
        kinds -= {Kind.KEYWORD, Kind.OPERATOR, Kind.LITERAL, Kind.STAR, Kind.COLUMN_LIST}
    elif token is not None and named_placeholder(token.text) is not None:
        keywords, operators = [], []
        kinds &= _VALUE_KINDS
    elif _may_begin(text, statement, replace[0], outline, answer.clause, left):
        keywords.extend(w for w in STATEMENTS if w not in keywords)
        kinds.add(Kind.KEYWORD)
    return Expectation(
        frozenset(kinds), answer.clause, typed, replace, qualifier, quote, before,
        tuple(keywords), tuple(operators), answer.compared, answer.function, answer.argument,
        depth=outline.depth,
    )  # fmt: skip


def _undotted(outline: Outline, left: list[Token]) -> Outline:
    """The hole moved to the beginning of its dotted name, so that the grammar sees one operand."""
    items, index = outline.frame.items, outline.index
    while index >= 2 and items[index - 1].sym == "." and items[index - 2].is_name:
        index -= 2
    if index == outline.index:
        return outline
    return Outline(outline.root, outline.frame, index)


def _after_dot(
    kinds: set[Kind], clause: Clause, scope: Scope, qualifier: tuple[str, ...]
) -> set[Kind]:
    """Of the kinds that may stand here, those that may follow a dot."""
    result: set[Kind] = set()
    if kinds & {Kind.TABLE, Kind.JOIN}:
        result |= {Kind.TABLE}
        if Kind.JOIN in kinds:
            result.add(Kind.JOIN)
        if len(qualifier) == 1:
            result.add(Kind.NAMESPACE)
    if Kind.COLUMN in kinds:
        result.add(Kind.COLUMN)
        if Kind.STAR in kinds:
            result.add(Kind.STAR)
    if Kind.FUNCTION in kinds and not any(
        r.name.lower() == qualifier[-1].lower() for r in scope.relations
    ):
        result.add(Kind.FUNCTION)
    if Kind.RELATION in kinds and Kind.COLUMN not in kinds:
        result.add(Kind.RELATION)
    if Kind.NEW_NAME in kinds and not result:
        result.add(Kind.NEW_NAME)
    return result


def _may_begin(
    text: str,
    statement: Statement,
    at: int,
    outline: Outline,
    clause: Clause,
    left: list[Token],
) -> bool:
    """Whether a new statement may begin here, though nothing has ended the one above."""
    if outline.depth or not left or clause is Clause.START:
        return False
    gap = text[left[-1].end : at]
    return gap.count("\n") > 1 and not text[text.rfind("\n", 0, at) + 1 : at].strip()
