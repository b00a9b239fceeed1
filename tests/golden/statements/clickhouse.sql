SELECT name, uniqExact(id) FROM customers FINAL PREWHERE region = 'x' WHERE id > 1 GROUP BY name WITH TOTALS
;;
SELECT toStartOfMonth(placed_at) AS m, quantile(0.9)(total) FROM orders GROUP BY m LIMIT 1 BY m SETTINGS max_threads = 1 FORMAT JSON
;;
SELECT c.name, o.total FROM customers AS c ANY LEFT JOIN orders AS o ON o.customer_id = c.id ARRAY JOIN [1, 2] AS n
;;
INSERT INTO products (id, title) VALUES (1, 'a')
;;
CREATE TABLE t (id UInt64, at DateTime) ENGINE = MergeTree ORDER BY (id, at) PARTITION BY toYYYYMM(at)
;;
ALTER TABLE orders UPDATE total = 1 WHERE id = 2
;;
WITH 5 AS n SELECT id FROM orders WHERE total > n
;;
SELECT `name` FROM `customers` WHERE name ILIKE '%a%' AND id IN (SELECT customer_id FROM orders)
;;
SELECT arrayMap(x -> x + 1, [1, 2]), if(total > 1, 'a', 'b') FROM orders SAMPLE 0.1
;;
SELECT id FROM orders ASOF JOIN refunds USING (order_id)
;;
SELECT count(), sumIf(total, status = 'paid') FROM orders WHERE placed_at >= now() - INTERVAL 1 DAY
;;
SELECT total::Decimal(10, 2) # note
FROM orders
;;
SELECT * FROM numbers(10) LIMIT 5 OFFSET 2
;;
OPTIMIZE TABLE orders FINAL
;;
SELECT {id:UInt32}, name FROM customers WHERE id = {id:UInt32}
;;
SELECT region, groupArray(name) FROM customers GROUP BY region ORDER BY region WITH FILL
