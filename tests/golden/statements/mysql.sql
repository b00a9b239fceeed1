SELECT `name`, IFNULL(email, '') FROM `customers` FORCE INDEX (ix) WHERE region REGEXP '^n' LIMIT 5, 10
;;
INSERT IGNORE INTO products SET title = 'a', price = 3 ON DUPLICATE KEY UPDATE price = VALUES(price)
;;
REPLACE INTO products (id, title) VALUES (?, ?), (?, ?)
;;
UPDATE orders o JOIN customers c ON c.id = o.customer_id SET o.status = 'void' WHERE c.region = "north" LIMIT 3
;;
DELETE o FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL
;;
SELECT GROUP_CONCAT(DISTINCT title ORDER BY title SEPARATOR ',') FROM products GROUP BY category_id WITH ROLLUP
;;
# all the orders
SELECT CAST(total AS SIGNED), DATE_ADD(placed_at, INTERVAL 3 DAY) FROM orders WHERE status <=> NULL
;;
SELECT @n := @n + 1, o.* FROM orders o STRAIGHT_JOIN customers c WHERE c.name RLIKE 'x' FOR UPDATE
;;
CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, KEY k (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
;;
ALTER TABLE orders MODIFY COLUMN total DECIMAL(10, 2) NOT NULL AFTER status, ADD INDEX ix (status)
;;
SELECT meta->>'$.kind', JSON_EXTRACT(meta, '$.a') FROM customers WHERE name LIKE CONCAT('%', ?, '%')
;;
SELECT id FROM orders WHERE placed_at > NOW() - INTERVAL 1 MONTH AND NOT status = 'paid' XOR total DIV 2
;;
SELECT a.name, b.name FROM customers a NATURAL JOIN customers b USING (id) ORDER BY a.name COLLATE utf8mb4_bin
;;
SHOW TABLES; DESCRIBE orders
;;
SELECT `c`.`na FROM customers c
;;
SELECT TIMESTAMPDIFF(MONTH, created_at, CURDATE()) AS age FROM customers HAVING age > 3 LOCK IN SHARE MODE
