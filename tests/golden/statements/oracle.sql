SELECT name, NVL(email, 'x') FROM customers WHERE ROWNUM <= 10 AND region = :region
;;
SELECT id FROM categories START WITH parent_id IS NULL CONNECT BY PRIOR id = parent_id ORDER SIBLINGS BY id
;;
SELECT TO_CHAR(placed_at, 'YYYY'), LISTAGG(status, ',') WITHIN GROUP (ORDER BY id) FROM orders GROUP BY TO_CHAR(placed_at, 'YYYY')
;;
MERGE INTO products p USING order_items i ON (i.product_id = p.id) WHEN MATCHED THEN UPDATE SET p.price = i.price WHERE i.quantity > 1
;;
INSERT INTO products (id, title) VALUES (seq.NEXTVAL, :title) RETURNING id INTO :out
;;
SELECT SYSDATE FROM dual
;;
SELECT name FROM customers MINUS SELECT title FROM products
;;
SELECT id FROM orders ORDER BY id FETCH FIRST 5 ROWS ONLY
;;
UPDATE orders SET total = (SELECT SUM(price) FROM order_items i WHERE i.order_id = orders.id)
;;
SELECT q'[it's]', DATE '2024-01-01' FROM dual CROSS APPLY (SELECT 1 FROM orders)
;;
CREATE TABLE t (id NUMBER(10) GENERATED ALWAYS AS IDENTITY, v VARCHAR2(10) DEFAULT 'x')
;;
SELECT c.name, o.total FROM customers c, orders o WHERE o.customer_id (+) = c.id
;;
INSERT ALL INTO products (id) VALUES (1) SELECT * FROM dual
;;
SELECT DECODE(status, 'a', 1, 0), ROWID FROM orders o FOR UPDATE OF o.total NOWAIT
;;
SELECT RANK() OVER (ORDER BY total) r FROM orders
;;
DELETE FROM orders WHERE placed_at < ADD_MONTHS(SYSDATE, -12)
