"""The syntax of an unfinished text: its tokens, statements, scope, and what may come."""

from sqlcomplete.syntax.analysis import analyse
from sqlcomplete.syntax.lex import is_keyword, lex

__all__ = ["analyse", "is_keyword", "lex"]
