"""Exasol's own ways."""

from __future__ import annotations

from sqlcomplete import Completer
from sqlcomplete.schema import schema_from_ddl


def test_names_in_brackets_and_qualify() -> None:
    schema = schema_from_ddl("CREATE TABLE sales (id INT, [unit price] DECIMAL(9, 2))", "exasol")
    assert [column.name for column in schema.tables[0].columns] == ["id", "unit price"]
    completer = Completer(schema, model=None)
    text = "SELECT id FROM sales WHERE id > 1 "
    offered = {
        item.insert.strip() for item in completer.complete(text, len(text), max_items=50).items
    }
    assert "QUALIFY" in offered
