"""Cuts SQL text into tokens for the judges. Independent of the engine's lexer on purpose: an error
there must not hide itself from the evaluation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

LexKind = Literal["word", "quoted", "string", "number", "comment", "placeholder", "symbol"]

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z)|\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z))
  | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z))
  | (?P<string>[eEnNrRbBxX]?'(?:[^']|'')*(?:'|\Z))
  | (?P<quoted>"(?:[^"]|"")*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[A-Za-z_][^\[\]\n]*\])
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<placeholder>\$\d+|\?|@@?\w+|(?<![\w:]):\w+|%\(\w+\)s|\$\{\w+\})
  | (?P<word>[^\W\d][\w$]*)
  | (?P<symbol>::|<=>|->>|->|<>|!=|<=|>=|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """`text` is the source's slice from `start` to `end`."""

    kind: LexKind
    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The folded name a word or quoted word stands for."""
        text = self.text[1:-1] if self.kind == "quoted" else self.text
        return text.casefold()


def lex(text: str) -> list[Lexeme]:
    """Every token of the text but white space. Never fails: any other character is a symbol."""
    found: list[Lexeme] = []
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            continue
        if kind in ("dollar", "tag"):
            kind = "string"
        found.append(Lexeme(kind, match.group(), match.start(), match.end()))  # type: ignore[arg-type]
    return found
