SELECT meta:kind::string, $1 FROM customers QUALIFY RANK() OVER (PARTITION BY region ORDER BY id) <= 3
;;
SELECT f.value FROM customers c, LATERAL FLATTEN(input => c.meta) f
;;
INSERT OVERWRITE INTO products SELECT * FROM products WHERE price ILIKE ANY ('a%')
;;
MERGE INTO products p USING (SELECT * FROM order_items) i ON p.id = i.product_id WHEN MATCHED AND i.quantity > 0 THEN UPDATE SET price = 1
;;
SELECT DATEADD(month, -1, CURRENT_DATE), IFF(total > 1, 1, 0), LISTAGG(status, ',') WITHIN GROUP (ORDER BY id) FROM orders
;;
CREATE OR REPLACE TABLE t CLONE orders
;;
SELECT name // 1 FROM customers MINUS SELECT title FROM products
;;
SELECT * EXCLUDE (email) FROM customers SAMPLE (10) LIMIT 5
;;
COPY INTO orders FROM @stage FILE_FORMAT = (TYPE = CSV)
;;
SELECT c.name, o.total FROM customers c ASOF JOIN orders o MATCH_CONDITION (c.created_at >= o.placed_at)
;;
SELECT GET_PATH(meta, 'a.b'), OBJECT_CONSTRUCT('a', total) FROM orders START WITH id = 1 CONNECT BY PRIOR id = customer_id
;;
SELECT x.region, SUM(x.total) FROM (SELECT c.region, o.total FROM customers c JOIN orders o ON o.customer_id = c.id) x GROUP BY ALL
;;
ALTER TABLE orders ADD COLUMN note VARIANT
;;
SELECT TRY_CAST(total AS NUMBER(10, 2)) FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))
;;
DELETE FROM orders USING customers c WHERE c.id = orders.customer_id
;;
SELECT "Name" FROM "Odd Names" WHERE "Name" <> $$x$$
