"""A small corpus on the demo shop: its schema, and statements as people write them.

    python -m benchmarks.shop FOLDER

writes the corpus that `make bench` measures. The statements are for comparing two states of the
code on one machine. They say little of the product: docs/evaluation.md tells which corpora do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from distill.corpus import QUERIES, SCHEMAS
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema import schema_from_ddl, schema_to_json
from tui.demo.load import SHOP_SQL

DIALECT = "sqlite"

STATEMENTS = (
    "SELECT * FROM customers WHERE country_code = 'DE' ORDER BY created_at DESC LIMIT 20",
    "SELECT id, name, email FROM customers WHERE newsletter = TRUE",
    "SELECT status, COUNT(*) AS orders FROM orders GROUP BY status ORDER BY orders DESC",
    "SELECT o.id, o.ordered_at, c.name FROM orders o JOIN customers c ON o.customer_id = c.id",
    "SELECT c.name, COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id "
    "WHERE o.status <> 'cancelled' GROUP BY c.name HAVING COUNT(*) > 3",
    "SELECT p.sku, p.name, s.on_hand\nFROM products p\n"
    "JOIN stock_levels s ON s.product_id = p.id\nWHERE s.on_hand < s.reorder_point\n"
    "ORDER BY s.on_hand",
    "SELECT SUM(i.quantity * i.unit_price) AS revenue FROM order_items i "
    "JOIN orders o ON i.order_id = o.id WHERE o.ordered_at >= '2024-01-01'",
    "SELECT co.name, COUNT(DISTINCT c.id) AS customers FROM countries co "
    "LEFT JOIN customers c ON c.country_code = co.code GROUP BY co.name",
    "WITH totals AS (\n  SELECT order_id, SUM(quantity * unit_price) AS total\n"
    "  FROM order_items\n  GROUP BY order_id\n)\n"
    "SELECT o.id, t.total FROM orders o JOIN totals t ON t.order_id = o.id ORDER BY t.total DESC",
    "SELECT name FROM products WHERE id NOT IN (SELECT product_id FROM order_items)",
    "SELECT p.name, AVG(r.rating) AS rating FROM products p "
    "JOIN reviews r ON r.product_id = p.id GROUP BY p.id, p.name HAVING COUNT(*) >= 5",
    "SELECT customer_id, ordered_at, ROW_NUMBER() OVER (PARTITION BY customer_id "
    "ORDER BY ordered_at) AS n FROM orders",
    "SELECT CASE WHEN rating >= 4 THEN 'good' ELSE 'poor' END AS verdict, COUNT(*) FROM reviews "
    "GROUP BY 1",
    "SELECT a.street, a.city, a.postal_code FROM addresses a WHERE a.customer_id = ? "
    "AND a.kind = 'shipping'",
    "SELECT method, SUM(amount) FROM payments WHERE paid_at IS NOT NULL GROUP BY method",
    "SELECT carrier, COUNT(*) FROM shipments WHERE delivered_at IS NULL GROUP BY carrier",
    "SELECT name FROM suppliers UNION SELECT name FROM customers ORDER BY name",
    "SELECT child.name, parent.name AS parent FROM categories child "
    "LEFT JOIN categories parent ON child.parent_id = parent.id",
    "SELECT reason, COUNT(*) AS returns FROM returns GROUP BY reason ORDER BY returns DESC",
    "SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id)",
    "INSERT INTO customers (name, email, country_code, created_at) VALUES (?, ?, ?, ?)",
    "INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES (?, ?, ?, ?)",
    "UPDATE orders SET status = 'shipped' WHERE id = ?",
    "UPDATE products SET unit_price = unit_price * 1.05 WHERE supplier_id = ? "
    "AND discontinued = FALSE",
    "DELETE FROM reviews WHERE customer_id = ? AND created_at < ?",
)


def write_corpus(folder: Path) -> None:
    """Writes `queries.jsonl` and `schemas.jsonl` to the folder, which is made where it is missing.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    schema = schema_from_ddl(SHOP_SQL.read_text(encoding="utf-8"), DIALECT)
    document = {"db_id": "shop", **schema_to_json(schema)}
    statements = [
        {
            "id": f"shop-{number}",
            "db_id": "shop",
            "source": "demo",
            "dialect": DIALECT,
            "question": None,
            "sql": sql,
            "split": "dev",
        }
        for number, sql in enumerate(STATEMENTS, 1)
    ]
    (folder / SCHEMAS).write_text(json.dumps(document) + "\n", encoding="utf-8")
    lines = "".join(json.dumps(statement) + "\n" for statement in statements)
    (folder / QUERIES).write_text(lines, encoding="utf-8")


def main() -> None:
    """Writes the corpus to the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.shop FOLDER")
    try:
        write_corpus(Path(sys.argv[1]))
    except (OSError, SqlcompleteError) as error:
        sys.exit(f"benchmarks.shop: {error}")


if __name__ == "__main__":
    main()
