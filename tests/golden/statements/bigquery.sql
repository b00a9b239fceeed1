SELECT * EXCEPT (email) FROM `shop.customers` WHERE region IS NOT NULL QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1
;;
SELECT ARRAY_AGG(STRUCT(o.id, o.total)) AS items FROM orders o, UNNEST([1, 2]) AS n WITH OFFSET AS at
;;
SELECT DATE_TRUNC(placed_at, MONTH) AS m, COUNTIF(status = 'paid'), SAFE_CAST(total AS INT64) FROM orders GROUP BY 1
;;
# comment
MERGE products p USING order_items i ON i.product_id = p.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN UPDATE SET p.price = 1
;;
SELECT name FROM customers WHERE created_at > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 7 DAY) AND id = @id
;;
CREATE OR REPLACE TABLE x PARTITION BY DATE(placed_at) CLUSTER BY status AS SELECT * FROM orders
;;
SELECT r"\d", "text", b'x', c.name FROM customers c WHERE STARTS_WITH(c.name, "A")
;;
INSERT orders (id, status) SELECT id, 'open' FROM customers
;;
SELECT customer_id, total, FROM orders WHERE total > 3
;;
WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT b. FROM b
;;
SELECT * REPLACE (UPPER(name) AS name) FROM customers TABLESAMPLE SYSTEM (10 PERCENT)
;;
SELECT APPROX_QUANTILES(total, 4)[OFFSET(2)], o.status FROM orders AS o WHERE o.placed_at BETWEEN DATE '2024-01-01' AND CURRENT_DATE()
;;
DECLARE n INT64 DEFAULT 3; SELECT n
;;
SELECT FORMAT_DATE('%Y', placed_at) FROM orders UNION DISTINCT SELECT region FROM customers
;;
SELECT IF(total > 1, 'a', 'b') FROM orders WHERE status IN UNNEST(@states) LIMIT 10
;;
UPDATE orders SET status = 'x' WHERE TRUE
