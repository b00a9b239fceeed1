"""Where an expression stands at the cursor: does it need an operand, or what may follow one?"""

from sqlcomplete.syntax.expression.state import CasePart, ExpressionAt, ExpressionState
from sqlcomplete.syntax.expression.walking import walk

__all__ = ["CasePart", "ExpressionAt", "ExpressionState", "walk"]
