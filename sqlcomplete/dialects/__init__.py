"""What the engine knows of SQL's words and of how its dialects differ, as data. Nothing else in the
package tests a dialect's name."""

from sqlcomplete.dialects.model import Dialect
from sqlcomplete.dialects.registry import DIALECTS, dialect_of

__all__ = ["DIALECTS", "Dialect", "dialect_of"]
