FROM customers SELECT name WHERE region = 'x'
;;
SELECT * EXCLUDE (email) REPLACE (upper(name) AS name) FROM customers
;;
SELECT COLUMNS('.*_id') FROM orders GROUP BY ALL ORDER BY ALL
;;
SELECT unnest([1, 2, 3]) AS n, {'a': 1} AS s FROM read_csv('x.csv') USING SAMPLE 5
;;
PIVOT orders ON status USING sum(total) GROUP BY customer_id
;;
INSERT OR IGNORE INTO products BY NAME SELECT id, title FROM products RETURNING id
;;
SELECT list_transform([1], x -> x + 1), total::INT FROM orders QUALIFY row_number() OVER (ORDER BY id) = 1
;;
SELECT c.name FROM customers c SEMI JOIN orders o ON o.customer_id = c.id ASOF JOIN refunds r ON r.at >= c.created_at
;;
CREATE OR REPLACE TABLE t AS SELECT * FROM 'file.parquet'
;;
COPY orders TO 'x.parquet' (FORMAT parquet)
;;
SELECT customer_id, arg_max(status, placed_at) FILTER (total > 1) FROM orders GROUP BY ROLLUP (customer_id)
;;
SELECT a.n + 1 AS m, m * 2 FROM (VALUES (1), (2)) a(n)
;;
SUMMARIZE orders
;;
WITH t AS MATERIALIZED (SELECT * FROM orders) SELECT t.status, count() FROM t GROUP BY 1
;;
SELECT date_diff('day', created_at, today()) FROM customers WHERE name SIMILAR TO 'a+' AND id = $id
;;
UPDATE orders SET total = i.price FROM order_items i WHERE i.order_id = orders.id RETURNING *
