"""What a database looks like: read from DDL, a live database or JSON, and looked up by name."""

from sqlcomplete.schema.ddl import DdlReading, read_ddl, schema_from_ddl
from sqlcomplete.schema.dialects import dialect_name
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

__all__ = [
    "Column",
    "DdlReading",
    "ForeignKey",
    "Schema",
    "SchemaError",
    "SchemaIndex",
    "Table",
    "dialect_name",
    "read_ddl",
    "schema_from_ddl",
]
