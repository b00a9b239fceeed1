"""Reads SQL in any state: statement, scope and what may stand at the cursor."""

from sqlcomplete.syntax.analysis import analyse
from sqlcomplete.syntax.lex import is_keyword, lex, quote_style
from sqlcomplete.syntax.statement import at_cursor as statement_at

__all__ = ["analyse", "is_keyword", "lex", "quote_style", "statement_at"]
