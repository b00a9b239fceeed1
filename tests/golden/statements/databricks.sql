SELECT name, explode(split(email, '@')) AS part FROM customers LATERAL VIEW explode(array(1, 2)) t AS n
;;
SELECT meta:kind::string FROM customers WHERE name RLIKE 'a' QUALIFY row_number() OVER (ORDER BY id) = 1
;;
INSERT OVERWRITE TABLE products PARTITION (category_id = 1) SELECT id, title FROM products
;;
MERGE INTO products p USING order_items i ON p.id = i.product_id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
;;
CREATE TABLE t (id BIGINT, v STRING) USING DELTA PARTITIONED BY (v)
;;
SELECT * EXCEPT (email) FROM customers TABLESAMPLE (10 PERCENT) SORT BY name
;;
SELECT c.region, collect_list(o.status) FROM customers c LEFT SEMI JOIN orders o ON o.customer_id = c.id GROUP BY c.region
;;
SELECT date_format(placed_at, 'yyyy'), nvl(total, 0) FROM orders CLUSTER BY id
;;
SELECT `na FROM customers
;;
SELECT transform(array(1), x -> x + 1), CAST(total AS DECIMAL(10, 2)) FROM orders WHERE status <=> 'x'
;;
ALTER TABLE orders ADD COLUMNS (note STRING)
;;
SELECT o.id FROM orders o LEFT ANTI JOIN refunds r ON r.order_id = o.id
;;
DESCRIBE EXTENDED orders
;;
SELECT r'\d', "text" FROM customers WHERE id = :id
;;
WITH t AS (SELECT * FROM orders) SELECT t.total FROM t WHERE t.placed_at >= current_date() - INTERVAL 1 DAY
;;
OPTIMIZE orders ZORDER BY (customer_id)
