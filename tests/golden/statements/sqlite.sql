SELECT [name], "email", `region` FROM customers WHERE name GLOB 'A*' AND rowid > 5
;;
INSERT OR REPLACE INTO products (id, title) VALUES (?1, :title) ON CONFLICT DO NOTHING RETURNING *
;;
SELECT strftime('%Y', placed_at) AS y, total(total) FROM orders GROUP BY y LIMIT 3 OFFSET 2
;;
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT CHECK (v IN ('a', 'b'))) WITHOUT ROWID, STRICT
;;
PRAGMA table_info(orders)
;;
UPDATE orders SET status = 'void' FROM customers c WHERE c.id = customer_id AND c.region ISNULL
;;
SELECT json_extract(meta, '$.a'), meta->'b' FROM customers INDEXED BY ix WHERE region NOTNULL
;;
DELETE FROM orders WHERE total < 0 ORDER BY placed_at LIMIT 10
;;
WITH t(a, b) AS (VALUES (1, 2), (3, 4)) SELECT a FROM t WHERE b > @x
;;
SELECT group_concat(title, ', ') FROM products WHERE title MATCH 'pen' OR title LIKE "pen"
;;
CREATE VIEW big AS SELECT * FROM orders WHERE total > 100
;;
SELECT o.id, c.name FROM orders AS o CROSS JOIN customers AS c ON o.customer_id = c.id ORDER BY 2 COLLATE NOCASE
;;
SELECT id FROM orders WHERE status = 'open'

SELECT name FROM customers
;;
ATTACH 'x.db' AS other; SELECT * FROM other.
;;
SELECT count(*), CAST(price AS TEXT) FROM products EXCEPT SELECT 1, 2
;;
DROP TABLE IF EXISTS orders
