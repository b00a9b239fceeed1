"""What a database looks like: read from DDL, a live database or JSON, and looked up by name.

The names below load at their first use: most programs need one of the readers, and none of them
should wait for the others' libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

if TYPE_CHECKING:
    from sqlcomplete.dialects.registry import dialect_name
    from sqlcomplete.schema.cache import (
        cached_schema,
        forget,
        refresh,
        refresh_in_background,
    )
    from sqlcomplete.schema.ddl import DdlReading, read_ddl, schema_from_ddl, schema_from_scripts
    from sqlcomplete.schema.document import schema_from_json, schema_to_json
    from sqlcomplete.schema.errors import SchemaError
    from sqlcomplete.schema.index import SchemaIndex
    from sqlcomplete.schema.open import load_schema
    from sqlcomplete.schema.reflect import schema_from_url

__all__ = [
    "Column",
    "DdlReading",
    "ForeignKey",
    "Schema",
    "SchemaError",
    "SchemaIndex",
    "Table",
    "cached_schema",
    "dialect_name",
    "forget",
    "load_schema",
    "read_ddl",
    "refresh",
    "refresh_in_background",
    "schema_from_ddl",
    "schema_from_json",
    "schema_from_scripts",
    "schema_from_url",
    "schema_to_json",
]

_HOMES = {
    "DdlReading": "ddl",
    "SchemaError": "errors",
    "SchemaIndex": "index",
    "cached_schema": "cache",
    "dialect_name": "dialects",
    "forget": "cache",
    "load_schema": "open",
    "read_ddl": "ddl",
    "refresh": "cache",
    "refresh_in_background": "cache",
    "schema_from_ddl": "ddl",
    "schema_from_json": "document",
    "schema_from_scripts": "ddl",
    "schema_from_url": "reflect",
    "schema_to_json": "document",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
