SELECT c.*, o.total::numeric(10, 2) FROM customers AS c JOIN LATERAL (SELECT * FROM orders WHERE customer_id = c.id LIMIT 1) o ON true
;;
INSERT INTO products (id, title) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title RETURNING id, title
;;
SELECT "Name", count(*) FILTER (WHERE status = 'paid') FROM "Odd Names" WHERE meta->>'kind' ILIKE '%x%'
;;
WITH RECURSIVE up AS (SELECT id, parent_id FROM categories WHERE id = $1 UNION ALL SELECT c.id, c.parent_id FROM categories c JOIN up ON up.parent_id = c.id) SELECT * FROM up
;;
DELETE FROM orders USING customers c WHERE orders.customer_id = c.id AND c.region IS NOT NULL RETURNING orders.*
;;
UPDATE orders o SET total = i.sum FROM (SELECT order_id, sum(quantity) AS sum FROM order_items GROUP BY 1) i WHERE i.order_id = o.id
;;
MERGE INTO products p USING order_items i ON i.product_id = p.id WHEN MATCHED THEN UPDATE SET price = i.price WHEN NOT MATCHED THEN DO NOTHING
;;
SELECT date_trunc('month', created_at) AS month, array_agg(name ORDER BY name) FROM customers GROUP BY month FETCH FIRST 5 ROWS ONLY
;;
SELECT DISTINCT ON (customer_id) * FROM orders ORDER BY customer_id, placed_at DESC NULLS LAST FOR UPDATE SKIP LOCKED
;;
ALTER TABLE orders ADD COLUMN note text DEFAULT '' NOT NULL, DROP CONSTRAINT orders_pkey CASCADE
;;
CREATE INDEX CONCURRENTLY idx ON orders USING gin (status, placed_at) WHERE status = 'open'
;;
SELECT $$text$$, E'a\'b', x.value FROM jsonb_each(meta) WITH ORDINALITY x(key, value, n)
;;
/* outer /* inner */ still */ SELECT id FROM sales.refunds WHERE amount BETWEEN 1 AND 9;

SELECT 1
;;
EXPLAIN ANALYZE SELECT count(DISTINCT o.customer_id) FROM orders o WHERE o.placed_at >= now() - INTERVAL '7 days'
;;
SELECT c.name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status NOT IN ('void', 'open'))
;;
SELECT sum(total) OVER w FROM orders WINDOW w AS (PARTITION BY status ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
;;
-- total of each customer this year
SELECT 
;;
SELECT * FROM customers WHERE name = 'open
;;
UPDATE customers SET email = sqlc.arg(email) WHERE id = @id AND region = :region
