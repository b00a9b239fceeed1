"""The schema of the golden statements."""

from __future__ import annotations

from typing import Any


def _table(
    name: str, columns: str, key: str | None = None, **links: tuple[str, str]
) -> dict[str, Any]:
    """A table of `columns` ("name type, name type"), with foreign keys by column."""
    declared = []
    for column in columns.split(", "):
        column_name, _, kind = column.partition(" ")
        declared.append({"name": column_name, "type": kind})
    return {
        "name": name,
        "columns": declared,
        "primary_key": [] if key is None else [key],
        "foreign_keys": [
            {"columns": [column], "ref_table": table, "ref_columns": [target]}
            for column, (table, target) in links.items()
        ],
    }


_STATES = ["open", "paid", "void"]

DOCUMENT: dict[str, Any] = {
    "tables": [
        _table(
            "customers",
            "id INTEGER, name VARCHAR, email VARCHAR, region VARCHAR, created_at TIMESTAMP,"
            " meta JSON",
            "id",
        ),
        _table(
            "orders",
            "id INTEGER, customer_id INTEGER, status VARCHAR, total DECIMAL, placed_at TIMESTAMP",
            "id",
            customer_id=("customers", "id"),
        ),
        _table(
            "order_items",
            "order_id INTEGER, product_id INTEGER, quantity INTEGER, price DECIMAL",
            order_id=("orders", "id"),
            product_id=("products", "id"),
        ),
        _table(
            "products",
            "id INTEGER, title VARCHAR, price DECIMAL, category_id INTEGER",
            "id",
            category_id=("categories", "id"),
        ),
        _table(
            "categories",
            "id INTEGER, parent_id INTEGER, name VARCHAR",
            "id",
            parent_id=("categories", "id"),
        ),
        {
            **_table("refunds", "order_id INTEGER, amount DECIMAL, at TIMESTAMP"),
            "namespace": "sales",
        },
        _table("Odd Names", "Name VARCHAR, order INTEGER, meta JSON"),
    ]
}
for _column in DOCUMENT["tables"][1]["columns"]:
    if _column["name"] == "status":
        _column["values"] = _STATES
