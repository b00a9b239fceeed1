"""A small shop's schema, and where `|` stands in a text."""

from __future__ import annotations

from sqlcomplete.schema import SchemaIndex, schema_from_ddl

DDL = """-- the shop
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT CHECK (status IN ('new', 'old'))
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  amount DECIMAL(10, 2) DEFAULT 0
);
"""


def index(dialect: str = "sqlite") -> SchemaIndex:
    return SchemaIndex(schema_from_ddl(DDL, dialect))


def cursor_in(marked: str) -> tuple[str, int]:
    """The text without its `|`, and where that stood."""
    at = marked.index("|")
    return marked[:at] + marked[at + 1 :], at
