SELECT name, email FROM customers WHERE region = 'north' ORDER BY created_at DESC
;;
select o.id, c.name from orders o join customers c on c.id = o.customer_id where o.total > 10
;;
SELECT c.region, COUNT(*) AS n, SUM(o.total) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region HAVING COUNT(*) > 3
;;
WITH spent AS (SELECT customer_id, SUM(total) AS amount FROM orders GROUP BY customer_id) SELECT s.amount FROM spent s
;;
INSERT INTO products (id, title, price) VALUES (1, 'pen', 2.5)
;;
UPDATE orders SET status = 'paid', total = total + 1 WHERE id = 7
;;
DELETE FROM order_items WHERE order_id IN (SELECT id FROM orders WHERE status = 'open')
;;
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC) AS place FROM orders
;;
SELECT name FROM customers UNION ALL SELECT title FROM products ORDER BY 1
;;
SELECT CASE WHEN total > 5 THEN 'big' ELSE 'small' END AS size FROM orders -- how large
;;
SELECT  FROM customers c, orders o WHERE c.
;;
CREATE TABLE notes (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), body VARCHAR(80) NOT NULL)
