"""Colours SQL by the tokens that the completion engine reads, so both see the same strings."""

from __future__ import annotations

from functools import cache

from rich.style import Style
from sqlglot.dialects.dialect import Dialect
from sqlglot.parser import Parser
from textual._text_area_theme import TextAreaTheme

from sqlcomplete.dialects.keywords import KEYWORDS
from sqlcomplete.dialects.registry import usual_name
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind

# Longer texts stay plain: every keystroke reads the text anew (about 1 ms for 5,000 characters).
MAX_CHARACTERS = 60_000

Highlight = tuple[int, int | None, str]
"""First byte in its line, the byte behind the last, the style's name."""

_NAMES = {
    TokenKind.COMMENT: "comment",
    TokenKind.STRING: "string",
    TokenKind.QUOTED: "quoted",
    TokenKind.NUMBER: "number",
    TokenKind.PLACEHOLDER: "placeholder",
    TokenKind.TEMPLATE: "placeholder",
}


def syntax_theme() -> TextAreaTheme:
    """Colours that read well on the application's dark background; all else comes from its CSS."""
    return TextAreaTheme(
        name="sqlcomplete",
        syntax_styles={
            "keyword": Style(color="#7aa2f7", bold=True),
            "function": Style(color="#7dcfff"),
            "type": Style(color="#73daca"),
            "string": Style(color="#9ece6a"),
            "quoted": Style(color="#e0af68"),
            "number": Style(color="#ff9e64"),
            "comment": Style(color="#7a83a8", italic=True),
            "placeholder": Style(color="#bb9af7"),
        },
    )


def highlights(text: str, dialect: str) -> dict[int, list[Highlight]]:
    """The coloured spans of every line that has any, by line number from 0."""
    types = _types(usual_name(dialect))
    found: dict[int, list[Highlight]] = {}
    row, line_start, previous = 0, 0, ""
    tokens = lex(text, dialect)
    for place, token in enumerate(tokens):
        name = _NAMES.get(token.kind)
        if token.kind is TokenKind.WORD:
            follower = tokens[place + 1].text if place + 1 < len(tokens) else ""
            name = None if previous == "." else _word(token.upper, follower, types)
        previous = token.text
        if name is None:
            continue
        while (line_end := text.find("\n", line_start, token.start)) >= 0:
            row, line_start = row + 1, line_end + 1
        start = token.start
        for line in token.text.split("\n"):
            # Textual counts the bytes of a line, without its end.
            left = len(text[line_start:start].encode())
            right = left + len(line.rstrip("\r").encode())
            if right > left:
                found.setdefault(row, []).append((left, right, name))
            if start + len(line) < token.end:
                row, line_start = row + 1, start + len(line) + 1
                start = line_start
    return found


def _word(word: str, follower: str, types: frozenset[str]) -> str | None:
    if word in types and follower != "(" and follower != ".":
        return "type"
    if word in KEYWORDS and follower != ".":
        return "keyword"
    if follower == "(":
        return "type" if word in types else "function"
    return None


@cache
def _types(dialect: str) -> frozenset[str]:
    """The dialect's names of types, upper case, less the words that mostly are something else."""
    try:
        tokenizer = Dialect.get_or_raise(dialect or None).tokenizer_class
    except ValueError:
        return frozenset()
    names = (word for word, kind in tokenizer.KEYWORDS.items() if kind in Parser.TYPE_TOKENS)
    return frozenset(name for name in names if name.isidentifier()) - KEYWORDS - {"NAME", "YEAR"}
