"""Where a clause ends: the place that a ghost of the right length reaches."""

from __future__ import annotations

from distill.evaluate.lexing import Lexeme, lex

_HEADS = frozenset(
    """
    SELECT FROM WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT WINDOW
    QUALIFY JOIN LEFT RIGHT FULL INNER CROSS NATURAL ON VALUES SET RETURNING WHEN INSERT
    UPDATE DELETE USING
    """.split()  # noqa: SIM905 - a list would take a line a word
)
_CALLED_HEADS = frozenset({"LEFT", "RIGHT", "INSERT", "VALUES"})  # also functions


def clause_end(text: str, at: int) -> int:
    """The end of the clause that `at` stands in: before the next clause's keyword on the same
    level of parentheses, before the parenthesis that closes the level, or the text's end."""
    tokens = [t for t in lex(text) if t.start >= at and t.kind != "comment"]
    depth = 0
    previous: Lexeme | None = None
    for index, token in enumerate(tokens):
        if depth == 0 and previous is not None and _begins(tokens, index):
            return previous.end
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            if depth == 0:
                return previous.end if previous else token.start
            depth -= 1
        previous = token
    return len(text)


def _begins(tokens: list[Lexeme], index: int) -> bool:
    token = tokens[index]
    upper = token.text.upper()
    if token.kind != "word" or upper not in _HEADS:
        return False
    before = tokens[index - 1].text.upper()
    if before in ("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER", "."):
        return False  # inside LEFT OUTER JOIN, or a column that is called like a keyword
    if upper in _CALLED_HEADS and index + 1 < len(tokens) and tokens[index + 1].text == "(":
        return upper == "VALUES"
    return True
