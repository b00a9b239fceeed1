"""A shop and statements against it, in the ways that people write them."""

from __future__ import annotations

import random

import pytest

from distill.agents.record import Record
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.model import Schema

DDL = """
CREATE TABLE customers (
    id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, email TEXT, country VARCHAR(2),
    created_at TIMESTAMP NOT NULL, is_active BOOLEAN
);
CREATE TABLE products (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, category TEXT, price NUMERIC(10, 2), stock INTEGER
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT CHECK (status IN ('new', 'paid', 'shipped')), total NUMERIC(10, 2),
    placed_at TIMESTAMP, notes TEXT
);
CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL, unit_price NUMERIC(10, 2), PRIMARY KEY (order_id, product_id)
);
CREATE TABLE archived_orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), status TEXT,
    total NUMERIC(10, 2), placed_at TIMESTAMP
);
"""

STATEMENTS = (
    "SELECT * FROM customers",
    "select id, name from customers where country = 'DE' and is_active = true",
    "SELECT  name ,  email FROM customers WHERE email LIKE '%@example.com'",
    "SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer_id = c.id "
    "WHERE o.status = 'paid' AND o.total BETWEEN 10 AND 500",
    "SELECT T1.name, COUNT(*) FROM customers AS T1 JOIN orders AS T2 ON T1.id = T2.customer_id "
    "GROUP BY T1.name HAVING COUNT(*) > 3 ORDER BY COUNT(*) DESC LIMIT 5",
    "SELECT c.name, o.total FROM customers c, orders o WHERE c.id = o.customer_id AND o.total > 99",
    "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE status = 'new')",
    "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
    "SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL",
    "SELECT x.status, x.n FROM (SELECT status, COUNT(*) AS n FROM orders GROUP BY status) AS x "
    "WHERE x.n >= 2",
    "WITH spent AS (\n    SELECT customer_id, SUM(total) AS total\n    FROM orders\n"
    "    GROUP BY customer_id\n)\nSELECT c.name, spent.total\nFROM spent\n"
    "JOIN customers c ON c.id = spent.customer_id\nORDER BY spent.total DESC",
    "SELECT category, title, ROW_NUMBER() OVER (PARTITION BY category ORDER BY price DESC) AS rn "
    "FROM products WHERE price > 5 AND stock IS NOT NULL",
    "SELECT CASE WHEN total > 100 THEN 'large' WHEN total > 10 THEN 'medium' ELSE 'small' END AS "
    "size, COUNT(DISTINCT customer_id) AS buyers FROM orders GROUP BY 1",
    "SELECT id FROM orders WHERE status = 'new' UNION SELECT id FROM archived_orders",
    "SELECT name FROM customers INTERSECT SELECT title FROM products",
    "SELECT total FROM orders WHERE total > (SELECT AVG(total) FROM orders)",
    "INSERT INTO orders (id, customer_id, status, total) VALUES ($1, $2, 'new', $3) RETURNING id",
    "INSERT INTO products (id, title, price) VALUES ($1, $2, $3)\n"
    "ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, price = EXCLUDED.price",
    "INSERT INTO archived_orders (id, customer_id, status, total)\n"
    "SELECT id, customer_id, status, total FROM orders WHERE placed_at < $1",
    "UPDATE orders\nSET status = $2,\n    notes = NULL\nWHERE id = $1 AND status <> 'shipped'",
    "DELETE FROM order_items WHERE order_id = $1 AND quantity <= 2",
    "SELECT o.id, SUM(i.quantity * i.unit_price) AS amount FROM orders o "
    "JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id "
    "WHERE p.category = 'books' GROUP BY o.id",
)


@pytest.fixture(scope="session")
def shop() -> Schema:
    return schema_from_ddl(DDL, "postgres")


def record(sql: str, schema: Schema, dialect: str = "postgres", **more: object) -> Record:
    return Record("seed-1", "tests", schema, dialect, sql, **more)  # type: ignore[arg-type]


@pytest.fixture(params=STATEMENTS, ids=lambda s: " ".join(s.split())[:50])
def statement(request: pytest.FixtureRequest, shop: Schema) -> Record:
    return record(request.param, shop)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)
